"""Mails in the spam and in the bin are deleted after 90 days, for good; mails of a ticket go with it."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from loket.conversations.channels.email.models import KEPT_DAYS, Mail

BATCH = 100


def purge():
    """Delete a batch of what is old enough. Returns how many."""
    old = timezone.now() - timedelta(days=KEPT_DAYS)
    is_old = Q(binned_at__lt=old) | Q(state=Mail.State.SPAM, arrived_at__lt=old)
    due = Mail.objects.filter(is_old | Q(state=Mail.State.TAKEN, ticket=None))
    with transaction.atomic():
        mails = list(due.select_for_update(skip_locked=True, of=("self",)).select_related("raw").order_by("pk")[:BATCH])
        Mail.objects.filter(pk__in=[mail.pk for mail in mails]).delete()
        for mail in mails:
            mail.raw.erase()
    return len(mails)
