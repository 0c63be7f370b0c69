"""What search knows of a ticket: one document for customers, one with the internal words for agents only.

The customers' document holds what they may read (C2), and tokens of who is associated; sight is checked again on
whatever it finds.
"""

from collections import defaultdict
from functools import reduce
from operator import and_

from django.db.models import Q

from loket.conversations.models import Comment, Message, Thread, said
from loket.history.models import Note, note_written
from loket.search import engine
from loket.search.words import query_words
from loket.tickets.models import Ticket, TicketCompany, TicketContact, TicketParticipant, changed
from loket.tickets.visibility import MOST_FOUND

CUSTOMERS, AGENTS = "ticket", "ticketinternal"


def index_ticket(ticket):
    """Write both documents anew."""
    index_tickets([ticket])


def index_tickets(tickets):
    """Write both documents of each of ``tickets`` anew, in a fixed number of queries; for a few hundred at once."""
    ids = [ticket.pk for ticket in tickets]
    said_to_customers, internal = words(ids)
    whose = tokens(ids)
    engine.index_many(
        (
            CUSTOMERS,
            each.pk,
            shown_text(each.pk, each.subject, each.content, said_to_customers[each.pk]),
            whose[each.pk],
        )
        for each in tickets
    )
    engine.index_many((AGENTS, pk, "\n".join(internal[pk]), ()) for pk in ids)


def shown_text(number, subject, content, messages):
    """What customers find a ticket by: its number, its own words, and ``messages``, the texts that they may read."""
    return "\n".join([f"#{number}", subject, content, *messages])


def words(ids):
    """({ticket: texts for customers}, {ticket: texts for agents only}) of the tickets ``ids``.

    Agents find a ticket besides by comments, notes, conversations that customers do not see, and who it is about.
    """
    shown, internal = defaultdict(list), defaultdict(list)
    for row in TicketContact.objects.filter(ticket__in=ids).select_related("contact").order_by("pk"):
        internal[row.ticket_id].append(f"{row.contact.name} {row.contact.email or ''}")
    about = TicketCompany.objects.filter(ticket__in=ids).order_by("pk").values_list("ticket", "company__name")
    comments = Comment.objects.filter(thread__ticket__in=ids).values_list("thread__ticket", "text")
    notes = Note.objects.filter(subject_kind="ticket", subject_id__in=ids).values_list("subject_id", "text")
    for pk, text in (*about, *comments, *notes):
        internal[pk].append(text)
    originals = set(Thread.objects.shown().filter(ticket__in=ids).values_list("pk", flat=True))
    messages = Message.objects.filter(thread__ticket__in=ids).in_order()
    for pk, thread, text, withheld in messages.values_list("thread__ticket", "thread", "text", "withheld_at"):
        (shown if thread in originals and not withheld else internal)[pk].append(text)
    return shown, internal


def tokens(ids):
    """{ticket: who is associated}: the tokens that ``Way.token`` asks for."""
    found = defaultdict(list)
    for rows in (TicketContact, TicketParticipant, TicketCompany):
        for pk, who in rows.objects.filter(ticket__in=ids).values_list("ticket", rows.who):
            found[pk].append(f"{rows.who}:{who}")
    return found


def held_by_agents(query):
    """A condition on tickets: each word of ``query`` begins one of theirs, in either document."""
    words = query_words(query)
    return reduce(and_, map(holds_word, words)) if words else Q(pk__in=[])


def holds_word(word):
    """Up to 1,000 tickets of each kind are named by id. Where the index knows more, it is asked of each ticket met."""
    found = {kind: engine.find(kind, word, limit=MOST_FOUND + 1) for kind in (CUSTOMERS, AGENTS)}
    if all(len(ids) <= MOST_FOUND for ids in found.values()):
        return Q(pk__in=set().union(*found.values()))
    return engine.holds(CUSTOMERS, word) | engine.holds(AGENTS, word)


def on_changed(ticket, **kwargs):
    index_ticket(ticket)


def on_said(message, **kwargs):
    if message.thread.ticket_id:
        index_ticket(message.thread.ticket)


def on_note(note, **kwargs):
    ticket = Ticket.objects.held(note.subject_id) if note.subject_kind == "ticket" else None
    if ticket:
        index_ticket(ticket)


def listen():
    """Follow what changes the documents."""
    changed.connect(on_changed, dispatch_uid="documents")
    said.connect(on_said, dispatch_uid="documents")
    note_written.connect(on_note, dispatch_uid="documents")
