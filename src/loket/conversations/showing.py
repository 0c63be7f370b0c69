"""Which of a ticket's conversations customers see (T9)."""

from django.db import transaction
from django.db.models import Max

from loket.conversations.documents import index_ticket
from loket.conversations.models import Message, Thread
from loket.history.models import Event, record

SEEN_EVENTS = ("created", "closed", "reopened")


def show(ticket, threads, *, by):
    """Have customers see exactly ``threads`` of ``ticket``: one, several or none. Does nothing when they do already.

    What they can find, and the last activity that they can see (T6), follow.
    """
    with transaction.atomic():
        mine = ticket.threads.select_for_update().in_order()
        before = [each for each in mine if each.is_shown]
        chosen = [each for each in mine if each in set(threads)]
        if before == chosen:
            return
        Thread.objects.filter(ticket=ticket).update(is_shown=False)
        Thread.objects.filter(pk__in=[each.pk for each in chosen]).update(is_shown=True)
        names = [", ".join(f"{each.inbox}, {each.created_at:%Y-%m-%d}" for each in rows) for rows in (before, chosen)]
        record(ticket, "conversations_shown", by=by, conversations=names)
        ticket.seen_last_at(last_seen(ticket))
        index_ticket(ticket)


def last_seen(ticket):
    """When something happened last that customers can see: a message, filing, closing, opening again."""
    said = Message.objects.shown().filter(thread__ticket=ticket).aggregate(at=Max("created_at"))["at"]
    done = Event.objects.about(ticket).filter(verb__in=SEEN_EVENTS).aggregate(at=Max("created_at"))["at"]
    return max(each for each in (said, done, ticket.created_at) if each)
