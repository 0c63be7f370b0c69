"""A ticket that is deleted for good takes along what was sent to make it."""

from datetime import timedelta

from django.utils import timezone

from loket.conversations.purging import KEPT_DAYS, purge_tickets
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
