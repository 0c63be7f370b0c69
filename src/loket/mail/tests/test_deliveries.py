"""What an administrator does with a delivery, and what becomes of a private letter."""

import pytest
from django.utils import timezone

from loket.history.models import Event
from loket.mail.models import Delivery
from loket.mail.outbox import queue
from loket.mail.sender import send_due

SECRET = "https://testserver/sign-in/s3cr3t"


@pytest.fixture
def private(db):
    return queue(to=["alice@example.com", "bob@example.com"], subject="Sign in", text=SECRET, private=True)


def test_a_failed_delivery_is_tried_again_from_the_first_pause(server, letter):
    server.script("RCPT", "550 no")
    send_due()
    delivery = letter.deliveries.get()
    assert delivery.state == "failed"
    delivery.retry(by=None)
    assert (delivery.state, delivery.attempts, delivery.error) == ("queued", 0, "")
    assert Event.objects.about(letter).get().verb == "mail_retried"
    send_due()
    assert len(server.taken) == 1


def test_a_waiting_delivery_can_be_tried_now(server, letter):
    server.script("RCPT", "450 later")
    send_due()
    assert send_due() == 0
    letter.deliveries.get().retry(by=None)
    assert send_due() == 1


def test_neither_a_sent_nor_a_leased_delivery_is_tried_again(letter):
    leased = Delivery.objects.lease(timezone.now())
    leased.retry(by=None)
    assert Delivery.objects.lease(timezone.now()) is None
    leased.mark_sent()
    stale = letter.deliveries.get()
    stale.state = "failed"
    stale.retry(by=None)
    assert stale.state == "sent"
    assert not Event.objects.exists()


def test_a_cancelled_delivery_is_not_sent_until_somebody_wants_it(server, letter):
    delivery = letter.deliveries.get()
    delivery.cancel(by=None)
    delivery.cancel(by=None)
    assert Event.objects.about(letter).get().details == {"address": "alice@example.com"}
    assert send_due() == 0
    delivery.retry(by=None)
    assert send_due() == 1


def test_a_sent_delivery_is_not_cancelled(server, letter):
    send_due()
    delivery = letter.deliveries.get()
    delivery.cancel(by=None)
    assert delivery.state == "sent"


def test_a_private_letter_is_forgotten_with_its_last_delivery(server, private):
    assert SECRET.encode() in bytes(private.raw)
    server.script("RCPT", None, "450 later")
    send_due()
    private.refresh_from_db()
    assert private.text == SECRET, "bob's is still to be sent"
    Delivery.objects.queued().get().retry(by=None)
    send_due()
    assert len(server.taken) == 2
    private.refresh_from_db()
    assert (bytes(private.raw), private.text, private.subject) == (b"", "", "Sign in")


def test_a_forgotten_letter_cannot_be_tried_again(server, private):
    server.answers["RCPT"] = lambda address: "550 no"
    send_due()
    delivery = Delivery.objects.first()
    assert (delivery.state, delivery.can_retry) == ("failed", False)
    delivery.letter = private
    assert delivery.can_retry, "what was read before it was forgotten"
    delivery.retry(by=None)
    assert delivery.state == "failed"


def test_cancelling_a_private_letter_forgets_it(private):
    for delivery in private.deliveries.all():
        delivery.cancel(by=None)
    private.refresh_from_db()
    assert private.text == ""


def test_other_letters_are_kept(server, letter):
    send_due()
    letter.refresh_from_db()
    assert letter.text
    assert letter.raw
