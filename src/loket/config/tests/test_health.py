import pytest
from django.db import OperationalError, connection

from loket.config import health


@pytest.fixture(autouse=True)
def forgotten_answer(monkeypatch):
    monkeypatch.setattr(health, "_migrations", {"asked_at": float("-inf"), "answer": False})


def test_alive_needs_no_database_and_answers_on_any_host(client):
    response = client.get("/healthz", headers={"host": "10.1.2.3"})
    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.django_db
def test_ready_when_database_and_migrations_are_there(client):
    response = client.get("/readyz", headers={"host": "10.1.2.3"})
    assert (response.status_code, response.json()) == (200, {"database": "ok", "migrations": "ok"})


@pytest.mark.django_db
def test_not_ready_while_a_migration_is_missing(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'portals'")
    response = client.get("/readyz")
    assert (response.status_code, response.json()["migrations"]) == (503, "missing")


@pytest.mark.django_db
def test_a_lost_database_is_told_without_its_address(client, monkeypatch):
    def lost():
        raise OperationalError("connection to 10.0.0.7 failed for user loket")

    monkeypatch.setattr(connection, "cursor", lost)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"database": "unreachable", "migrations": "unknown"}


@pytest.mark.django_db
def test_migrations_are_read_once_in_a_few_seconds(client, django_assert_num_queries):
    client.get("/readyz")
    with django_assert_num_queries(1):
        client.get("/readyz")
