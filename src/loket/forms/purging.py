"""A ticket that goes for good takes along what was sent to make it."""

from loket.conversations.purging import purged
from loket.forms.submissions import Submission


def listen():
    """Hear of tickets that are deleted for good."""
    purged.connect(purge_submissions, dispatch_uid="submissions")


def purge_submissions(ids, **_more):
    """Delete the submissions that made these tickets, with the mails that were about them."""
    for each in Submission.objects.filter(message__thread__ticket__in=ids):
        each.letters.delete()
        each.delete()
