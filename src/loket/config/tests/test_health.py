from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from loket.config import health
from loket.config.models import LATE, Worker
from loket.mail import outbox
from loket.mail.models import Delivery, Outage, Pause

FINE = {"database": "ok", "migrations": "ok", "worker": "ok", "mail": "ok"}
SMTP = {"host": "mail.secret.example", "port": 25, "username": "", "password": "hunter2"}


@pytest.fixture(autouse=True)
def forgotten_answer(monkeypatch):
    monkeypatch.setattr(health, "_migrations", {"asked_at": float("-inf"), "answer": False})


@pytest.fixture
def running(db, settings):
    """A worker that lives, and a mail server."""
    settings.SMTP = SMTP
    return Worker.objects.start()


def ask(client):
    response = client.get("/readyz")
    return response.status_code, response.json()


def test_alive_needs_no_database_and_answers_on_any_host(client):
    response = client.get("/healthz", headers={"host": "10.1.2.3"})
    assert (response.status_code, response.content) == (200, b"ok")


def test_ready_when_database_migrations_worker_and_mail_are_fine(client, running):
    response = client.get("/readyz", headers={"host": "10.1.2.3"})
    assert (response.status_code, response.json()) == (200, FINE)


def test_not_ready_while_a_migration_is_missing(client, running):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'portals'")
    assert ask(client) == (503, FINE | {"migrations": "missing", "worker": "unknown", "mail": "unknown"})


@pytest.mark.django_db
def test_a_lost_database_is_told_without_its_address(client, monkeypatch):
    def lost():
        raise OperationalError("connection to 10.0.0.7 failed for user loket")

    monkeypatch.setattr(connection, "cursor", lost)
    assert ask(client) == (503, dict.fromkeys(FINE, "unknown") | {"database": "unreachable"})


def test_a_silent_worker_is_missed(client, running):
    Worker.objects.update(seen_at=timezone.now() - LATE)
    assert ask(client) == (503, FINE | {"worker": "silent"})


def test_without_a_mail_server_nothing_is_expected_of_mail(client, running, settings):
    settings.SMTP = None
    assert ask(client) == (200, FINE | {"mail": "off"})


def test_mail_that_nobody_sends_is_stuck(client, running):
    outbox.queue(to="alice@example.com", subject="Hello", text="Hello")
    assert ask(client) == (200, FINE)
    Delivery.objects.update(next_try_at=timezone.now() - health.STUCK - timedelta(seconds=1))
    assert ask(client) == (503, FINE | {"mail": "stuck"})
    Delivery.objects.update(leased_until=timezone.now() + timedelta(minutes=1))
    assert ask(client) == (200, FINE)


def test_a_mail_server_out_of_reach_is_told_without_its_name(client, running):
    Outage.objects.begin("Cannot reach mail.secret.example")
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, FINE | {"mail": "failing"})
    assert b"secret" not in response.content
    Outage.objects.end()
    assert ask(client) == (200, FINE)


def test_a_pause_is_told_and_meant(client, running):
    Pause.objects.create(reason="restored")
    assert ask(client) == (200, FINE | {"mail": "paused"})


@pytest.mark.django_db
def test_visitors_are_sent_here_though_worker_and_mail_fail(client, settings):
    settings.SMTP = SMTP
    Outage.objects.begin("Cannot reach it")
    assert ask(client)[0] == 503
    response = client.get("/readyz/web")
    assert (response.status_code, response.json()) == (200, {"database": "ok", "migrations": "ok"})


def test_a_look_costs_few_queries_and_migrations_are_read_once(client, running, django_assert_num_queries):
    client.get("/readyz")
    with django_assert_num_queries(5):
        client.get("/readyz")
