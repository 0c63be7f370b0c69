"""What was sent with a form goes for good: with the ticket that it made, or long after it was refused as spam."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from loket.conversations.purging import KEPT_DAYS, purged
from loket.forms.submissions import Submission

BATCH = 100


def listen():
    """Hear of tickets that are deleted for good."""
    purged.connect(purge_submissions, dispatch_uid="submissions")


def purge_submissions(ids, **_more):
    """Delete the submissions that made these tickets, with the mails that were about them."""
    for each in Submission.objects.filter(message__thread__ticket__in=ids):
        each.letters.delete()
        each.delete()


def purge_spam():
    """Delete a batch of what is spam and as old as tickets in the spam become. Returns how many."""
    old = timezone.now() - timedelta(days=KEPT_DAYS)
    due = Submission.objects.filter(state=Submission.State.REFUSED, created_at__lt=old)
    with transaction.atomic():
        spam = list(due.select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:BATCH])
        for each in spam:
            files = list(each.files.all())
            each.letters.delete()
            each.delete()
            for file in files:
                file.erase()
    return len(spam)
