"""Caps against loops: what goes over waits, and nothing is lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from loket.mail.models import Delivery
from loket.mail.outbox import queue
from loket.mail.sender import send_due


@pytest.fixture(autouse=True)
def two_of_each(settings, server, db):
    """Two mails an hour to one address, three in all."""
    settings.MAIL_PER_ADDRESS, settings.MAIL_PER_HOUR = 2, 3


def mail(*names, **more):
    for name in names:
        queue(to=f"{name}@example.com", subject="x", text="x", **more)


def waiting():
    return dict(Delivery.objects.queued().order_by("pk").values_list("address", "held"))


def an_hour_later():
    past = timezone.now() - timedelta(hours=1, seconds=1)
    Delivery.objects.filter(state="sent").update(sent_at=past)
    Delivery.objects.queued().update(next_try_at=past)
    return send_due()


def test_the_third_mail_to_an_address_waits_and_others_leave(server):
    mail("alice", "alice", "alice", "bob")
    send_due()
    assert [to for [to], _raw in server.taken] == ["alice@example.com"] * 2 + ["bob@example.com"]
    assert waiting() == {"alice@example.com": "address"}
    held = Delivery.objects.held().get()
    assert (held.attempts, held.leased_until) == (0, None)
    assert "loop" in held.error
    assert held.next_try_at > timezone.now()


def test_the_fourth_mail_in_all_waits(server):
    mail("alice", "bob", "carol", "dora", "erin")
    send_due()
    assert len(server.taken) == 3
    assert waiting() == {"dora@example.com": "all", "erin@example.com": "all"}


def test_what_waited_leaves_when_the_hour_is_over(server):
    mail("alice", "alice", "alice")
    send_due()
    an_hour_later()
    assert waiting() == {}
    assert len(server.taken) == 3
    assert set(Delivery.objects.values_list("held", "error")) == {("", "")}


def test_a_thousand_mails_to_one_address_are_put_aside_at_one_go(server, django_assert_max_num_queries):
    mail(*["alice"] * 12)
    with django_assert_max_num_queries(40):
        send_due()
    assert (len(server.taken), Delivery.objects.held().count()) == (2, 10)


def test_sign_in_codes_are_not_held(server):
    mail("alice", "alice", "bob")
    send_due()
    mail("alice", private=True)
    send_due()
    assert len(server.taken) == 4


def test_a_private_letter_is_not_put_aside_with_the_others(server):
    mail("alice", "alice")
    send_due()
    mail("alice")
    mail("alice", private=True)
    send_due()
    assert len(server.taken) == 3
    assert Delivery.objects.held().count() == 1


def test_what_a_worker_has_in_its_hands_is_left_to_it(server):
    mail("alice", "alice")
    send_due()
    mail("alice", "alice")
    leased = Delivery.objects.lease(timezone.now())
    send_due()
    assert leased.renew()
    assert Delivery.objects.held().count() == 1
