"""What was sent is stored first and then made a ticket; a submission that could not make one is tried again (D3)."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from loket.conversations.models import Inbox
from loket.files.models import File
from loket.forms import submissions
from loket.forms.sheets import Answer
from loket.forms.submissions import Submission, settle_due
from loket.mail.models import Letter
from loket.properties.models import Definition
from loket.tickets.models import Ticket


def answers(**values):
    values = {"ticket.subject": "No coffee", "ticket.content": "None at all."} | {
        key.replace("__", "."): value for key, value in values.items()
    }
    return [Answer(key, key, value, value) for key, value in values.items()]


@pytest.fixture
def take(form, portal, alice):
    def take(token="once", told=None, **more):
        return Submission.objects.take(form, told or answers(), token=token, contact=alice, portal=portal, **more)

    return take


@pytest.fixture
def broken(monkeypatch):
    """The way in breaks until ``broken.undo()``."""

    def fail(incoming):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(submissions, "receive", fail)
    return monkeypatch


def test_a_submission_makes_a_ticket_of_the_contacts_own(take, alice, acme):
    ticket = take().settle().thread.ticket
    assert (ticket.subject, ticket.content, ticket.requester, ticket.primary_company) == (
        "No coffee", "None at all.", alice, acme,
    )  # fmt: skip


def test_settled_twice_it_makes_one_ticket(take):
    take().settle()
    take().settle()
    assert Ticket.objects.count() == Submission.objects.count() == 1


def test_what_was_sent_is_there_when_the_ticket_fails(take, broken, alice):
    token = File.objects.store(SimpleUploadedFile("a.txt", b"Bytes"), uploader=alice).token
    taken = take(files=[token], uploader=alice)
    assert taken.settle() is None
    assert "RuntimeError" in taken.problem
    assert [each["value"] for each in taken.answers] == ["No coffee", "None at all."]
    assert not Ticket.objects.exists()
    broken.undo()
    message = taken.settle()
    assert message.attachments.get().file.name == "a.txt"
    assert (taken.problem, taken.state) == ("", "done")


def test_the_reason_in_words_is_kept(take, monkeypatch):
    def fail(incoming):
        raise ValidationError("The status is gone.")

    monkeypatch.setattr(submissions, "receive", fail)
    taken = take()
    taken.settle()
    assert taken.problem == "The status is gone."


def test_one_that_a_killed_process_left_is_settled_later(take):
    taken = take()
    assert settle_due() == 0  # its own process is at it
    Submission.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    assert settle_due() == 1
    taken.refresh_from_db()
    assert taken.ticket == Ticket.objects.get()
    assert settle_due() == 0


def test_one_that_failed_waits_for_a_person(take, broken):
    take().settle()
    Submission.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    assert settle_due() == 0


def test_the_forms_own_inbox_wins_over_the_portals(take, form):
    form.set({"inbox": Inbox.objects.create(name="Orders")}, by=None)
    assert take().settle().thread.inbox.name == "Orders"


def test_the_forms_priority_holds_unless_it_is_asked(take, form):
    form.set({"priority": "LOW"}, by=None)
    assert take().settle().thread.ticket.priority == "LOW"
    asked = take("other", answers(ticket__hs_ticket_priority="HIGH"))
    assert asked.settle().thread.ticket.priority == "HIGH"


def test_a_property_that_is_gone_meanwhile_keeps_no_ticket_away(take):
    Definition.objects.create(kind="ticket", name="floor", label="Floor", type="string")
    taken = take(told=answers(ticket__floor="3", ticket__gone="x"))
    assert taken.settle().thread.ticket.custom == {"floor": "3"}


def test_without_automatic_tickets_it_is_only_kept(take, form):
    form.formlink_set.all().delete()
    form.set({"makes_tickets": False}, by=None)
    taken = take()
    assert taken.settle() is None
    assert (taken.state, taken.problem) == ("kept", "")
    assert not Ticket.objects.exists()


def test_answers_fill_what_is_empty_of_a_contact_and_change_nothing_else(take, alice):
    told = answers(contact__firstname="Mallory", contact__phone="123", contact__email="m@example.com")
    take(told=told).settle()
    alice.refresh_from_db()
    assert (alice.first_name, alice.phone, alice.email) == ("Alice", "123", "alice@example.com")


def test_agents_that_the_form_names_are_told_once(take, form, dora, erin):
    form.set({"notified": [dora.pk]}, by=None)
    take(), take()
    letter = Letter.objects.get()
    assert letter.to == "Dora Deskworth <dora@help.example>"
    assert "No coffee" in letter.text


def test_they_are_found_by_their_words(take):
    take()
    take("other", answers(ticket__subject="Too much tea"))
    assert [each.value("ticket.subject") for each in Submission.objects.holding("TEA")] == ["Too much tea"]
    assert not Submission.objects.holding("9" * 40).exists()


def test_who_learns_alices_token_neither_gets_nor_swallows_her_submission(take, form, portal, alice, charlie):
    charlies = Submission.objects.take(
        form, answers(ticket__subject="Mine"), token="once", contact=charlie, portal=portal
    )
    strangers = Submission.objects.take(form, answers(ticket__subject="Whose"), token="once", is_public=True)
    alices = take()
    assert take() == alices
    assert {each.headline for each in (charlies, strangers, alices)} == {"Mine", "Whose", "No coffee"}
