"""The one way in."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from loket.conversations.intake import Incoming, receive
from loket.conversations.models import Attachment, Channel, Message, Thread
from loket.files.models import File
from loket.mail.models import Letter
from loket.search import engine
from loket.tickets.models import Ticket


@pytest.fixture
def reply(inbox, portal):
    def reply(ticket, who, text="Still burning.", **more):
        incoming = Incoming(
            contact=who, text=text, channel=Channel.PORTAL, inbox=inbox, portal=portal, ticket=ticket, **more
        )
        return receive(incoming)

    return reply


def upload(who, name="photo.png"):
    return File.objects.store(SimpleUploadedFile(name, b"some bytes"), uploader=who).token


def test_a_new_ticket_is_the_contacts_own_and_their_primary_companys(file_ticket, carol, globex, pipeline):
    ticket = file_ticket(carol)
    assert [*ticket.contacts.all()] == [carol]
    assert [*ticket.companies.all()] == [globex]
    assert ticket.requester == carol
    assert (ticket.primary_company, ticket.status, ticket.source) == (globex, pipeline.first_open(), "FORM")
    assert ticket.threads.get().messages.get().text == "It burns."


def test_a_reply_continues_the_conversation_and_moves_the_ticket_up(ticket, alice, reply):
    before = ticket.last_activity_at
    message = reply(ticket, alice)
    ticket.refresh_from_db()
    assert message.thread == ticket.threads.get()
    assert ticket.last_activity_at == message.created_at > before


def test_replying_to_a_colleagues_ticket_makes_one_a_participant(ticket, alice, bob, reply):
    reply(ticket, bob)
    assert ticket.ticketparticipant_set.get().contact == bob
    reply(ticket, alice)
    assert ticket.ticketparticipant_set.count() == 1, "Alice is associated already"


def test_the_first_reply_to_a_ticket_without_conversation_opens_one(ticket, alice, reply, inbox):
    Thread.objects.all().delete()
    assert reply(ticket, alice).thread.inbox == inbox


def test_the_same_token_is_one_message(ticket, alice, reply):
    assert reply(ticket, alice, token="once") == reply(ticket, alice, text="Again.", token="once")
    assert Message.objects.filter(thread__ticket=ticket).count() == 2


def test_a_token_of_anothers_gives_nothing_away(ticket, alice, charlie, file_ticket, reply):
    reply(ticket, alice, token="once")
    mine = file_ticket(charlie)
    with pytest.raises(Exception, match="(?i)unique|duplicate"):
        reply(mine, charlie, token="once")
    assert not Message.objects.filter(contact=charlie, token="once").exists()


def test_files_come_along_in_order(ticket, alice, reply):
    tokens = upload(alice, "b.png"), upload(alice, "a.png")
    message = reply(ticket, alice, files=tokens)
    assert [str(each) for each in message.attachments.all()] == ["b.png", "a.png"]


def test_someone_elses_upload_is_refused_and_nothing_is_stored_half(ticket, alice, charlie, reply):
    with pytest.raises(ValidationError):
        reply(ticket, alice, files=(upload(alice), upload(charlie)))
    assert not Attachment.objects.exists()
    assert Message.objects.filter(thread__ticket=ticket).count() == 1
    assert File.objects.waiting(alice).count() == 1


def test_a_closed_ticket_takes_no_reply(ticket, alice, dora, reply):
    ticket.close(by=dora)
    with pytest.raises(ValidationError, match="closed"):
        reply(ticket, alice)


def test_a_ticket_that_was_closed_a_moment_ago_takes_none_either(ticket, alice, dora, reply):
    as_alice_saw_it = Ticket.objects.get(pk=ticket.pk)
    ticket.close(by=dora)
    with pytest.raises(ValidationError, match="closed"):
        reply(as_alice_saw_it, alice)
    assert not ticket.ticketcontact_set.filter(is_open=True).exists()


def test_customers_can_search_what_was_said(ticket, alice, reply):
    reply(ticket, alice, text="The extinguisher is empty")
    assert engine.find("ticket", "extinguisher", tokens=[f"contact:{alice.pk}"]) == [ticket.pk]
    assert engine.find("ticket", "extinguisher", tokens=["contact:999"]) == []


def test_nobody_is_told_of_their_own_words(ticket, alice, reply):
    reply(ticket, alice)
    assert not Letter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_are_one(ticket, alice, reply):
    gate, results = threading.Barrier(2), []

    def send():
        gate.wait()
        try:
            results.append(reply(ticket, alice, token="both"))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    [each.start() for each in threads]
    [each.join() for each in threads]
    assert len(results) == 2
    assert results[0] == results[1]
    assert Ticket.objects.count() == 1
    assert Message.objects.filter(token="both").count() == 1
