"""Tickets put into the spam and into the bin, and restored, in the desk."""

import pytest

from loket.conversations.models import Comment, Message


@pytest.fixture
def post(desk, ticket):
    return lambda noun, **values: desk.post(f"/desk/tickets/{ticket.pk}/{noun}/", values)


def listed(desk, view):
    return [row["subject"] for row in desk.get(f"/desk/views/{view}/").context["pane"].rows]


@pytest.mark.parametrize(("noun", "view", "other"), [("spam", "spam", "bin"), ("discard", "bin", "spam")])
def test_a_ticket_leaves_the_views_and_stands_in_its_place(desk, post, ticket, noun, view, other):
    assert listed(desk, "all-open") == [ticket.subject]
    answer = post(noun)
    assert answer.status_code == 302
    assert listed(desk, "all-open") == listed(desk, "unassigned") == listed(desk, other) == []
    assert listed(desk, view) == [ticket.subject]
    assert desk.get("/desk/views/all-open/?q=printer&in=all").context["pane"].rows == []
    page = desk.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert "Customers do not see it" in page
    assert post("restoration").status_code == 302
    assert listed(desk, "all-open") == [ticket.subject]
    assert "Customers do not see it" not in desk.get(f"/desk/tickets/{ticket.pk}/").content.decode()


def test_closed_and_own_tickets_leave_their_views_too(desk, post, ticket, dora):
    ticket.assign(dora, by=dora)
    assert listed(desk, "mine") == [ticket.subject]
    post("discard")
    assert listed(desk, "mine") == []
    ticket.refresh_from_db()
    ticket.close(by=dora)
    assert listed(desk, "closed") == []


def test_a_reply_to_a_ticket_put_away_is_refused_and_its_words_are_kept(desk, post, ticket):
    page = desk.get(f"/desk/tickets/{ticket.pk}/")
    token = page.context["composers"][0].form["token"].value()
    post("discard")
    answer = post("replies", text="What I typed", token=token)
    assert answer.status_code == 422
    assert "Restore it first" in answer.content.decode()
    assert "What I typed" in answer.content.decode()
    assert Message.objects.count() == 1


def test_a_ticket_put_away_offers_only_comments(desk, post, ticket):
    assert [each.kind for each in desk.get(f"/desk/tickets/{ticket.pk}/").context["composers"]] == ["reply", "comment"]
    post("spam")
    page = desk.get(f"/desk/tickets/{ticket.pk}/?write=reply")
    assert [(each.kind, each.is_shown) for each in page.context["composers"]] == [("comment", True)]
    token = page.context["composers"][0].form["token"].value()
    assert post("comments", text="Looks like phishing", token=token).status_code == 302
    assert Comment.objects.get().text == "Looks like phishing"


def test_a_contacts_page_and_other_tickets_name_none_put_away(desk, post, ticket, file_ticket, alice):
    other = file_ticket(alice, "Another")
    assert ticket.subject in desk.get(f"/desk/tickets/{other.pk}/").content.decode().partition("details")[2]
    post("spam")
    assert [each.pk for each in desk.get(f"/desk/contacts/{alice.pk}/").context["tickets"]] == [other.pk]


def test_nobody_but_agents_puts_tickets_away(entered, alice, ticket, client):
    for browser in (client, entered(alice)):
        browser.post(f"/desk/tickets/{ticket.pk}/discard/")
        ticket.refresh_from_db()
        assert not ticket.is_removed
