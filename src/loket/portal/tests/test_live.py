"""What is new in an open ticket."""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from loket.conversations import delivery
from loket.tickets.models import SightPolicy


@pytest.fixture
def poll(ticket):
    return lambda browser, after: browser.get(
        f"/support/tickets/{ticket.pk}/live/", {"after": after}, headers={"X-Loket-Live": "1"}
    )


def test_only_what_is_new_comes(entered, poll, ticket, answer, alice):
    browser, first = entered(alice), ticket.threads.get().messages.get()
    assert poll(browser, first.pk).status_code == 204
    message = answer(ticket, "Fresh words")
    page = poll(browser, first.pk).content.decode()
    assert "Fresh words" in page
    assert f'id="message-{message.pk}"' in page
    assert "It burns." not in page
    assert "<html" not in page
    assert poll(browser, message.pk).status_code == 204


def test_comments_never_come_and_agents_have_the_shown_name(entered, poll, ticket, answer, alice, dora):
    browser = entered(alice)
    last = answer(ticket)
    delivery.comment(ticket.threads.get(), "Secretplan", by=dora)
    assert poll(browser, last.pk).status_code == 204
    page = poll(browser, 0).content.decode()
    assert ">Dora<" in page
    for word in ("Secretplan", "Deskworth", dora.email):
        assert word not in page


def test_strangers_find_nothing_and_it_ends_with_sight(entered, client, poll, portal, ticket, alice, charlie):
    browser = entered(alice)
    assert poll(entered(charlie), 0).status_code == 404
    assert poll(client, 0).status_code == 302
    assert poll(browser, 0).status_code == 200
    rule = {"filterGroups": [{"filters": [{"propertyName": "subject", "operator": "EQ", "value": "other"}]}]}
    SightPolicy.of(portal).set({"visibility_filter": rule}, by=None)
    assert poll(browser, 0).status_code == 404


@pytest.mark.parametrize("after", ["", "x", "-1", "9" * 18, "9" * 5000, "٣", "1.5"])
def test_nonsense_is_no_fault(entered, poll, ticket, alice, after):
    assert poll(entered(alice), after).status_code in (200, 204)


def test_a_poll_is_cheap(entered, poll, ticket, answer, alice, django_assert_num_queries):
    browser, last = entered(alice), answer(ticket)
    poll(browser, last.pk)  # what is the same for all is known from here on
    with django_assert_num_queries(6):
        poll(browser, last.pk)


def test_a_poll_does_not_keep_a_session_alive(entered, poll, ticket, alice):
    browser = entered(alice)
    key = Session.objects.get().session_key
    session = SessionStore(key)
    session["seen_at"] -= 120
    session.save()
    poll(browser, 0)
    assert SessionStore(key)["seen_at"] == session["seen_at"]
    browser.get("/support/")
    assert SessionStore(key)["seen_at"] > session["seen_at"]
