"""The outbox: what leaves, how it fares, try again and stop."""

import pytest

from loket.desk.views import letters
from loket.history.models import Event
from loket.mail import outbox
from loket.mail.models import Delivery

OUTBOX = 12


@pytest.fixture
def letter(db):
    return outbox.queue(to="alice@example.com", subject="Your invoice", text="Please pay")


def fail(letter, reason="550 No such user"):
    Delivery.objects.filter(letter=letter).update(state="failed", error=reason)


def shown(page):
    return [each.address for each, _kind in page.context["deliveries"]]


def test_deliveries_are_listed_with_state_and_reason(desk, letter):
    fail(letter)
    page = desk.get("/desk/outbox/").content.decode()
    for words in ("Your invoice", "alice@example.com", "Failed", "550 No such user"):
        assert words in page


def test_the_outbox_is_searched_and_filtered(desk, letter):
    other = outbox.queue(to="bob@example.com", subject="Greetings", text="Hello")
    fail(other)
    assert shown(desk.get("/desk/outbox/")) == ["bob@example.com", "alice@example.com"]
    assert shown(desk.get("/desk/outbox/?q=INVOICE")) == ["alice@example.com"]
    assert shown(desk.get("/desk/outbox/?q=bob@")) == ["bob@example.com"]
    assert shown(desk.get("/desk/outbox/?state=failed")) == ["bob@example.com"]
    assert shown(desk.get("/desk/outbox/?state=nonsense&after=x")) == ["bob@example.com", "alice@example.com"]


def test_pages_follow_each_other(desk, monkeypatch, db):
    monkeypatch.setattr(letters, "PAGE", 2)
    for name in "abcde":
        outbox.queue(to=f"{name}@example.com", subject="x", text="x")
    address, seen = "", []
    while address is not None:
        page = desk.get("/desk/outbox/" + address)
        seen += shown(page)
        address = page.context["next_url"] or None
    assert "".join(each[0] for each in seen) == "edcba"


def test_a_letter_shows_its_text(desk, letter, ticket, answer):
    answer(ticket, "We look")
    assert "Please pay" in desk.get(f"/desk/outbox/{letter.pk}/").content.decode()


def test_the_text_of_a_private_letter_is_never_shown(desk, db):
    letter = outbox.queue(to="alice@example.com", subject="Reset", text="https://secret.example/", private=True)
    assert "secret.example" in letter.text
    page = desk.get(f"/desk/outbox/{letter.pk}/").content.decode()
    assert "secret.example" not in page
    assert "sign-in link" in page
    assert shown(desk.get("/desk/outbox/?q=secret.example")) == []


def test_a_failed_delivery_is_tried_again(desk, letter, dora):
    fail(letter)
    delivery = letter.deliveries.get()
    for _click in range(2):
        assert desk.post(f"/desk/outbox/deliveries/{delivery.pk}/retry/")["Location"] == f"/desk/outbox/{letter.pk}/"
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.error) == ("queued", 0, "")
    assert {each.actor_name for each in Event.objects.filter(verb="mail_retried")} == {dora.name}


def test_a_waiting_delivery_is_stopped(desk, letter):
    delivery = letter.deliveries.get()
    for _click in range(2):
        desk.post(f"/desk/outbox/deliveries/{delivery.pk}/cancellation/")
    delivery.refresh_from_db()
    assert delivery.state == "cancelled"
    assert Event.objects.filter(verb="mail_cancelled").count() == 1


def test_a_sent_delivery_is_neither_tried_nor_stopped(desk, letter):
    Delivery.objects.update(state="sent")
    for noun in ("retry", "cancellation"):
        desk.post(f"/desk/outbox/deliveries/{letter.deliveries.get().pk}/{noun}/")
    assert letter.deliveries.get().state == "sent"
    page = desk.get(f"/desk/outbox/{letter.pk}/").content.decode()
    assert "Try again now" not in page
    assert "Stop sending" not in page


@pytest.mark.parametrize("noun", ["retry", "cancellation"])
def test_a_customer_cannot_touch_the_outbox(entered, alice, form, letter, noun):
    browser = entered(alice)
    browser.cookies["loket_desk"] = browser.cookies["loket_portal"].value
    fail(letter)
    before = letter.deliveries.get().state
    browser.post(f"/desk/outbox/deliveries/{letter.deliveries.get().pk}/{noun}/")
    assert letter.deliveries.get().state == before
    assert browser.get("/desk/outbox/").status_code == 302


def test_a_letter_that_is_not_there_is_not_found(desk):
    assert desk.get("/desk/outbox/999/").status_code == 404
    assert desk.post("/desk/outbox/deliveries/999/retry/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_outbox_takes_the_same_queries_whatever_its_rows(desk, rows, django_assert_num_queries):
    for number in range(rows):
        outbox.queue(to=f"{number}@example.com", subject="x", text="x")
    desk.get("/desk/outbox/")
    with django_assert_num_queries(OUTBOX):
        assert len(shown(desk.get("/desk/outbox/"))) == rows


def test_what_waits_for_a_cap_is_told(desk, letter):
    assert "may be answering each other" not in desk.get("/desk/outbox/").content.decode()
    Delivery.objects.update(held="address")
    page = desk.get("/desk/outbox/").content.decode()
    assert "1 mail waits: its recipient got 60 in an hour" in page
    assert "in an hour, and no more may.</p>" not in page
    outbox.queue(to="bob@example.com", subject="x", text="x")
    Delivery.objects.update(held="all")
    assert "2 mails wait: 2000 left in an hour" in desk.get("/desk/outbox/").content.decode()
    Delivery.objects.update(state="cancelled")
    assert "may be answering each other" not in desk.get("/desk/outbox/").content.decode()
