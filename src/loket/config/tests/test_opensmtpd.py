"""Mail through a real mail server: what Loket hands over comes out of it as it was written, signature and all."""

import fcntl
import os
import smtplib
import subprocess
from email import message_from_bytes, policy
from pathlib import Path
from tempfile import gettempdir

import dkim
import pytest

from loket.config.tests.installation import await_truth, free_port, need
from loket.mail import outbox
from loket.mail.models import Delivery, SigningKey
from loket.mail.sender import send_due
from loket.mail.tests.scripted import ScriptedServer

pytestmark = [pytest.mark.installation, pytest.mark.django_db]

CONFIGURATION = """
smtp max-message-size 20000
listen on 127.0.0.1 port {port} hostname mx.example
action "onward" relay host smtp://127.0.0.1:{onward}
match from any for any action "onward"
"""
ODD = "Hoi 👩‍👩‍👧 שלום עולם\n.\n..\nFrom here\n" + "x" * 2000 + "\n" + "ë" * 2000 + "\nend\n"


@pytest.fixture
def beyond():
    """Where opensmtpd brings the mail to."""
    scripted = ScriptedServer()
    yield scripted
    scripted.close()


@pytest.fixture
def opensmtpd(tmp_path, beyond, settings):
    need("smtpd", "opensmtpd")
    if os.geteuid():
        pytest.skip("opensmtpd runs only as root")
    with (Path(gettempdir()) / "loket-opensmtpd.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two of them on one machine share a socket and a queue
        yield from served(tmp_path, beyond, settings)


def served(tmp_path, beyond, settings):
    port = free_port()
    configuration = tmp_path / "smtpd.conf"
    configuration.write_text(CONFIGURATION.format(port=port, onward=beyond.port))
    configuration.chmod(0o600)
    settings.SMTP = {
        "host": "127.0.0.1", "port": port, "username": "", "password": "", "use_tls": False, "use_ssl": False, "timeout": 10,
    }  # fmt: skip
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(["smtpd", "-d", "-f", configuration], stderr=log, stdout=log)
        await_truth(lambda: listens(port))
        yield server
        server.terminate()
        server.wait(10)


def listens(port):
    try:
        return bool(smtplib.SMTP("127.0.0.1", port, timeout=5).quit())
    except OSError:
        return False


def arrived(beyond, letter):
    """(recipients, raw) of ``letter`` once opensmtpd has brought it onward; its queue may hold mail of earlier days."""
    found = []

    def look():
        found[:] = [each for each in beyond.taken if letter.message_id.encode() in each[1]]
        return found

    await_truth(look)
    return found


def test_what_comes_out_is_what_was_written_and_its_signature_holds(opensmtpd, beyond):
    key = SigningKey.objects.make("testserver", by=None)
    key.begin(by=None)
    letter = outbox.queue(to="Zoë <zoe@bücher.example>", subject="Größe 🎫", text=ODD, html="<p>ë 👍</p>")
    send_due()
    assert letter.deliveries.get().state == "sent"
    [(recipients, raw)] = arrived(beyond, letter)
    assert recipients == ["zoe@xn--bcher-kva.example"]
    assert raw.endswith(bytes(letter.raw))
    mail = message_from_bytes(raw, policy=policy.default)
    assert (mail["Subject"], mail["Message-ID"]) == ("Größe 🎫", letter.message_id)
    assert mail.get_body(["plain"]).get_content().replace("\r\n", "\n") == ODD
    records = {f"{key.host}.": key.text.encode()}
    assert dkim.verify(raw, dnsfunc=lambda name, timeout=5: records.get(name.decode()))


def test_a_letter_too_large_for_the_server_fails_and_says_so(opensmtpd, beyond):
    outbox.queue(to="alice@example.com", subject="x", text="x" * 40_000)
    outbox.queue(to="bob@example.com", subject="x", text="x")
    send_due()
    assert dict(Delivery.objects.values_list("address", "state")) == {
        "alice@example.com": "failed",
        "bob@example.com": "sent",
    }
    assert Delivery.objects.failed().get().error.startswith("5")


def test_an_address_outside_ascii_that_the_server_cannot_take_fails_alone(opensmtpd, beyond):
    outbox.queue(to="zoë@example.com", subject="x", text="x")
    letter = outbox.queue(to="bob@example.com", subject="x", text="x")
    send_due()
    assert "SMTPUTF8" in Delivery.objects.failed().get().error
    assert [recipients for recipients, _raw in arrived(beyond, letter)] == [["bob@example.com"]]


def test_a_server_that_is_gone_loses_nothing(opensmtpd, beyond):
    opensmtpd.terminate()
    opensmtpd.wait(10)
    letter = outbox.queue(to="alice@example.com", subject="x", text="x")
    assert send_due() == 0
    assert letter.deliveries.get().state == "queued"
