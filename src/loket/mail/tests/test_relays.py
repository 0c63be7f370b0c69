"""Mail servers beside the installation's own: each sends its own mail, and none holds up another."""

from ipaddress import ip_network

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from loket.history.models import Event
from loket.mail import trial
from loket.mail.models import Delivery, Outage, Relay
from loket.mail.outbox import queue
from loket.mail.sender import relay_ids, send_due
from loket.mail.tests.scripted import CUT, ScriptedServer
from loket.records.chores import Chore


@pytest.fixture
def other(settings):
    """A second mail server."""
    settings.OUTBOUND_ALLOW = [ip_network("127.0.0.0/8")]
    scripted = ScriptedServer()
    yield scripted
    scripted.listener.close()


@pytest.fixture
def relay(other, db):
    return Relay.objects.create(address="sales@example.com", host="127.0.0.1", port=other.port, security="none")


def mail(relay=None, to="alice@example.com"):
    return queue(to=to, subject="Hello", text="Hello", relay=relay)


def state_of(letter):
    return letter.deliveries.get().state


def test_each_letter_leaves_through_its_own_server_and_from_its_address(server, other, relay):
    ours, theirs = mail(), mail(relay)
    assert (send_due(), send_due(relay.pk)) == (1, 1)
    assert server.taken == [(["alice@example.com"], bytes(ours.raw))]
    assert other.taken == [(["alice@example.com"], bytes(theirs.raw))]
    assert "MAIL from:<sales@example.com>" in " ".join(other.commands)
    assert b"From: sales@example.com" in other.taken[0][1]


def test_a_broken_server_holds_up_no_other(server, other, relay):
    other.close()
    waits, leaves = mail(relay), mail()
    assert (send_due(relay.pk), send_due()) == (0, 1)
    assert (state_of(waits), state_of(leaves)) == ("queued", "sent")
    assert Outage.objects.of(relay).current().error.startswith("Cannot reach")
    assert Outage.objects.of(None).current() is None


def test_a_relay_that_works_does_not_end_the_outage_of_the_installations_server(server, other, relay):
    server.script("CONNECT", "421 not now")
    mail(), mail(relay)
    send_due(), send_due(relay.pk)
    assert Outage.objects.of(None).current()
    assert other.taken


def test_a_relay_sends_although_the_installation_has_no_mail_server(settings, other, relay):
    settings.SMTP = None
    ours, theirs = mail(), mail(relay)
    send_due(), send_due(relay.pk)
    assert (state_of(ours), state_of(theirs)) == ("queued", "sent")


def test_the_worker_gives_each_relay_a_thread_of_its_own(relay):
    Relay.objects.create(address="help@example.com", host="mail.example.com")
    parts = Chore("send", lambda relay_id: relay_id, 1, relay_ids).parts()
    assert [part.run() for part in parts] == list(relay_ids())
    assert len({part.name for part in parts}) == 2


def test_what_waits_for_a_relay_that_is_removed_leaves_through_the_installations_server(server, relay):
    letter = mail(relay)
    relay.remove(by=None)
    assert send_due(12345) == 0
    send_due()
    assert state_of(letter) == "sent"


def test_a_host_in_our_own_network_is_refused_unless_it_is_listed(settings, other, relay):
    settings.OUTBOUND_ALLOW = []
    letter = mail(relay)
    send_due(relay.pk)
    assert other.connections == 0
    assert "LOKET_OUTBOUND_ALLOW" in letter.deliveries.get().error


def test_the_password_is_locked_and_stands_in_no_history(relay, erin):
    relay.change({"username": "sales", "security": "tls"}, secret="zwaluwnest", by=erin)
    relay.refresh_from_db()
    assert relay.options["password"] == "zwaluwnest"
    assert "zwaluwnest" not in str([*Event.objects.values()]) + str(vars(relay))
    assert Event.objects.about(relay).filter(verb="password_changed").exists()


def test_a_password_locked_with_another_key_says_so_and_mail_waits(settings, other, relay):
    relay.change({"username": "sales", "security": "starttls"}, secret="zwaluwnest", by=None)
    Relay.objects.update(security="none")
    settings.SECRET_KEY = "another" * 10
    letter = mail(relay)
    send_due(relay.pk)
    assert state_of(letter) == "queued"
    assert "LOKET_SECRET_KEY" in letter.deliveries.get().error


@pytest.mark.parametrize(
    "values", [{"address": "nobody"}, {"port": 0}, {"username": "x", "security": "none"}, {"host": ""}]
)
def test_what_cannot_work_is_refused(db, values):
    whole = {"address": "a@example.com", "host": "mail.example.com", "port": 587, "username": "", "security": "tls"}
    with pytest.raises(ValidationError) as refused:
        Relay().change(whole | values, by=None)
    assert set(refused.value.error_dict) <= set(values)


def test_two_workers_share_the_mail_of_a_relay(relay):
    mail(relay)
    assert Delivery.objects.through(relay.pk).lease(timezone.now())
    assert Delivery.objects.through(relay.pk).lease(timezone.now()) is None


def steps(relay):
    tried = trial.tried(relay.options, sender=relay.address, recipient="erin@loket.example", subject="x", text="x")
    return {step: why for step, state, why in tried if state == "failed"}, [step for step, *_ in tried]


def test_a_test_mail_arrives(other, relay):
    assert steps(relay) == ({}, list(trial.STEPS))
    assert other.taken[0][0] == ["erin@loket.example"]


@pytest.mark.parametrize(
    ("verb", "said", "step"),
    [
        ("CONNECT", "554 go away", "connection"),
        ("CONNECT", CUT, "connection"),
        ("AUTH", "535 no", "sign_in"),
        ("MAIL", "550 not your domain", "sender"),
        ("RCPT", "550 no such box", "recipient"),
        ("DATA", "554 no", "message"),
        ("END", "552 too large", "message"),
        ("END", CUT, "message"),
    ],
)
def test_a_test_mail_says_which_step_failed(other, relay, verb, said, step):
    other.extensions.append("AUTH PLAIN")
    other.answers[verb] = lambda argument: said
    Relay.objects.update(username="sales")
    relay.refresh_from_db()
    failed, _steps = steps(relay)
    assert list(failed) == [step]


def test_a_test_mail_without_the_encryption_that_is_set_fails_there(other, relay):
    relay.security = "starttls"
    assert list(steps(relay)[0]) == ["encryption"]
    assert not other.taken


def test_a_test_mail_to_a_server_that_speaks_no_tls_fails_at_the_encryption(other, relay):
    relay.security = "tls"
    assert list(steps(relay)[0]) == ["encryption"]


def test_a_test_mail_to_a_name_that_is_none_fails_at_the_name(relay):
    relay.host = "nowhere.invalid"
    assert list(steps(relay)[0]) == ["address"]


def test_a_test_mail_to_a_port_where_nobody_is_fails_at_the_connection(other, relay):
    other.close()
    assert list(steps(relay)[0]) == ["connection"]
