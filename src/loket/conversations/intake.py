"""The one way in: whatever a customer writes, by portal, form, e-mail or API, ends in ``receive``."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from loket.conversations.delivery import tell_of_receipt
from loket.conversations.models import Channel, Inbox, Message, Thread, said
from loket.files.models import File
from loket.guard.markup import from_markdown
from loket.people.models import Contact
from loket.portals.models import Portal
from loket.tickets.models import ReplyPolicy, Status, Ticket


@dataclass(frozen=True)
class Incoming:
    """What arrived, from whom, and by which way.

    ``text`` is Markdown of the simple kind; ``files`` are tokens of uploads by ``contact``; ``token`` names the rendered
    form, so that sending it twice makes one message. Without ``ticket`` a new one is made from ``subject``, ``status``
    and ``properties`` (raw values by name).

    A mail brings its words ready: ``letter`` has clean ``html``, ``quoted``, plain ``text`` and ``pictures``, and ``kept``
    are its files, stored already. It may be without ``contact``, by somebody who only has a ``name``. ``is_strange`` keeps
    it from the ticket's customers; ``is_automatic`` says that no person wrote it, so nothing may answer it by itself.
    ``portal`` is where the contact is signed in: only then is their address proven (trap 13).
    """

    contact: Contact | None
    text: str
    channel: Channel
    inbox: Inbox
    token: str | None = None
    files: tuple = ()
    portal: Portal | None = None
    ticket: Ticket | None = None
    subject: str = ""
    status: Status | None = None
    properties: dict = field(default_factory=dict)
    letter: object = None
    kept: tuple = ()
    name: str = ""
    is_strange: bool = False
    is_automatic: bool = False

    @property
    def words(self):
        """The message's columns for what was said."""
        if self.letter is None:
            return {"html": from_markdown(self.text), "text": self.text}
        said = self.letter
        return {"html": said.html, "text": said.text, "quoted": said.quoted, "pictures": said.pictures}


def receive(incoming):
    """Store what arrived and return the message; a token seen before returns the message it made.

    All or nothing in one transaction. Raises ValidationError: ticket closed (T10) or put away, refused file, wrong value.
    """
    if earlier := by_token(incoming):
        return earlier
    try:
        with transaction.atomic():
            return take_in(incoming)
    except IntegrityError:
        if earlier := by_token(incoming):
            return earlier  # the same form was sent twice at one moment, and the other one won
        raise


def by_token(incoming):
    """The message that this contact's token made before, or None."""
    if not incoming.token:
        return None
    return (
        Message.objects.filter(token=incoming.token, contact=incoming.contact).select_related("thread__ticket").first()
    )


def take_in(incoming):
    """Find or make the ticket and its conversation, then add the words."""
    ticket = answered(incoming) if incoming.ticket else new_ticket(incoming)
    thread = conversation_of(ticket, incoming)
    message = Message.objects.create(
        thread=thread,
        contact=incoming.contact,
        is_incoming=True,
        author_name=incoming.contact.name if incoming.contact else incoming.name,
        channel=incoming.channel,
        token=incoming.token,
        withheld_at=timezone.now() if incoming.is_strange else None,
        **incoming.words,
    )
    message.attach([*File.objects.claim(incoming.files, incoming.contact), *incoming.kept])
    if not incoming.is_strange:
        ticket.touch(message.created_at)
        if incoming.contact:
            ticket.add_participant(incoming.contact, by=incoming.contact)
    said.send(Message, message=message)
    if not (incoming.ticket or incoming.is_strange or incoming.is_automatic):
        tell_of_receipt(message)
    return message


def answered(incoming):
    """The ticket that is answered, held until the transaction ends: somebody may close it at this moment.

    A closed one moves where its pipeline says, or refuses (T10); so does one that was put away. Raises ValidationError
    with the code "closed".
    """
    ticket = Ticket.objects.kept().held(incoming.ticket.pk)
    policy = ReplyPolicy.of(incoming.portal) if incoming.portal else ReplyPolicy()
    if ticket is None or not policy.takes_reply_to(ticket):
        raise ValidationError(_("This ticket is closed. File a new one if you need more help."), code="closed")
    status = policy.status_after_reply(ticket)
    if status and not incoming.is_strange:
        ticket.move_to(status, by=incoming.contact)
    elif not (incoming.is_strange or incoming.is_automatic):
        ticket.follow(ticket.status.pipeline.after_customer, by=incoming.contact)
    return ticket


def new_ticket(incoming):
    """A ticket of the contact's own and of their primary company (F2)."""
    ticket = Ticket(
        subject=incoming.subject,
        content=incoming.text,
        status=incoming.status,
        source=incoming.channel.upper(),
    )
    ticket.begin(incoming.contact, by=incoming.contact, source_type=incoming.channel)
    if incoming.properties:
        ticket.change(incoming.properties, by=incoming.contact)
    return ticket


def conversation_of(ticket, incoming):
    """The conversation that customers see (T9); a ticket without one gets one in the inbox (P5)."""
    return Thread.objects.shown().filter(ticket=ticket).in_order().last() or Thread.objects.open(
        ticket=ticket, inbox=incoming.inbox, contact=incoming.contact, portal=incoming.portal, is_shown=True
    )
