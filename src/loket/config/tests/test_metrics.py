"""``/metrics``: who may read the figures, and what they are."""

import ipaddress
import re
import subprocess
import sys

import pytest

from loket.config import metrics
from loket.config.models import Worker
from loket.mail import outbox
from loket.mail.models import Delivery, Outage, Pause

NETWORK = [ipaddress.ip_network("10.7.0.0/16"), ipaddress.ip_network("::1")]


@pytest.fixture(autouse=True)
def asked_anew(settings, monkeypatch):
    settings.METRICS_ALLOW, settings.METRICS_TOKEN = NETWORK, "only-for-prometheus"
    monkeypatch.setattr(metrics, "stored", metrics.Stored())


def ask(client, address="10.7.1.1", **headers):
    return client.get("/metrics", REMOTE_ADDR=address, headers=headers)


def figures(client):
    """{"name{labels}": number} of what Prometheus would read."""
    text = ask(client).content.decode()
    return {name: float(value) for name, value in re.findall(r"^([a-z_]+(?:{.*})?) (\S+)$", text, re.MULTILINE)}


@pytest.mark.django_db
@pytest.mark.parametrize(("behind", "address", "headers", "may"), [
    (False, "10.7.1.1", {}, True),
    (False, "::ffff:10.7.1.1", {}, True),
    (False, "10.8.1.1", {}, False),
    (False, "", {}, False),
    (False, "10.8.1.1", {"authorization": "Bearer only-for-prometheus"}, True),
    (False, "10.8.1.1", {"authorization": "Bearer "}, False),
    (False, "10.8.1.1", {"x-forwarded-for": "10.7.1.1"}, False),
    (False, "10.7.1.1", {"x-forwarded-for": "192.0.2.1"}, False),
    (True, "10.7.1.1", {"x-forwarded-for": "192.0.2.1"}, False),
    (True, "10.7.1.1", {"x-forwarded-for": "10.7.1.9, 192.0.2.1"}, False),
    (True, "10.9.1.1", {"x-forwarded-for": "192.0.2.1, 10.7.1.9"}, True),
    (True, "10.7.1.1", {"x-forwarded-for": "nonsense"}, False),
])  # fmt: skip
def test_only_the_network_and_the_token_that_are_allowed_read_the_figures(
    client, settings, behind, address, headers, may
):
    settings.IS_BEHIND_PROXY = behind
    assert (ask(client, address, **headers).status_code == 200) is may


@pytest.mark.django_db
def test_others_learn_not_even_that_there_are_figures(client):
    absent, hidden = client.get("/absent"), ask(client, "10.8.1.1")
    assert (absent.status_code, absent.content) == (hidden.status_code, hidden.content)


@pytest.mark.django_db
def test_without_a_token_an_empty_one_opens_nothing(client, settings):
    settings.METRICS_TOKEN = ""
    assert ask(client, "10.8.1.1", authorization="Bearer ").status_code == 404


@pytest.mark.django_db
def test_answers_are_counted_by_door_and_class_of_status(client, entered, alice, ticket):
    before = figures(client)
    browser = entered(alice)
    for path in ("/support/", f"/support/tickets/{ticket.pk}/", "/support/tickets/999999/", "/nowhere"):
        browser.get(path)
    after = figures(client)

    def more(name):
        return after.get(name, 0) - before.get(name, 0)

    assert more('loket_requests_total{door="portal",status="2xx"}') == 2
    assert more('loket_requests_total{door="portal",status="4xx"}') == 1
    assert more('loket_requests_total{door="front",status="4xx"}') == 1
    assert more('loket_request_seconds_count{door="portal"}') == 4  # with the sign-in


@pytest.mark.django_db
def test_outbox_worker_and_chores_are_told(client):
    for address in ("a@example.com", "b@example.com", "c@example.com"):
        outbox.queue(to=address, subject="Hello", text="Hello")
    Delivery.objects.filter(address="a@example.com").update(state="sent")
    Worker.objects.start().beat({"send mail": {"runs": 4, "failures": 1, "rows": 3, "seconds": 0.5}})
    Outage.objects.begin("down")
    Pause.objects.create(reason="restored")
    told, name = figures(client), Worker.objects.get().name
    assert told['loket_outbox_deliveries{state="queued"}'] == 2
    assert told['loket_outbox_deliveries{state="sent"}'] == 1
    assert told['loket_outbox_deliveries{state="failed"}'] == 0
    assert 0 <= told["loket_worker_heartbeat_age_seconds"] < 5
    assert told["loket_workers"] == told["loket_paused"] == told["loket_database_up"] == 1
    assert told["loket_mail_outage_seconds"] > 0
    assert told[f'loket_chore_runs_total{{chore="send mail",worker="{name}"}}'] == 4
    assert told[f'loket_chore_failures_total{{chore="send mail",worker="{name}"}}'] == 1


@pytest.mark.django_db
def test_figures_name_no_person_and_no_address(client, ticket):
    text = ask(client).content.decode()
    assert "alice" not in text and ticket.subject not in text


def test_the_processes_of_one_server_are_added_up(tmp_path):
    code = f"""
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "loket.config.settings"
django.setup()
from loket.config import metrics
metrics.share({str(tmp_path)!r})
for _ in range(2):
    if not os.fork():
        metrics.count("portal", 200, 0.1)
        os._exit(0)
    os.wait()
from prometheus_client import CollectorRegistry, generate_latest
registry = CollectorRegistry()
metrics.MultiProcessCollector(registry, path={str(tmp_path)!r})
print(generate_latest(registry).decode())
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert 'loket_requests_total{door="portal",status="2xx"} 2.0' in said
