"""The one way out: every word of a conversation that leaves goes through here into the outbox."""

from datetime import timedelta
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from loket.conversations.letters import CustomerLetter, listeners, portal_for, queue_forward
from loket.conversations.models import Channel, Comment, CommentAttachment, Inbox, Message, Thread, said
from loket.conversations.wording import Kind, MailPolicy
from loket.files.models import File
from loket.guard.markup import from_markdown
from loket.history.models import record
from loket.mail.models import Delivery, Letter
from loket.people.addresses import clean_address
from loket.people.models import Contact
from loket.tickets.models import Ticket, changed

MOST_RECEIPTS = 10


class Fate(NamedTuple):
    """How a mail to ``address`` fares: a ``Delivery.State``, and what went wrong last."""

    state: str
    address: str
    why: str


FORWARD = "forward"


def reply(thread, text, *, by, token=None, files=(), letter=None, kept=(), told=(), cc=()):
    """An agent's answer: stored, shown in the portal and mailed, in one transaction. Sent twice it is one message.

    ``cc`` are addresses of further people: they take part from now on, so they see the ticket and get its mails (C9).
    ``text`` is Markdown; ``files`` are tokens of uploads by the agent. An answer by mail brings ``letter`` and ``kept``
    instead, as in ``Incoming``; ``told`` are addresses that its writer has mailed already.
    Raises ValidationError for a refused file, and with the code "removed" where the ticket lies in the spam or bin.
    """
    return once(token, by, lambda: answer(thread, text, by, token, files, letter, kept, told, cc))


def once(token, by, make):
    """The message that ``make`` makes, whole or not at all; of two at once with one ``token``, that of the first."""
    try:
        with transaction.atomic():
            return make()
    except IntegrityError:
        earlier = Message.objects.filter(token=token, agent=by).first() if token else None
        if earlier is None:
            raise
        return earlier


def answer(thread, text, by, token, files, letter=None, kept=(), told=(), cc=()):
    """Store and tell what ``reply`` is given."""
    message = write_reply(thread, text, by=by, token=token, letter=letter)
    for address in cc:
        thread.ticket.add_participant(contact_at(address), by=by)
    message.attach([*File.objects.claim(files, by), *kept])
    tell_of_reply(message, told)
    return message


def contact_at(address, **names):
    """The contact with this address, made with ``names`` when there is none. Raises ValidationError."""
    return Contact.objects.get_or_create(email=clean_address(address), defaults=names)[0]


def begin(address, *, subject, text, by, inbox, status, names=None, source="", token=None, files=(), cc=()):
    """A ticket that an agent files for the customer at ``address`` and in which they write first (D9).

    Returns the message; sent twice with ``token`` it is one. Raises ValidationError.
    """

    def make():
        contact = contact_at(address, **(names or {}))
        ticket = Ticket(subject=subject, content=text, status=status, source=source, owner=by)
        ticket.begin(contact, by=by, source_type=Channel.DESK)
        thread = Thread.objects.open(ticket=ticket, inbox=inbox, contact=contact)
        return answer(thread, text, by, token, files, cc=cc)

    return once(token, by, make)


def forward(ticket, address, note, *, by, token):
    """Mail the conversation that customers see to somebody outside, with ``note`` above. Sent twice it is one mail.

    Raises ValidationError for what is no address.
    """
    key = f"{FORWARD}:{ticket.pk}:{by.pk}:{token}"
    if earlier := Letter.objects.filter(key=key).first() if token else None:
        return earlier
    with transaction.atomic():
        letter = queue_forward(ticket, clean_address(address), note, by=by, key=key if token else None)
        record(ticket, "forwarded", by=by, to=letter.to)
    return letter


def write_reply(thread, text, *, by, token, letter):
    """Store the message."""
    thread.ticket = Ticket.objects.held(thread.ticket_id)
    if thread.ticket.is_removed:
        raise ValidationError(
            _("This ticket was put away, so customers do not see it. Restore it first."), code="removed"
        )
    words = {"html": from_markdown(text), "text": text}
    if letter:
        words = {name: getattr(letter, name) for name in ("html", "text", "quoted", "pictures")}
    return Message.objects.create(
        thread=thread,
        agent=by,
        is_incoming=False,
        author_name=by.name,
        channel=Channel.EMAIL if letter else Channel.DESK,
        token=token,
        **words,
    )


def tell_of_reply(message, told):
    """Tell history and search, and queue the mails."""
    thread = message.thread
    if thread.is_shown:
        thread.ticket.touch(message.created_at)
    record(thread.ticket, "replied", by=message.agent)
    thread.ticket.follow(thread.ticket.status.pipeline.after_agent, by=message.agent)
    said.send(Message, message=message)
    if thread.is_shown:
        tell(Kind.REPLY, thread, key=message.pk, message=message, without=told)


