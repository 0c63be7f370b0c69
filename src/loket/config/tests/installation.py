"""An installation as an operator has it: real processes, a database and a data folder of their own; and who visits it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

import pytest

from cast import PASSWORD

LOKET = Path(sys.executable).with_name("loket")
POPULATE = """
from cast import PASSWORD, make_contact
from loket.access.models import grant
from loket.conversations.intake import Incoming, receive
from loket.conversations.models import Channel
from loket.forms.models import Form
from loket.people.models import Company, User
from loket.portals.models import Portal

portal, form, acme = Portal.objects.get(), Form.objects.get(), Company.objects.create(name="Acme")
alice, bob = (make_contact(name, acme) for name in ("Alice", "Bob"))
for contact in (alice, bob):
    user = grant(contact, portal, by=None)
    user.set_password(PASSWORD)
    user.save()
portal.turn_on(by=None)
User.objects.create_user(email="dora@help.example", password=PASSWORD, first_name="Dora", is_agent=True)
receive(Incoming(contact=alice, text="It burns.", channel=Channel.FORM, inbox=form.inbox, portal=portal,
    subject="Printer on fire", status=form.status))
"""


class LostError(Exception):
    """The connection ended before the answer: nobody knows whether the request was carried out."""


class RefusedError(Exception):
    """Nobody listens: the request was not sent."""


class Installation:
    """Commands run by ``run``; servers started by ``start`` end with ``close``."""

    def __init__(self, folder, **environment):
        self.folder, self.port, self.running = Path(folder), free_port(), []
        self.data = self.folder / "data"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LOKET_")}
        kept.pop("DATABASE_URL", None)
        ours = {
            "LOKET_DATA_DIR": str(self.data),
            "LOKET_URL": f"http://localhost:{self.port}",
            "LOKET_LOG": "json",
            "PYTHONPATH": str(Path(__file__).resolve().parents[4]),
        }
        self.environment = kept | ours | environment
        self.folder.mkdir(exist_ok=True)

    def run(self, *words, code=0, **options):
        """What a command prints, both streams; its exit code must be ``code``."""
        done = subprocess.run(
            [LOKET, *words],
            env=self.environment,
            text=True,
            stdout=-1,
            stderr=subprocess.STDOUT,
            timeout=120,
            **options,
        )
        assert done.returncode == code, done.stdout
        return done.stdout

    def make(self):
        """A migrated database with a portal at /support/, Alice and Bob of Acme, Dora, and Alice's ticket 1."""
        self.run("migrate", "-v0")
        self.run("portal", "create", "support", "--name", "Support", "--sharing", "company")
        self.run("shell", "-v0", "-c", POPULATE)
        return self

    def start(self, *words):
        """A command that goes on, in a process group of its own; its log is ``process.log``."""
        log = self.folder / f"{words[0]}-{uuid.uuid4().hex[:6]}.log"
        with log.open("w") as file:
            process = subprocess.Popen(
                [LOKET, *words], env=self.environment, stdout=file, stderr=file, start_new_session=True
            )
        process.log = log
        self.running.append(process)
        return process

    def serve(self, *words):
        """A web server that answers."""
        process = self.start("serve", "--port", str(self.port), *words)
        await_truth(lambda: process.poll() is not None or self.answers())
        assert process.poll() is None, process.log.read_text()
        return process

    def answers(self, path="/healthz"):
        """Whether ``path`` is answered 200."""
        with suppress(LostError, RefusedError):
            return Visitor(self.port).get(path).status == 200
        return False

    def kill(self, process):
        """End a process and its children at once, without a word."""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def stop(self, process):
        """End a process in order; returns its exit code."""
        process.terminate()
        return process.wait(40)

    def close(self):
        for process in self.running:
            self.kill(process)


class Visitor:
    """A browser without a screen: keeps cookies, fills in the hidden fields of the page that it looks at."""

    def __init__(self, port, host="localhost"):
        self.port, self.host, self.cookies, self.hidden = port, host, {}, {}

    def get(self, path):
        return self.ask("GET", path)

    def post(self, path, fields, files=()):
        """Send a form with ``fields`` and the page's hidden ones; ``files`` are (name, bytes)."""
        pairs = [*self.hidden.items(), *fields.items()]
        if not files:
            return self.ask("POST", path, urlencode(pairs).encode(), "application/x-www-form-urlencoded")
        boundary = uuid.uuid4().hex
        parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in pairs]
        parts += [
            f'Content-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode() + content
            for name, content in files
        ]
        body = b"".join(f"--{boundary}\r\n".encode() + part + b"\r\n" for part in parts) + f"--{boundary}--".encode()
        return self.ask("POST", path, body, f"multipart/form-data; boundary={boundary}")

    def ask(self, method, path, body=None, content_type=None):
        """The answer, with ``text``. Raises RefusedError or LostError."""
        headers = {"Host": f"{self.host}:{self.port}", "Cookie": "; ".join(f"{n}={v}" for n, v in self.cookies.items())}
        if content_type:
            headers["Content-Type"] = content_type
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.connect()
        except OSError as error:
            raise RefusedError from error
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.content = answer.read()
        except (OSError, HTTPException) as error:
            raise LostError from error
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        answer.text = answer.content.decode(errors="replace")
        if method == "GET":
            self.hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.text))
        return answer

    def sign_in(self, address, door="support"):
        self.get(f"/{door}/sign-in/")
        answer = self.post(f"/{door}/sign-in/", {"login": address, "password": PASSWORD})
        assert answer.status == 302, answer.text
        return self


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def await_truth(ask, seconds=30):
    """Ask until the answer is yes; fails after ``seconds``."""
    last_moment = time.monotonic() + seconds
    while not ask():
        assert time.monotonic() < last_moment, "it never came true"
        time.sleep(0.05)


def need(command, package):
    """Fail when a program is missing that could have been installed; else skip, and say what to install."""
    if not shutil.which(command):
        cannot(f"{command} is missing: apt-get install {package}")


def cannot(why):
    """Fail where all that a test needs could have been installed, else skip."""
    could_install = os.geteuid() == 0 and shutil.which("apt-get")
    (pytest.fail if could_install else pytest.skip)(why)
