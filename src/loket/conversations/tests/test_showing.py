"""T9: which of several conversations customers see, and that none takes another's place unasked."""

import pytest

from loket.conversations import delivery, showing
from loket.conversations.intake import Incoming, receive
from loket.conversations.models import Channel, Message, Thread
from loket.history.models import Event
from loket.search import engine
from loket.tickets.models import Ticket


@pytest.fixture
def second(ticket, inbox, dora, charlie):
    """A second conversation of Alice's ticket, with Charlie, in which Dora spoke of a walrus."""
    thread = Thread.objects.open(ticket=ticket, inbox=inbox, contact=charlie)
    delivery.reply(thread, "Between us: walrus", by=dora)
    return thread


def read(contact, portal):
    return " ".join(Message.objects.visible_to(contact, portal).in_order().values_list("text", flat=True))


def test_the_original_is_what_customers_see(ticket, second, alice, portal):
    assert Thread.objects.shown().get() == ticket.threads.in_order().first()
    assert read(alice, portal) == "It burns."


def test_an_agent_chooses_another_or_all(ticket, second, alice, portal, erin):
    showing.show(ticket, [second], by=erin)
    assert read(alice, portal) == "Between us: walrus"
    assert engine.find("ticket", "walrus") == [ticket.pk]
    showing.show(ticket, ticket.threads.all(), by=erin)
    assert read(alice, portal) == "It burns. Between us: walrus"
    assert Event.objects.about(ticket).filter(verb="conversations_shown", actor_name="Erin").count() == 2


def test_hiding_takes_it_from_search_and_from_the_last_activity(ticket, second, alice, portal, dora, erin):
    before = Ticket.objects.get().last_activity_at
    showing.show(ticket, ticket.threads.all(), by=erin)
    assert Ticket.objects.get().last_activity_at > before
    showing.show(Ticket.objects.get(), [ticket.threads.in_order().first()], by=erin)
    assert engine.find("ticket", "walrus") == []
    assert Ticket.objects.get().last_activity_at == before
    assert ticket.ticketcontact_set.get().last_activity_at == before


def test_when_the_shown_one_is_gone_no_other_takes_its_place(ticket, second, alice, portal):
    ticket.threads.in_order().first().delete()
    assert read(alice, portal) == ""


def test_a_reply_to_a_ticket_that_shows_nothing_opens_a_conversation(ticket, second, alice, portal, inbox, erin):
    showing.show(ticket, [], by=erin)
    receive(Incoming(contact=alice, text="Anybody?", channel=Channel.PORTAL, inbox=inbox, portal=portal, ticket=ticket))
    assert read(alice, portal) == "Anybody?"


def test_words_in_a_hidden_conversation_move_no_customers_list(ticket, second, dora):
    before = Ticket.objects.get().last_activity_at
    delivery.reply(second, "Still between us", by=dora)
    assert Ticket.objects.get().last_activity_at == before


def test_dora_chooses_in_the_conversations_card(ticket, second, at_desk, dora, alice, portal, file_ticket, bob):
    browser, address = at_desk(dora), f"/desk/tickets/{ticket.pk}/showing/"
    strangers = file_ticket(bob, "Other").threads.get()
    assert browser.post(address, {"thread": [second.pk, strangers.pk, "x"]}).status_code == 302
    assert read(alice, portal).startswith("Between us: walrus")
    strangers.refresh_from_db()
    assert strangers.is_shown, "a conversation of another ticket is not touched"
