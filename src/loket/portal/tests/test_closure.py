"""Closing from the portal (T11), and answering what is closed (T10)."""

import pytest

from loket.history.models import Event
from loket.tickets.models import ClosingPolicy, Pipeline, ReplyPolicy, Ticket


@pytest.fixture
def closing(portal):
    """Allow closing: ``closing({pipeline id: status id})``."""
    return lambda choices=None: ClosingPolicy.of(portal).set(
        {"allows_closing": True, "closing_statuses": choices or {}}, by=None
    )


@pytest.fixture
def replying(portal):
    """Allow replies to closed tickets: ``replying({pipeline id: status id})``."""
    return lambda choices=None: ReplyPolicy.of(portal).set(
        {"allows_replies_to_closed": True, "reopening_statuses": choices or {}}, by=None
    )


def close(browser, ticket, **more):
    return browser.post(f"/support/tickets/{ticket.pk}/closure/", more)


def offers(browser, ticket):
    return f"/tickets/{ticket.pk}/closure/" in browser.get(f"/support/tickets/{ticket.pk}/").content.decode()


def test_nobody_closes_by_default(entered, alice, ticket):
    browser = entered(alice)
    assert not offers(browser, ticket)
    assert close(browser, ticket).status_code == 404
    assert not Ticket.objects.get().is_closed


def test_alice_closes_in_the_only_closed_status_and_history_says_so(entered, alice, ticket, closing):
    closing()
    browser = entered(alice)
    assert offers(browser, ticket)
    assert close(browser, ticket).status_code == 302
    assert Ticket.objects.get().status.label == "Closed"
    event = Event.objects.about(ticket).get(verb="closed")
    assert (event.actor_kind, event.actor_name) == ("contact", "Alice Example")
    assert not offers(browser, ticket)


def test_twice_is_once(entered, alice, ticket, closing):
    closing()
    browser = entered(alice)
    assert [close(browser, ticket).status_code for _ in range(2)] == [302, 302]
    assert Event.objects.about(ticket).filter(verb="closed").count() == 1


def test_of_several_closed_statuses_the_chosen_one_counts_whatever_is_sent(entered, alice, ticket, closing, pipeline):
    solved = pipeline.statuses.create(label="Solved", is_closed=True, position=9)
    browser = entered(alice)
    closing()
    assert not offers(browser, ticket)  # two, and none chosen
    assert close(browser, ticket).status_code == 404
    closing({str(pipeline.pk): solved.pk})
    close(browser, ticket, status=pipeline.statuses.filter(is_closed=True).first().pk)
    assert Ticket.objects.get().status == solved


@pytest.mark.parametrize("change", ["reopened", "removed", "moved"])
def test_a_choice_that_fits_no_more_offers_no_button(entered, alice, ticket, closing, pipeline, change):
    solved = pipeline.statuses.create(label="Solved", is_closed=True, position=9)
    closing({str(pipeline.pk): solved.pk})
    browser = entered(alice)
    assert offers(browser, ticket)
    if change == "removed":
        solved.delete()
    elif change == "moved":
        solved.pipeline = Pipeline.objects.create(name="Other")
        solved.save()
    else:
        solved.is_closed = False
        solved.save()
    assert not offers(browser, ticket)
    assert close(browser, ticket).status_code == 404


def test_an_explicit_none_offers_no_button(entered, alice, ticket, closing, pipeline):
    closing({str(pipeline.pk): None})
    assert not offers(entered(alice), ticket)


def test_charlie_cannot_close_alices_ticket(entered, charlie, alice, ticket, closing):
    closing()
    browser = entered(charlie)
    assert close(browser, ticket).status_code == 404
    assert close(browser, type(ticket)(pk=999_999)).content == close(browser, ticket).content
    assert not Ticket.objects.get().is_closed


def test_bob_closes_what_he_sees_of_his_company(entered, bob, ticket, closing):
    closing()
    close(entered(bob), ticket)
    assert Ticket.objects.get().is_closed


def reply(browser, ticket):
    return browser.post(f"/support/tickets/{ticket.pk}/replies/", {"text": "Not solved", "token": "once"})


def test_a_closed_ticket_takes_no_reply_by_default(entered, alice, ticket, dora):
    ticket.close(by=dora)
    browser = entered(alice)
    assert 'id="composer"' not in browser.get(f"/support/tickets/{ticket.pk}/").content.decode()
    assert reply(browser, ticket).status_code == 422


def test_where_allowed_it_takes_one_and_stays_closed(entered, alice, ticket, dora, replying):
    ticket.close(by=dora)
    replying()
    browser = entered(alice)
    assert 'id="composer"' in browser.get(f"/support/tickets/{ticket.pk}/").content.decode()
    assert reply(browser, ticket).status_code == 302
    assert Ticket.objects.get().is_closed
    assert ticket.threads.get().messages.count() == 2


def test_the_chosen_open_status_is_where_the_reply_moves_it(entered, alice, ticket, dora, replying, pipeline):
    waiting = pipeline.statuses.get(label="Waiting")
    replying({str(pipeline.pk): waiting.pk})
    browser = entered(alice)
    reply(browser, ticket)
    assert Ticket.objects.get().status.label == "New"  # an open one is not moved
    ticket.close(by=dora)
    browser.post(f"/support/tickets/{ticket.pk}/replies/", {"text": "Again", "token": "twice"})
    assert Ticket.objects.get().status == waiting


def test_a_choice_that_is_closed_by_now_leaves_the_ticket_closed(entered, alice, ticket, dora, replying, pipeline):
    waiting = pipeline.statuses.get(label="Waiting")
    replying({str(pipeline.pk): waiting.pk})
    ticket.close(by=dora)
    waiting.is_closed = True
    waiting.save()
    reply(entered(alice), ticket)
    assert Ticket.objects.get().status.label == "Closed"
