"""A mailbox at a real server, and mails by hand."""

import os
import shutil
import tempfile
from contextlib import suppress
from ipaddress import ip_network
from pathlib import Path

import pytest
from django.utils import timezone

from loket.conversations.channels.email.models import EmailChannel, Mail
from loket.conversations.channels.email.storing import store
from loket.conversations.channels.email.taking import take
from loket.conversations.channels.email.tests import mailserver
from loket.guard.secrets import locked


@pytest.fixture
def channel(inbox, pipeline):
    """The inbox's e-mail channel: help@loket.example, behind the mail server mx.loket.example."""
    return EmailChannel.objects.create(inbox=inbox, address="help@loket.example", server_id="mx.loket.example")


@pytest.fixture
def receive(channel):
    """Take in a mail (bytes) as by the pipe; gives its ``Mail``, read."""

    def receive(content):
        with tempfile.TemporaryFile() as stream:
            stream.write(content)
            mail = store(stream, inbox=channel.inbox, channel=channel)
        leased = Mail.objects.lease(timezone.now(), only=mail)
        if leased:
            take(leased)
        mail.refresh_from_db()
        return mail

    return receive


@pytest.fixture(scope="session")
def dovecot(tmp_path_factory):
    """A real IMAP server, started once a process. Where it could have been installed, its absence is a failure."""
    if not (shutil.which("dovecot") or Path("/usr/sbin/dovecot").exists()):
        could_install = os.geteuid() == 0 and shutil.which("apt-get")
        (pytest.fail if could_install else pytest.skip)("dovecot is missing: apt-get install dovecot-imapd")
    # Not below pytest's own folder, which nobody but its owner may enter.
    folder = tempfile.mkdtemp(prefix="loket-dovecot-")
    server = mailserver.Dovecot(folder)
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def proxy(dovecot):
    between = mailserver.Proxy(dovecot.port)
    yield between
    with suppress(OSError):
        between.stop()


@pytest.fixture
def mailbox(channel, proxy, settings):
    """The channel, fetched from a mailbox of its own through the proxy."""
    settings.OUTBOUND_ALLOW = [ip_network("127.0.0.0/8")]
    channel.method, channel.host, channel.port, channel.security = "imap", "127.0.0.1", proxy.port, "none"
    channel.username, channel.secret = f"user{os.urandom(6).hex()}", locked(mailserver.PASSWORD)
    channel.save()
    return channel
