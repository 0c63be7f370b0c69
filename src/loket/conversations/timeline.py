"""The timeline of a ticket, contact or company, for agents: messages, comments, notes and what happened, oldest first."""

from dataclasses import dataclass, replace
from datetime import datetime

from loket.conversations.delivery import fates
from loket.conversations.models import Comment, Message
from loket.history.models import Event, Note

MOST = 200


@dataclass(frozen=True)
class Entry:
    """``kind`` is message, comment, note or event; ``item`` the row itself.

    ``fates`` of an answer say how its mails fare, one for each recipient.
    """

    kind: str
    at: datetime
    item: object
    fates: tuple = ()


def of_ticket(ticket, since=None):
    """Everything about one ticket, or what came at ``since`` (a datetime) or later."""
    messages = Message.objects.filter(thread__ticket=ticket)
    comments = Comment.objects.filter(thread__ticket=ticket)
    events = Event.objects.about(ticket).exclude(verb="replied")
    return merged(messages, comments, Note.objects.about(ticket), events, since)


def of_contact(contact):
    """Everything about a contact, with the messages of their tickets: the last 200 of each kind."""
    messages = Message.objects.filter(thread__ticket__ticketcontact__contact=contact)
    return merged(messages, None, Note.objects.about(contact), Event.objects.about(contact))


def of_company(company):
    """Everything about a company, with the messages of its tickets: the last 200 of each kind."""
    messages = Message.objects.filter(thread__ticket__ticketcompany__company=company)
    return merged(messages, None, Note.objects.about(company), Event.objects.about(company))


def merged(messages, comments, notes, events, since=None):
    """One list of entries by time; each kind is limited, the newest stay."""
    messages = messages.select_related("agent", "contact", "thread__ticket", "thread__inbox").prefetch_related(
        "attachments__file"
    )
    kinds = [("message", messages), ("note", notes), ("event", events)]
    if comments is not None:
        kinds.append(("comment", comments.select_related("agent", "thread").prefetch_related("attachments__file")))
    if since:
        kinds = [(kind, rows.filter(created_at__gte=since)) for kind, rows in kinds]
    entries = [
        Entry(kind, row.created_at, row) for kind, rows in kinds for row in rows.order_by("-created_at", "-pk")[:MOST]
    ]
    found = fates([entry.item for entry in entries if entry.kind == "message" and not entry.item.is_incoming])
    entries = [replace(each, fates=found.get(each.item.pk, ())) if each.kind == "message" else each for each in entries]
    return sorted(entries, key=lambda entry: (entry.at, entry.kind, entry.item.pk))
