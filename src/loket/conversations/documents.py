"""What search knows of a ticket: one document for customers, one with the internal words for agents only.

The customers' document holds what they may read (C2), and tokens of who is associated; sight is checked again on
whatever it finds.
"""

from django.db import transaction

from loket.conversations.models import Comment, Message, said
from loket.history.models import Note, note_written
from loket.search import engine
from loket.tickets.models import Ticket, changed

CUSTOMERS, AGENTS = "ticket", "ticketinternal"


def index_ticket(ticket):
    """Write both documents anew."""
    shown = Message.objects.shown().filter(thread__ticket=ticket).in_order().values_list("text", flat=True)
    engine.index(
        CUSTOMERS, ticket.pk, "\n".join([f"#{ticket.pk}", ticket.subject, ticket.content, *shown]), tokens(ticket)
    )
    index_internal(ticket)


def index_internal(ticket):
    """Comments, notes, conversations that customers do not see, and who it is about."""
    hidden = Message.objects.filter(thread__ticket=ticket).exclude(
        pk__in=Message.objects.shown().filter(thread__ticket=ticket)
    )
    texts = [
        *(f"{contact.name} {contact.email or ''}" for contact in ticket.contacts.all()),
        *ticket.companies.values_list("name", flat=True),
        *Comment.objects.filter(thread__ticket=ticket).values_list("text", flat=True),
        *Note.objects.about(ticket).values_list("text", flat=True),
        *hidden.values_list("text", flat=True),
    ]
    engine.index(AGENTS, ticket.pk, "\n".join(texts))


def tokens(ticket):
    """Who is associated: the tokens that ``Way.token`` asks for."""
    contacts = {*ticket.ticketcontact_set.values_list("contact", flat=True)}
    contacts |= {*ticket.ticketparticipant_set.values_list("contact", flat=True)}
    companies = ticket.ticketcompany_set.values_list("company", flat=True)
    return [f"contact:{pk}" for pk in contacts] + [f"company:{pk}" for pk in companies]


def find_for_agent(query):
    """Ids of tickets whose words, internal ones included, hold ``query``; at most 1,001."""
    return {*engine.find(CUSTOMERS, query), *engine.find(AGENTS, query)}


def reindex_all(report=lambda done: None):
    """Write the documents of all tickets anew; ``report`` gets the number done."""
    for done, ticket in enumerate(Ticket.objects.iterator(chunk_size=500), start=1):
        with transaction.atomic():
            index_ticket(ticket)
        report(done)


def on_changed(ticket, **kwargs):
    index_ticket(ticket)


def on_said(message, **kwargs):
    if message.thread.ticket_id:
        index_ticket(message.thread.ticket)


def on_note(note, **kwargs):
    ticket = Ticket.objects.filter(pk=note.subject_id).first() if note.subject_kind == "ticket" else None
    if ticket:
        index_internal(ticket)


def listen():
    """Follow what changes the documents."""
    changed.connect(on_changed, dispatch_uid="documents")
    said.connect(on_said, dispatch_uid="documents")
    note_written.connect(on_note, dispatch_uid="documents")