def comment(thread, text, *, by, token=None, letter=None, kept=()):
    """An agent's internal words. Nobody is told and no customer's list moves. Sent twice it is one comment.

    Internal words that came by mail bring ``letter`` and ``kept``, and may be by nobody we know (None).
    """
    values = {"thread": thread, "agent": by, "author_name": by.name if by else ""}
    values |= (
        {"html": letter.html + letter.quoted, "text": letter.text}
        if letter
        else {"html": from_markdown(text), "text": text}
    )
    with transaction.atomic():
        # What search knows of a ticket is written anew from all its words: one at a time, or the last forgets the other's.
        thread.ticket = Ticket.objects.held(thread.ticket_id)
        if not token:
            made, is_new = Comment.objects.create(**values), True
        else:
            made, is_new = Comment.objects.get_or_create(token=token, defaults=values)
        if is_new:
            CommentAttachment.objects.bulk_create(
                CommentAttachment(comment=made, file=file, position=position) for position, file in enumerate(kept)
            )
            said.send(Comment, message=made)
    return made


def conversation_of(ticket):
    """The conversation that customers see (T9); a ticket without one gets one in the first help desk.

    Raises ValidationError when there is no inbox at all.
    """
    return Thread.objects.shown().filter(ticket=ticket).in_order().last() or open_conversation(ticket)


@transaction.atomic
def open_conversation(ticket):
    """The first conversation of ``ticket``; of two who open one at one moment, the second gets the first one's."""
    ticket = Ticket.objects.held(ticket.pk)
    if thread := Thread.objects.shown().filter(ticket=ticket).in_order().last():
        return thread
    inbox = Inbox.objects.order_by("-is_help_desk", "pk").first()
    if inbox is None:
        raise ValidationError(_("There is no inbox yet for this conversation. Make one in the settings first."))
    return Thread.objects.open(ticket=ticket, inbox=inbox, contact=ticket.requester, is_shown=True)


def tell(kind, thread, *, key, message=None, without=()):
    """Queue the mails of ``kind`` to those who are told and see the ticket in a portal that sends such ones (C8).

    ``key`` and a contact name a mail; ``without`` are addresses that are told otherwise, or not at all.
    """
    for contact in listeners(thread.ticket):
        portal = portal_for(contact, thread) if contact.email not in without else None
        if portal and MailPolicy.of(portal).tells(kind):
            CustomerLetter(kind, thread, contact, portal, message).queue(f"{kind}:{key}:{contact.pk}")


def tell_of_receipt(message):
    """A new ticket arrived: tell its requester so, but for those who were told that often already (trap 12)."""
    contact = message.contact
    if contact and contact.email and not is_told_often(contact.email):
        others = listeners(message.thread.ticket).exclude(pk=contact.pk)
        tell(Kind.RECEIVED, message.thread, key=message.thread.ticket_id, without={each.email for each in others})


def is_told_often(address):
    """Whether an address got as many receipts in a day as no person causes: two desks may answer each other."""
    receipts = Letter.objects.addressed_to(address).filter(key__startswith=f"{Kind.RECEIVED}:")
    return receipts.filter(created_at__gt=timezone.now() - timedelta(days=1)).count() >= MOST_RECEIPTS


def tell_of_closure(ticket, verb="closed", by=None, **_more):
    """A ticket was closed: tell its customers, but for the one who closed it."""
    if verb == "closed":
        thread = Thread.objects.shown().filter(ticket=ticket).in_order().last() or Thread(ticket=ticket)
        own = {by.email} if isinstance(by, Contact) else ()
        tell(Kind.CLOSED, thread, key=f"{ticket.pk}:{ticket.closed_at.timestamp()}", without=own)


def listen():
    """Hear of tickets that are closed."""
    changed.connect(tell_of_closure, dispatch_uid="closures")


def fates(messages):
    """{message id: (Fate, …)}: how the mails of these answers fare. One query."""
    tickets = {message.thread.ticket_id for message in messages}
    ids, found = {message.pk for message in messages}, {}
    mailed = Delivery.objects.filter(
        letter__about_kind="ticket", letter__about_id__in=tickets, letter__key__startswith=f"{Kind.REPLY}:"
    )
    rows = mailed.order_by("pk").values_list("letter__key", "state", "address", "error") if ids else ()
    for key, *fate in rows:
        number = int(key.split(":")[1])
        if number in ids:
            found[number] = (*found.get(number, ()), Fate(*fate))
    return found
