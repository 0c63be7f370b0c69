"""Tickets that lay long enough in the spam or in the bin go for good, with all that was said in them."""

from datetime import timedelta

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from loket.conversations import documents
from loket.conversations.models import Attachment, CommentAttachment
from loket.files.models import File
from loket.history.models import Event, Note
from loket.mail.models import Letter
from loket.search import engine
from loket.tickets.models import Ticket

purged = Signal()
"""Sent inside the transaction before tickets are deleted for good: what else holds their words goes too. Argument: ``ids``."""

KEPT_DAYS = 90
BATCH = 20


def purge_tickets():
    """Delete a batch of what was put away long enough ago. Returns how many."""
    due = Ticket.objects.filter(removed_at__lt=timezone.now() - timedelta(days=KEPT_DAYS))
    with transaction.atomic():
        tickets = list(due.select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:BATCH])
        if tickets:
            delete(tickets)
    return len(tickets)


def delete(tickets):
    """Delete tickets with their conversations, files, notes, mails and history; call it in a transaction."""
    ids = [ticket.pk for ticket in tickets]
    said = Attachment.objects.filter(message__thread__ticket__in=ids).values("file")
    commented = CommentAttachment.objects.filter(comment__thread__ticket__in=ids).values("file")
    files = list(File.objects.filter(pk__in=said.union(commented)))
    for about in (Event, Note):
        about.objects.filter(subject_kind="ticket", subject_id__in=ids).delete()
    Letter.objects.filter(about_kind="ticket", about_id__in=ids).delete()
    purged.send(Ticket, ids=ids)
    for kind in (documents.CUSTOMERS, documents.AGENTS):
        for pk in ids:
            engine.remove(kind, pk)
    Ticket.objects.filter(pk__in=ids).delete()
    for file in files:
        file.erase()
