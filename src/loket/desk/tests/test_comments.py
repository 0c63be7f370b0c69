"""Comments and notes: words that never leave the team."""

from uuid import uuid4

import pytest

from loket.conversations.models import Comment, Message
from loket.history.models import Note
from loket.mail.models import Letter

SECRET = "Zwijgplicht"


@pytest.fixture
def spoken(desk, ticket):
    """A comment and a note that hold the secret word, and a reply that does not."""
    desk.post(f"/desk/tickets/{ticket.pk}/comments/", {"text": SECRET, "token": uuid4().hex})
    desk.post(f"/desk/tickets/{ticket.pk}/notes/", {"text": SECRET, "token": uuid4().hex})
    desk.post(f"/desk/tickets/{ticket.pk}/replies/", {"text": "Spoken openly", "token": uuid4().hex})
    assert (Comment.objects.get().text, Note.objects.get().text) == (SECRET, SECRET)
    return ticket


def test_the_team_reads_comment_and_note(desk, spoken):
    page = desk.get(f"/desk/tickets/{spoken.pk}/").content.decode()
    assert page.count(f"<p>{SECRET}</p>") == 2


def test_no_customer_meets_them_anywhere(spoken, entered, alice, form):
    browser = entered(alice)
    for address in (
        "", "?q=zwijgplicht", "tickets.csv", f"tickets/{spoken.pk}/", f"tickets/{spoken.pk}/live/?after=",
    ):  # fmt: skip
        answer = browser.get(f"/support/{address}")
        body = answer.getvalue() if answer.streaming else answer.content
        assert SECRET not in body.decode().replace(f'value="{SECRET.lower()}"', ""), address
    assert "Spoken openly" in browser.get(f"/support/tickets/{spoken.pk}/").content.decode()


def test_no_mail_holds_them(spoken):
    letters = [bytes(each.raw).decode() + each.text for each in Letter.objects.all()]
    assert len(letters) == 1
    assert "Spoken openly" in letters[0]
    assert SECRET not in letters[0]


def test_they_move_nothing_for_the_customer(desk, ticket, answer):
    answer(ticket)
    ticket.refresh_from_db()
    before = ticket.last_activity_at
    desk.post(f"/desk/tickets/{ticket.pk}/comments/", {"text": SECRET})
    desk.post(f"/desk/tickets/{ticket.pk}/notes/", {"text": SECRET})
    ticket.refresh_from_db()
    assert ticket.last_activity_at == before
    assert Letter.objects.count() == 1


def test_the_comments_address_never_makes_a_message(desk, ticket):
    desk.post(
        f"/desk/tickets/{ticket.pk}/comments/", {"text": SECRET, "kind": "reply", "is_internal": "", "write": "reply"}
    )
    assert Comment.objects.count() == 1
    assert Message.objects.count() == 1


def test_a_refused_comment_comes_back_as_a_comment(desk, ticket):
    page = desk.post(f"/desk/tickets/{ticket.pk}/comments/", {"text": "x" * 100_001, "token": "t"})
    assert page.status_code == 422
    assert [each.kind for each in page.context["composers"] if each.is_shown] == ["comment"]
    assert not Comment.objects.exists()


def test_a_comment_is_the_agents_own(desk, ticket, dora):
    answer = desk.post(f"/desk/tickets/{ticket.pk}/comments/", {"text": "Psst", "agent": "999", "author_name": "Erin"})
    comment = Comment.objects.get()
    assert (comment.agent, comment.author_name) == (dora, "Dora Deskworth")
    assert answer["Location"].endswith(f"#comment-{comment.pk}")


@pytest.mark.parametrize("noun", ["comments", "notes"])
def test_a_double_click_makes_one(desk, ticket, noun):
    for _click in range(2):
        desk.post(f"/desk/tickets/{ticket.pk}/{noun}/", {"text": "Once", "token": "t" * 32})
    assert Comment.objects.count() + Note.objects.count() == 1


def test_notes_stand_on_contacts_and_companies_too(desk, alice, acme, dora):
    desk.post(f"/desk/contacts/{alice.pk}/notes/", {"text": "Calls at nine", "token": "a", "actor_id": "999"})
    desk.post(f"/desk/companies/{acme.pk}/notes/", {"text": "Pays late", "token": "a"})
    assert [each.actor_id for each in Note.objects.all()] == [dora.pk, dora.pk]
    assert "Calls at nine" in desk.get(f"/desk/contacts/{alice.pk}/").content.decode()
    assert "Pays late" in desk.get(f"/desk/companies/{acme.pk}/").content.decode()


@pytest.mark.parametrize("record", ["tickets", "contacts", "companies"])
def test_an_empty_note_is_refused_beside_its_field(desk, ticket, record):
    pk = {"tickets": ticket.pk, "contacts": ticket.requester.pk, "companies": ticket.primary_company_id}[record]
    answer = desk.post(f"/desk/{record}/{pk}/notes/", {"text": " "})
    assert answer.status_code == 422
    assert "Write something first." in answer.content.decode()
    assert not Note.objects.exists()


@pytest.mark.parametrize("noun", ["comments", "notes"])
def test_a_customer_cannot_write_one(entered, alice, ticket, form, noun):
    browser = entered(alice)
    browser.cookies["loket_desk"] = browser.cookies["loket_portal"].value
    browser.post(f"/desk/tickets/{ticket.pk}/{noun}/", {"text": "Me too"})
    assert not Comment.objects.exists()
    assert not Note.objects.exists()
