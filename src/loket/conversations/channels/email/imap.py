"""One connection to a mailbox, opened step by step so that a failure says at which."""

import imaplib
import ssl
from contextlib import suppress

import imapclient
from django.utils.translation import gettext as _
from imapclient.exceptions import IMAPClientError

from loket.conversations.channels.email import oauth
from loket.guard import outbound
from loket.mail.trial import how_far

TIMEOUT = 30
CHUNK = 1_000_000
# What ends a connection, as against a refusal of one command.
BROKEN = (imaplib.IMAP4.abort, OSError, EOFError)


class Failed(Exception):
    """``step`` is address, connection, encryption, sign_in or folder; the text says why, without secrets."""

    def __init__(self, step, why):
        super().__init__(str(why)[:250])
        self.step = step


class _Imap(imaplib.IMAP4):
    """The standard library's client over a socket that the outbound guard has checked."""

    def __init__(self, host, port, context):
        self.context = context
        super().__init__(host, port)

    def _create_socket(self, timeout=None):
        sock = outbound.connect(self.host, self.port, TIMEOUT)
        return self.context.wrap_socket(sock, server_hostname=self.host) if self.context else sock


class _Client(imapclient.IMAPClient):
    def _create_IMAP4(self):
        return _Imap(self.host, self.port, self.ssl_context if self.ssl else None)


class Mailbox:
    """An open mailbox of ``channel``, for ``with``. Raises Failed when it cannot be opened."""

    def __init__(self, channel):
        self.channel, self.client = channel, None
        self.uidvalidity = None

    def __enter__(self):
        try:
            self._open()
        except Failed:
            self.close()
            raise
        return self

    def __exit__(self, *exc_info):
        self.close()

    def close(self):
        """Leave; a connection that is gone already is no fault."""
        if self.client:
            try:
                self.client.logout()
            except (IMAPClientError, *BROKEN):
                with suppress(OSError):
                    self.client.shutdown()
            self.client = None

    def _open(self):
        self._step("connection", self._connect)
        if self.channel.security == self.channel.Security.STARTTLS:
            self._step("encryption", lambda: self.client.starttls(self._context()))
        self._step("sign_in", self._sign_in)
        found = self._step("folder", lambda: self.client.select_folder(self.channel.folder))
        self.uidvalidity = found[b"UIDVALIDITY"]

    def _connect(self):
        channel = self.channel
        is_tls = channel.security == channel.Security.TLS
        self.client = _Client(
            channel.host, channel.port, ssl=is_tls, ssl_context=self._context() if is_tls else None,
            timeout=imapclient.SocketTimeout(TIMEOUT, TIMEOUT),
        )  # fmt: skip

    def _context(self):
        return ssl.create_default_context()

    def _sign_in(self):
        channel = self.channel
        if channel.sign_in == channel.SignIn.PASSWORD:
            self.client.login(channel.username, channel.password)
        else:
            self.client.oauth2_login(channel.username, oauth.access_token(channel))

    def _step(self, step, deed):
        """Do ``deed``; what it raises becomes Failed."""
        try:
            return deed()
        except (outbound.Forbidden, outbound.Unknown) as error:
            raise Failed("address", error) from error
        except ssl.SSLError as error:
            raise Failed("encryption", getattr(error, "verify_message", "") or error.reason or error) from error
        except (TimeoutError, *BROKEN) as error:
            raise Failed(step, getattr(error, "strerror", None) or _("The server does not answer.")) from error
        except (IMAPClientError, imaplib.IMAP4.error, oauth.Refused, ValueError, KeyError) as error:
            raise Failed(step, self._without_secrets(error)) from error

    def _without_secrets(self, error):
        text = error.args[0] if error.args else type(error).__name__
        text = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
        text = text.removeprefix("b'").removesuffix("'")
        secret = self.channel.secret and self._secret()
        return text.replace(secret, "…") if secret else text

    def _secret(self):
        try:
            return self.channel.password
        except ValueError:
            return ""

    def after(self, uid):
        """UIDs higher than ``uid``, in order. By UID, never by sequence number."""
        found = self.client.search(["UID", f"{uid + 1}:*"])
        return sorted(each for each in found if each > uid)  # “*” gives the last one even when it is lower

    def sizes(self, uids):
        """{uid: size in bytes}; a mail that somebody deleted meanwhile is missing."""
        found = self.client.fetch(uids, ["RFC822.SIZE"])
        return {uid: values[b"RFC822.SIZE"] for uid, values in found.items() if b"RFC822.SIZE" in values}

    def copy(self, uid, stream, *, part="", most=None):
        """Write the mail (or its ``part``, such as HEADER) into ``stream``, a megabyte at a time, without marking it read.

        False when it is not there any more.
        """
        done = 0
        while most is None or done < most:
            values = self.client.fetch([uid], [f"BODY.PEEK[{part}]<{done}.{CHUNK}>"]).get(uid, {})
            key = f"BODY[{part}]<{done}>".encode()
            if key not in values:
                return False
            chunk = values[key] or b""
            stream.write(chunk)
            done += len(chunk)
            if len(chunk) < CHUNK:
                break
        return True

    def flag(self, uid):
        """Mark as seen, for people who look into the mailbox. Nothing here depends on it: a refusal is none of ours."""
        try:
            self.client.add_flags([uid], [imapclient.SEEN], silent=True)
        except IMAPClientError as error:
            if isinstance(error, BROKEN):
                raise

    @property
    def can_idle(self):
        return self.client.has_capability("IDLE")

    def wait(self, seconds):
        """Wait until the server tells of something, at most so long. Whether it did."""
        self.client.idle()
        try:
            return bool(self.client.idle_check(timeout=seconds))
        finally:
            self.client.idle_done()


STEPS = ("address", "connection", "encryption", "sign_in", "folder")


def tried(channel):
    """Open the mailbox of ``channel`` once: [(step, "ok", "failed" or "" when it was not reached, why)]."""
    try:
        with Mailbox(channel):
            return how_far(STEPS)
    except Failed as failure:
        return how_far(STEPS, failure)
