"""What was sent goes with the ticket that it made, and spam after as many days as tickets in the spam."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from loket.conversations.purging import KEPT_DAYS, purge_tickets
from loket.files.models import File
from loket.forms.purging import purge_spam
from loket.forms.sheets import Answer
from loket.forms.submissions import Submission
from loket.mail.models import Letter
from loket.tickets.models import Ticket

WORDS = "None at all, says Nina."


def sent(form, token, **whose):
    answers = [
        Answer("ticket.subject", "Subject", "No coffee", "No coffee"),
        Answer("ticket.content", "", WORDS, WORDS),
    ]
    taken = Submission.objects.take(form, answers, token=token, **whose)
    taken.settle()
    return taken


def test_what_was_sent_and_the_mails_about_it_go_with_the_ticket(form, portal, alice, dora, settings):
    form.set({"notified": [dora.pk]}, by=None)
    gone = sent(form, "one", sender="nina@example.org", is_public=True)
    stays = sent(form, "two", contact=alice, portal=portal)
    assert {WORDS in each.text for each in gone.letters} == {True, False}
    gone.ticket.discard(by=dora)
    Ticket.objects.filter(pk=gone.ticket.pk).update(removed_at=timezone.now() - timedelta(days=KEPT_DAYS + 1))
    assert purge_tickets() == 1
    assert Submission.objects.get() == stays
    assert not Letter.objects.filter(to__contains="nina").exists()
    assert [letter.key for letter in Letter.objects.filter(text__contains=WORDS)] == [
        f"submission-{stays.pk}-{dora.pk}"
    ]


def refused(form, token, days, **whose):
    """Spam that came so many days ago, with a file."""
    file = File.objects.store(SimpleUploadedFile(f"{token}.txt", b"Buy"), uploader=None)
    spam = sent(form, token, state="review", is_public=True, files=[str(file.token)], **whose)
    spam.refuse()
    Submission.objects.filter(pk=spam.pk).update(created_at=timezone.now() - timedelta(days=days))
    return spam


def test_spam_goes_after_its_days_with_its_files_and_mails(form, dora):
    form.set({"notified": [dora.pk]}, by=None)
    refused(form, "old", KEPT_DAYS + 1)
    recent = refused(form, "recent", KEPT_DAYS - 1)
    assert [purge_spam(), purge_spam()] == [1, 0]
    assert Submission.objects.get() == recent
    assert [file.name for file in File.objects.exclude(claimed_at=None)] == ["recent.txt"]
    assert File.objects.purge() == 1
    assert [letter.key for letter in Letter.objects.all()] == [f"submission-{recent.pk}-{dora.pk}"]


@pytest.mark.parametrize("state", ["waiting", "done", "kept", "review"])
def test_what_nobody_called_spam_stays(form, state):
    spam = refused(form, "one", KEPT_DAYS + 1)
    Submission.objects.filter(pk=spam.pk).update(state=state)
    assert purge_spam() == 0
