"""A ticket waits while the customer had the last word (D1)."""

from loket.conversations import delivery
from loket.conversations.intake import Incoming, receive
from loket.conversations.models import Channel
from loket.tickets.models import Ticket


def waiting():
    return set(Ticket.objects.waiting())


def write(ticket, contact):
    thread = ticket.threads.get()
    return receive(Incoming(contact=contact, text="And?", ticket=ticket, channel=Channel.PORTAL, inbox=thread.inbox))


def test_alices_ticket_waits_until_dora_answers_and_again_when_she_writes(ticket, alice, answer):
    assert waiting() == {ticket}
    answer(ticket)
    assert waiting() == set()
    write(ticket, alice)
    assert waiting() == {ticket}


def test_it_waits_since_the_first_words_that_nobody_answered(ticket, alice, answer):
    since = Ticket.objects.get().waiting_since
    assert since == ticket.threads.get().messages.get().created_at
    write(ticket, alice)
    assert Ticket.objects.get().waiting_since == since


def test_a_comment_answers_nobody(ticket, dora):
    delivery.comment(ticket.threads.get(), "Look at this", by=dora)
    assert waiting() == {ticket}


def test_a_closed_ticket_waits_for_nobody_until_it_is_open_again(ticket, dora):
    ticket.refresh_from_db()
    ticket.close(by=dora)
    assert waiting() == set()
    ticket.reopen(by=dora)
    assert waiting() == {ticket}
