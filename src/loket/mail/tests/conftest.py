"""Fixtures; models can be imported only inside them, for pytest reads this file before Django is set up."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone

from loket.mail.tests.scripted import ScriptedServer


@pytest.fixture
def server(settings):
    scripted = ScriptedServer()
    settings.SMTP = {
        "host": "127.0.0.1", "port": scripted.port, "username": "", "password": "", "use_tls": False, "use_ssl": False,
        "timeout": 2,
    }  # fmt: skip
    yield scripted
    with suppress(OSError):
        scripted.close()


@pytest.fixture
def letter(db):
    from loket.mail.outbox import queue

    return queue(to="Alice <alice@example.com>", subject="Hello", text="Your ticket is closed.")


@pytest.fixture
def send_later():
    """Let all pauses and leases end, then send."""
    from loket.mail.models import Delivery
    from loket.mail.sender import send_due

    def later():
        past = timezone.now() - timedelta(days=1)
        Delivery.objects.queued().update(next_try_at=past)
        Delivery.objects.queued().exclude(leased_until=None).update(leased_until=past)
        return send_due()

    return later


@pytest.fixture
def nameserver(monkeypatch):
    """The DNS, as a test has it."""
    from loket.mail import publishing
    from loket.mail.tests.nameserver import NameServer

    server = NameServer()
    monkeypatch.setattr(publishing, "resolver", server.resolver)
    yield server
    server.close()
