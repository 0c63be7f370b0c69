"""Replies: stored, shown, mailed, once."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from loket.conversations import delivery
from loket.conversations.models import Attachment, Inbox, Message, Thread
from loket.files.models import File
from loket.history.models import Event
from loket.mail.models import Delivery
from loket.tickets.models import Ticket


@pytest.fixture
def send(desk, ticket):
    """Send a reply: ``send("Text", token="…")`` gives the answer."""
    return lambda text="We look into it.", **more: desk.post(
        f"/desk/tickets/{ticket.pk}/replies/", {"text": text} | more
    )


def replies():
    return Message.objects.filter(is_incoming=False)


def shown_form(page, kind):
    return next(each for each in page.context["composers"] if each.kind == kind)


def test_a_reply_is_stored_in_the_agents_name_and_mailed(send, dora, ticket, alice):
    answer = send("We **look** into it.", agent="999", by="999", author_name="The Queen", thread="7")
    message = replies().get()
    assert (message.agent, message.author_name, message.thread) == (dora, "Dora Deskworth", ticket.threads.get())
    assert answer["Location"] == f"/desk/tickets/{ticket.pk}/#message-{message.pk}"
    assert Delivery.objects.get().address == alice.email


def test_the_customer_reads_it_in_the_portal(send, entered, alice, ticket, form):
    send("We look into it.")
    assert "We look into it." in entered(alice).get(f"/support/tickets/{ticket.pk}/").content.decode()


def test_a_reply_keeps_the_list_beside_it(desk, ticket):
    answer = desk.post(f"/desk/tickets/{ticket.pk}/replies/?view=mine&q=x", {"text": "Hello"})
    assert answer["Location"].startswith(f"/desk/tickets/{ticket.pk}/?view=mine&q=x#message-")


def test_a_double_click_sends_one_reply(send):
    token = uuid4().hex
    first, second = send(token=token), send(token=token)
    assert first["Location"] == second["Location"]
    assert (replies().count(), Delivery.objects.count(), Event.objects.filter(verb="replied").count()) == (1, 1, 1)


def test_other_words_under_the_same_token_are_another_reply(send):
    token = uuid4().hex
    send("First", token=token)
    send("Second", token=token)
    assert replies().count() == 2


def test_other_files_under_the_same_token_are_another_reply(send, dora):
    token = uuid4().hex
    for name in ("a.txt", "a.txt", "b.txt"):
        send(token=token, files=[SimpleUploadedFile(name, b"A")])
    uploaded = File.objects.store(SimpleUploadedFile("c.txt", b"A"), uploader=dora).token
    for _click in range(2):
        send(token=token, upload=[uploaded])
    assert [str(each) for each in Attachment.objects.order_by("pk")] == ["a.txt", "b.txt", "c.txt"]


def test_nobody_takes_anothers_token(send, at_desk, erin, ticket):
    token = uuid4().hex
    send(token=token)
    at_desk(erin).post(f"/desk/tickets/{ticket.pk}/replies/", {"text": "We look into it.", "token": token})
    assert [each.author_name for each in replies().order_by("pk")] == ["Dora Deskworth", "Erin"]


def test_one_token_on_two_tickets_makes_two_replies(send, desk, file_ticket, bob):
    token, other = uuid4().hex, file_ticket(bob)
    send(token=token)
    desk.post(f"/desk/tickets/{other.pk}/replies/", {"text": "We look into it.", "token": token})
    assert {each.thread.ticket for each in replies()} == set(Ticket.objects.all())


@pytest.mark.parametrize("text", ["", "   \n ", "x" * 100_001, "nul \x00"])
def test_what_is_no_reply_is_refused_with_what_was_typed(ticket, dora, desk, text):
    answer = desk.post(f"/desk/tickets/{ticket.pk}/replies/", {"text": text, "token": "t" * 32}, follow=False)
    assert answer.status_code in (400, 422)
    assert not replies().exists()


def test_after_an_error_text_token_and_files_are_still_there(send, ticket, dora):
    files = [File.objects.store(SimpleUploadedFile("a.txt", b"A"), uploader=dora)]
    answer = send("Long words", token="t" * 32, upload=[files[0].token, uuid4(), "no-token"])
    composer = shown_form(answer, "reply")
    assert answer.status_code == 422
    assert composer.is_shown
    assert composer.uploads == files
    page = answer.content.decode()
    assert "Long words" in page
    assert f'value="{"t" * 32}"' in page
    assert f'name="upload" value="{files[0].token}"' in page
    assert "no longer there" in page


def test_files_go_along(send, dora):
    tokens = [File.objects.store(SimpleUploadedFile(name, b"A"), uploader=dora).token for name in ("b.txt", "a.txt")]
    send(upload=tokens)
    assert [str(each) for each in replies().get().attachments.all()] == ["b.txt", "a.txt"]


def test_files_go_along_without_script(send):
    send(files=[SimpleUploadedFile("a.txt", b"A"), SimpleUploadedFile("b.txt", b"B")])
    assert [str(each) for each in replies().get().attachments.all()] == ["a.txt", "b.txt"]


def test_a_refused_file_is_named_and_the_others_stay(send, settings):
    settings.ATTACHMENT_MAX_BYTES = 3
    answer = send(files=[SimpleUploadedFile("big.txt", b"12345"), SimpleUploadedFile("ok.txt", b"1")])
    assert answer.status_code == 422
    assert "“big.txt” is larger than" in answer.content.decode()
    assert [each.name for each in shown_form(answer, "reply").uploads] == ["ok.txt"]


def test_nobody_sends_anothers_upload(send, erin):
    token = File.objects.store(SimpleUploadedFile("secret.txt", b"A"), uploader=erin).token
    answer = send(upload=[token])
    assert answer.status_code == 422
    assert "secret.txt" not in answer.content.decode()
    assert not Attachment.objects.exists()


def test_a_reply_goes_to_the_conversation_that_customers_see(send, ticket, inbox, alice):
    original = ticket.threads.get()
    Thread.objects.create(inbox=inbox, ticket=ticket, contact=alice)
    send()
    assert replies().get().thread == original


def test_the_first_reply_opens_a_conversation(desk, pipeline, inbox, alice):
    ticket = Ticket.objects.create(subject="Imported", status=pipeline.first_open())
    ticket.associate_contact(alice, by=None)
    desk.post(f"/desk/tickets/{ticket.pk}/replies/", {"text": "Hello"})
    assert (replies().get().thread.inbox, replies().get().thread.ticket) == (inbox, ticket)


def test_without_any_inbox_the_text_stays_and_the_reason_is_said(desk, pipeline):
    ticket = Ticket.objects.create(subject="Imported", status=pipeline.first_open())
    assert not Inbox.objects.exists()
    answer = desk.post(f"/desk/tickets/{ticket.pk}/replies/", {"text": "Hello you"})
    assert answer.status_code == 422
    assert "There is no inbox yet" in answer.content.decode()
    assert "Hello you" in answer.content.decode()


def test_the_browser_drops_the_draft_only_once_it_is_sent(send, desk, ticket, dora):
    draft = f"reply:{dora.pk}:{ticket.pk}"
    page = f"/desk/tickets/{ticket.pk}/"
    assert f'data-sent="{draft}"' not in send("").content.decode()
    send()
    assert f'data-sent="{draft}"' in desk.get(page).content.decode()
    assert "data-sent" not in desk.get(page).content.decode()


def test_a_customer_cannot_reply_as_an_agent(entered, alice, ticket, form):
    browser = entered(alice)
    browser.cookies["loket_desk"] = browser.cookies["loket_portal"].value
    browser.post(f"/desk/tickets/{ticket.pk}/replies/", {"text": "We pay you a million"})
    assert not replies().exists()


def test_a_stranger_cannot_reply(ticket):
    Client().post(f"/desk/tickets/{ticket.pk}/replies/", {"text": "We pay you a million"})
    assert not replies().exists()


def test_a_reply_to_no_ticket_is_not_found(desk, db):
    assert desk.post("/desk/tickets/999/replies/", {"text": "Hello"}).status_code == 404


def test_hostile_words_are_harmless_in_the_page(send, desk, ticket):
    send('<img src=x onerror=alert(1)> [x](javascript:alert(1)) <p hx-get="/desk/sign-out/">')
    page = desk.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert "<img src=x" not in page
    assert 'href="javascript' not in page
    assert "<p hx-get" not in page


def test_a_reply_and_a_comment_are_two_forms_with_two_addresses(desk, ticket):
    page = desk.get(f"/desk/tickets/{ticket.pk}/?write=comment")
    reply, comment = shown_form(page, "reply"), shown_form(page, "comment")
    assert comment.is_shown
    assert not reply.is_shown
    assert reply.action != comment.action
    assert reply.draft != comment.draft
    assert reply.form["token"].value() != comment.form["token"].value()
    assert delivery.listeners(ticket).count() == 1
