"""The one way out, and what must never leave."""

import pytest

from loket.conversations import delivery, letters
from loket.conversations.models import Comment, Message, Thread
from loket.conversations.timeline import of_contact, of_ticket
from loket.history.models import write_note
from loket.mail.models import Letter
from loket.search import engine
from loket.tickets.models import SightPolicy, Ticket, WordingPolicy


def mails():
    return {letter.to: letter for letter in Letter.objects.all()}


def test_the_requester_gets_the_answer_by_mail_with_a_link(ticket, answer):
    answer(ticket, "We send **two** engineers.")
    letter = Letter.objects.get()
    assert letter.to == "alice@example.com"
    assert letter.subject == f"Re: Printer on fire (#{ticket.pk})"
    assert "We send **two** engineers." in letter.text
    assert f"http://testserver/support/tickets/{ticket.pk}/" in letter.text
    assert b"<strong>two</strong>" in bytes(letter.raw)


def test_an_answer_at_the_moment_of_closing_leaves_the_ticket_among_the_closed(ticket, answer, dora):
    Ticket.objects.get(pk=ticket.pk).close(by=dora)
    assert not ticket.is_closed, "the object in memory is of before"
    message = answer(ticket)
    for rows in (ticket.ticketcontact_set, ticket.ticketcompany_set):
        assert list(rows.values_list("is_open", "last_activity_at")) == [(False, message.created_at)]


def test_a_ticket_that_is_filed_twice_is_one(portal, pipeline, inbox, dora):
    first, second = (
        delivery.begin(
            "new@example.com", subject="Call-in", text="Hello.", by=dora, inbox=inbox, status=pipeline.first_open(),
            token="t",
        )
        for _each in range(2)
    )  # fmt: skip
    assert first == second
    assert Ticket.objects.count() == Message.objects.count() == Letter.objects.count() == 1


def test_an_agent_finds_words_that_customers_and_agents_know(ticket, dora, found_by_agents, monkeypatch):
    delivery.comment(ticket.threads.get(), "The toner is empty.", by=dora)
    for query in ("printer toner", "alice printer", "acme burns", "toner"):
        assert found_by_agents(query) == {ticket.pk}, query
    assert found_by_agents("printer walrus") == found_by_agents("!") == set()
    monkeypatch.setattr("loket.conversations.documents.MOST_FOUND", 0)
    assert found_by_agents("printer toner") == {ticket.pk}, "the same when the index finds more than can be listed"


def test_a_comment_written_on_an_old_copy_does_not_bring_its_words_back(ticket, dora, found_by_agents):
    thread = ticket.threads.select_related("ticket").get()
    Ticket.objects.get(pk=ticket.pk).change({"subject": "Fire is out"}, by=dora)
    delivery.comment(thread, "Phew.", by=dora)
    assert found_by_agents("Fire is out") == {ticket.pk}


def test_two_who_open_the_first_conversation_open_one(ticket, dora):
    Thread.objects.all().delete()
    assert delivery.open_conversation(ticket) == delivery.open_conversation(ticket)


def test_never_the_whole_company_but_participants_too(ticket, answer, bob):
    answer(ticket)
    assert set(mails()) == {"alice@example.com"}
    ticket.add_participant(bob, by=bob)
    answer(ticket)
    assert set(mails()) == {"alice@example.com", "bob@example.com"}


def test_who_may_not_see_the_ticket_is_not_told(ticket, answer, portal):
    hide = {"filterGroups": [{"filters": [{"propertyName": "subject", "operator": "EQ", "value": "other"}]}]}
    SightPolicy.of(portal).set({"visibility_filter": hide}, by=None)
    answer(ticket)
    assert not Letter.objects.exists()


def test_an_agents_name_is_the_portals_wording(ticket, answer, portal, dora):
    answer(ticket)
    first = Letter.objects.get()
    assert first.sender.startswith("Dora – Acme Support")
    WordingPolicy.of(portal).set({"owner_name": "alias", "owner_alias": {"en": "The team"}}, by=None)
    answer(ticket)
    second = Letter.objects.last()
    for leak in ("Dora", "Deskworth", dora.email):
        assert leak.encode() not in bytes(second.raw)
    assert "The team" in second.text


def test_the_same_token_is_one_answer_and_one_mail(ticket, answer):
    assert answer(ticket, token="once") == answer(ticket, token="once")
    assert Letter.objects.count() == 1


def test_an_answer_that_fails_leaves_nothing(ticket, answer, monkeypatch):
    monkeypatch.setattr(letters.outbox, "queue", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        answer(ticket)
    assert Message.objects.filter(agent__isnull=False).count() == 0


def test_a_comment_tells_nobody_and_moves_nothing(ticket, dora, alice, portal, found_by_agents):
    before = ticket.last_activity_at
    thread = ticket.threads.get()
    delivery.comment(thread, "He is a difficult one: xylophone", by=dora, token="c")
    delivery.comment(thread, "He is a difficult one: xylophone", by=dora, token="c")
    write_note(ticket, "Note about a zebra", by=dora)
    ticket.refresh_from_db()
    assert Comment.objects.count() == 1
    assert ticket.last_activity_at == before
    assert not Letter.objects.exists()
    assert engine.find("ticket", "xylophone") == engine.find("ticket", "zebra") == []
    assert found_by_agents("xylophone") == found_by_agents("zebra") == {ticket.pk}
    assert not Message.objects.visible_to(alice, portal).filter(text__contains="xylophone").exists()


def test_of_several_conversations_customers_see_the_oldest(ticket, alice, portal, inbox, dora, found_by_agents):
    second = Thread.objects.open(ticket=ticket, inbox=inbox, contact=alice)
    delivery.reply(second, "On another matter: walrus", by=dora)
    assert Thread.objects.shown().get() == ticket.threads.order_by("created_at").first()
    assert "walrus" not in str(Message.objects.visible_to(alice, portal).values_list("text", flat=True))
    assert not Letter.objects.exists(), "what customers do not see is not mailed either"
    assert engine.find("ticket", "walrus") == []
    assert found_by_agents("walrus") == {ticket.pk}


def test_the_timeline_tells_it_all_in_order(ticket, answer, dora, alice):
    answer(ticket)
    delivery.comment(ticket.threads.get(), "Careful", by=dora)
    write_note(ticket, "VIP", by=dora)
    ticket.close(by=dora)
    kinds = [entry.kind for entry in of_ticket(ticket) if entry.kind != "event"]
    assert kinds == ["message", "message", "comment", "note"]
    verbs = [entry.item.verb for entry in of_ticket(ticket) if entry.kind == "event"]
    assert verbs[-1] == "closed"
    assert [entry.kind for entry in of_contact(alice)].count("message") == 2
