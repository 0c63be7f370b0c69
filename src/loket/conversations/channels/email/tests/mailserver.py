"""A real dovecot for a test run, and a proxy that spoils the connection to it."""

import contextlib
import imaplib
import os
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path

from loket.conversations.channels.email.tests.certificates import Authority

CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_location = maildir:~/Maildir
first_valid_uid = 1
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
"""
PASSWORD = "geheim"


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Dovecot:
    """A server in a folder of its own. Any user name exists, with the password above and an empty mailbox.

    On ``port`` it speaks plainly or by STARTTLS, on ``tls_port`` by TLS, as 127.0.0.1 in the name of ``authority``.
    """

    def __init__(self, folder):
        self.folder, self.port, self.tls_port = Path(folder), free_port(), free_port()
        self.authority = Authority(folder)
        certificate, key = self.authority.certificate("127.0.0.1")
        is_root = os.geteuid() == 0
        uid, gid = (65534, 65534) if is_root else (os.geteuid(), os.getegid())
        (self.folder / "mail").mkdir()
        self.folder.chmod(0o755)
        os.chown(self.folder / "mail", uid, gid)
        me = {"internal": "dovecot", "group": "dovecot", "login": "dovenull"}
        if not is_root:
            import getpass
            import grp

            me = dict.fromkeys(["internal", "login"], getpass.getuser()) | {"group": grp.getgrgid(gid).gr_name}
        text = CONFIG.format(
            folder=folder, port=self.port, uid=uid, gid=gid, password=PASSWORD,
            tls_port=self.tls_port, certificate=certificate, key=key, **me,
        )  # fmt: skip
        config = self.folder / "dovecot.conf"
        config.write_text(text)
        program = shutil.which("dovecot") or "/usr/sbin/dovecot"
        self.process = subprocess.Popen([program, "-F", "-c", str(config)])
        self._await()

    def _await(self):
        for _each in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as found:
                if found.recv(10).startswith(b"* OK"):
                    return
            time.sleep(0.05)
        log = self.folder / "log"
        raise RuntimeError(log.read_text() if log.exists() else "dovecot did not start")

    def stop(self):
        self.process.terminate()
        self.process.wait(10)

    @contextlib.contextmanager
    def signed_in(self, user):
        """A plain IMAP connection of this user, in INBOX."""
        client = imaplib.IMAP4("127.0.0.1", self.port)
        client.login(user, PASSWORD)
        client.select("INBOX")
        yield client
        client.logout()

    def put(self, user, *mails):
        """Put mails (bytes) into the mailbox of ``user``."""
        with self.signed_in(user) as client:
            for mail in mails:
                assert (
                    client.append("INBOX", None, None, mail.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))[0] == "OK"
                )

    def flags(self, user):
        """The flags of each mail, in order."""
        with self.signed_in(user) as client:
            return [line.decode() for line in client.fetch("1:*", "(FLAGS)")[1] if line]

    def renumber(self, user):
        """Give the mailbox a new UIDVALIDITY and its mails new UIDs, as after a restored backup."""
        folder = self.folder / "mail" / user / "Maildir"
        for name in folder.glob("dovecot*"):
            name.unlink()
        time.sleep(1.1)  # UIDVALIDITY is a time in seconds


class Proxy:
    """Stands between client and server. ``cut_after`` ends each connection after so many bytes from the server, by
    ``reset`` or politely; ``pause`` waits before each piece. ``spoilt`` counts the connections that were cut."""

    def __init__(self, port):
        self.target, self.cut_after, self.reset, self.pause, self.spoilt = port, None, False, 0, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                client, _address = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.target))
            threading.Thread(target=self._pump, args=[client, server, None], daemon=True).start()
            threading.Thread(target=self._pump, args=[server, client, self.cut_after], daemon=True).start()

    def _pump(self, source, target, left):
        with contextlib.suppress(OSError):
            while piece := source.recv(4096):
                time.sleep(self.pause)
                if left is not None and len(piece) >= left:
                    target.sendall(piece[:left])
                    self.spoilt += 1
                    self._end(target)
                    break
                left = left if left is None else left - len(piece)
                target.sendall(piece)
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _end(self, target):
        if self.reset:
            target.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")

    def stop(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
