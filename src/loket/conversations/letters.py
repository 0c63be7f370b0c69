"""A letter to one customer about one ticket: in which words, with what below, in which thread. ``delivery.py`` says when.

Only what the customer sees in the portal can come in: the history is read through sight, agents go by the portal's wording.
"""

from dataclasses import dataclass
from urllib.parse import quote

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from loket.conversations import pictures
from loket.conversations.channels.email.models import Mail, reply_to
from loket.conversations.models import Message, Thread
from loket.conversations.wording import SUBJECT, TEXT, Kind, MailPolicy
from loket.guard.markup import from_markdown, from_text
from loket.mail import outbox
from loket.mail.composition import Enclosure, host_name
from loket.mail.models import Letter
from loket.people.models import Contact
from loket.portals.models import Portal
from loket.portals.placeholders import fill
from loket.records.addresses import address_of
from loket.tickets.models import Ticket, WordingPolicy

# What goes along as a file; the rest is named and fetched in the portal. Every recipient's letter holds its own copy.
MOST_BYTES = 5_000_000
MOST_HISTORY = 5
ANSWER = "{answer}"
# Written by a machine: nothing is to answer it by itself (RFC 3834, and what Exchange obeys; trap 12).
MACHINE = {"X-Auto-Response-Suppress": "All"}
SUBMITTED = {Kind.RECEIVED: "auto-replied", Kind.CLOSED: "auto-generated"}


@dataclass
class CustomerLetter:
    """``kind`` of mail in ``thread`` to ``contact``, who sees its ticket in ``portal``; ``message`` is the answer of a reply."""

    kind: Kind
    thread: Thread
    contact: Contact
    portal: Portal
    message: Message | None = None

    @property
    def ticket(self):
        return self.thread.ticket

    @cached_property
    def wording(self):
        return WordingPolicy.of(self.portal)

    @cached_property
    def policy(self):
        return MailPolicy.of(self.portal)

    @cached_property
    def is_vouched(self):
        """Whether a customer's own words may be mailed: somebody signed in filed them, or an agent has answered (trap 13)."""
        if self.kind == Kind.REPLY or self.thread.portal_id:
            return True
        return Message.objects.filter(thread__ticket=self.ticket, is_incoming=False).exclude(agent=None).exists()

    @cached_property
    def author(self):
        """Who answered, as customers know them (T7)."""
        return self.wording.agent_name(self.message.agent) if self.message else ""

    @property
    def signature(self):
        """What the agent signs with, as far as customers may know it."""
        return self.wording.signature_of(self.message.agent) if self.message else ""

    @cached_property
    def values(self):
        """What the placeholders stand for."""
        called, contact = self.wording.called(), self.contact
        return {
            "subject": self.ticket.subject if self.is_vouched else called,
            "number": self.ticket.pk,
            "ticket": called,
            "portal": self.portal.called,
            "name": contact.name if self.is_vouched else contact.email,
            "first_name": (contact.first_name or contact.name) if self.is_vouched else contact.email,
            "status": self.wording.status_words(self.ticket),
            "link": address_of("ticket", self.portal, self.ticket.pk),
            "agent": self.author,
        }

    def queue(self, key):
        """Put it in the outbox; a second one with ``key`` is not made."""
        with self.portal.speaking(self.contact.language):
            earlier = thread_ids(self.ticket, self.contact)
            outbox.queue(
                to=self.contact.email,
                relay=self.relay,
                sender=(self.sender_name, outbox.sender_address(self.relay)),
                subject=self.subject,
                text=render_to_string("conversations/mail/letter.txt", self.context),
                html=render_to_string("conversations/mail/letter.html", self.context),
                about=self.ticket,
                key=key,
                reply_to=reply_to(self.thread.inbox_id, self.ticket, contact=self.contact),
                in_reply_to=earlier[-1] if earlier else None,
                references=earlier,
                headers=self.headers,
                files=self.enclosures,
            )

    @cached_property
    def relay(self):
        """The mail server of the inbox; None for the installation's, which a ticket without conversation uses too."""
        return self.thread.inbox.relay if self.thread.inbox_id else None

    @property
    def sender_name(self):
        return f"{self.author} – {self.portal.called}" if self.author else self.portal.called

    @property
    def subject(self):
        return fill(self.policy.text(self.kind, SUBJECT), self.values)

    @property
    def headers(self):
        """What mail programs and servers are told of a machine's letter."""
        if self.kind == Kind.REPLY:
            return {}
        portal = self.portal
        return MACHINE | {
            "Auto-Submitted": SUBMITTED[self.kind],
            "List-Id": f"<{portal.slug}.{portal.domain.host}>",
        }

    @cached_property
    def parts(self):
        """The text before the answer and after it, placeholders filled."""
        before, _answer, after = self.policy.text(self.kind, TEXT).partition(ANSWER)
        return fill(before, self.values).strip("\n"), fill(after, self.values).strip("\n")

    @cached_property
    def context(self):
        """What the templates need."""
        before, after = self.parts
        return {
            "before": before,
            "before_html": from_text(before),
            "after": after,
            "after_html": from_text(after),
            "signature": self.signature,
            "signature_html": from_text(self.signature),
            "message": self.message,
            "answer_html": pictures.shown(self.message.html, self.message.pictures, self.cids) if self.message else "",
            "subject": self.ticket.subject if self.is_vouched else "",
            "files": self.named,
            "history": self.history if self.kind == Kind.REPLY and self.policy.quotes_history else [],
            "button_url": self.values["link"],
            "button_text": _("Read it again") if self.kind == Kind.CLOSED else _("Read and answer"),
            "brand_name": self.portal.called,
            "language": get_language(),
        }

    @cached_property
    def history(self):
        """What was said before the answer, as this customer sees it in the portal, the newest first."""
        seen = Message.objects.visible_to(self.contact, self.portal).filter(thread=self.thread)
        if self.message:
            seen = seen.filter(created_at__lte=self.message.created_at).exclude(pk=self.message.pk)
        newest = seen.select_related("agent", "contact").order_by("-created_at", "-pk")[:MOST_HISTORY]
        return [quoted(each, self.wording) for each in newest]

    # Files: pictures within the text and small files go along, large ones are fetched in the portal.

    @cached_property
    def attachments(self):
        return list(self.message.attachments.select_related("file")) if self.message else []

    @cached_property
    def light(self):
        """Positions of the files that go along."""
        return light(self.attachments)

    @property
    def cids(self):
        """For each file, the address of its picture within the mail, "" for none."""
        inlined = pictures.inlined(self.message.pictures) & self.light
        return [
            f"cid:{self.cid(each)}" if position in inlined else "" for position, each in enumerate(self.attachments)
        ]

    def cid(self, attachment):
        return f"file{attachment.pk}@{host_name()}"

    @property
    def named(self):
        """(name, address): files that the text names; those too large to go along with where they are."""
        inlined = pictures.inlined(self.message.pictures) & self.light if self.message else set()
        return [
            (each.file.name, "" if position in self.light else self.address_of_file(each))
            for position, each in enumerate(self.attachments)
            if position not in inlined
        ]

    def address_of_file(self, attachment):
        """Where the customer fetches it, through sign-in."""
        return address_of("attachment", self.portal, attachment.pk) + quote(attachment.file.name, safe="")

    @property
    def enclosures(self):
        """The files that go along."""
        cids = self.cids if self.message else ()
        return [enclosure(each, cids[n]) for n, each in enumerate(self.attachments) if n in self.light]


def light(attachments):
    """Positions of those that fit into a mail: in their order, as long as they fit together."""
    chosen, room = set(), MOST_BYTES
    for position, each in enumerate(attachments):
        if each.file.size <= room:
            chosen.add(position)
            room -= each.file.size
    return chosen


def enclosure(attachment, cid=""):
    """The file of an attachment, to go along; with ``cid`` as a picture within the text."""
    file = attachment.file
    with file.open() as stream:
        return Enclosure(file.name, file.content_type, stream.read(), cid.removeprefix("cid:"))


def quoted(message, wording):
    """A message as history below a mail: agents go by the portal's wording."""
    name = message.author_name
    if not message.is_incoming:
        name = wording.agent_name(message.agent)
    elif message.contact:
        name = message.contact.name
    when = date_format(timezone.localtime(message.created_at), "DATETIME_FORMAT")
    return {
        "head": _("On %(when)s, %(name)s wrote:") % {"when": when, "name": name},
        "html": pictures.without(message.html),
        "lines": message.text.splitlines(),
    }


def queue_forward(ticket, address, note, *, by, key):
    """Queue a mail to somebody outside: ``note``, then the whole conversation that customers see, oldest first, and its files."""
    messages = forwardable(ticket)
    portal = messages[0].thread.portal if messages else None
    wording = WordingPolicy.of(portal) if portal else WordingPolicy()
    name, relay = wording.agent_name(by), messages[-1].thread.inbox.relay if messages else None
    attachments = [each for message in messages for each in message.attachments.all()]
    along = light(attachments)
    context = {
        "before": note,
        "before_html": from_markdown(note),
        "history": [quoted(each, wording) for each in messages],
        "files": [(named_apart(each, n in along), "") for n, each in enumerate(attachments)],
        "after": name,
        "subject": ticket.subject,
    }
    context |= {"after_html": from_text(name), "brand_name": portal.name if portal else "", "language": get_language()}
    return outbox.queue(
        to=address,
        relay=relay,
        sender=(name, outbox.sender_address(relay)),
        subject=f"Fwd: {ticket.subject} (#{ticket.pk})",
        text=render_to_string("conversations/mail/letter.txt", context),
        html=render_to_string("conversations/mail/letter.html", context),
        about=ticket,
        key=key,
        files=[enclosure(each) for n, each in enumerate(attachments) if n in along],
    )


def forwardable(ticket):
    """The messages that customers see, oldest first, with their files."""
    seen = Message.objects.shown().filter(thread__ticket=ticket)
    seen = seen.select_related("agent", "contact", "thread__portal", "thread__inbox__relay")
    return list(seen.prefetch_related("attachments__file").order_by("created_at", "pk"))


def named_apart(attachment, goes_along):
    """The name of a file, which outsiders cannot fetch, with a word when it does not go along."""
    name = attachment.file.name
    return name if goes_along else f"{name} {_('(too large for a mail)')}"


def thread_ids(ticket, contact):
    """Message-IDs of the mails about ``ticket`` between us and ``contact``, oldest first: mail programs show one thread."""
    ours = Letter.objects.about(ticket).addressed_to(contact.email).values_list("created_at", "message_id")
    theirs = Mail.objects.filter(ticket=ticket, message__contact=contact).exclude(called="")
    return [each for _at, each in sorted([*ours, *theirs.values_list("arrived_at", "called")])]


def listeners(ticket):
    """The ticket's contacts and participants who have an address: those who are told (C8), never a whole company."""
    own = Contact.objects.filter(ticketcontact__ticket=ticket)
    participants = Contact.objects.filter(pk__in=ticket.ticketparticipant_set.values("contact"))
    return (own | participants).exclude(email=None).distinct().order_by("pk")


def portal_for(contact, thread):
    """Where ``contact`` can read ``thread``: the portal it was filed in, else the first where they see its ticket."""
    portals = sorted(
        Portal.objects.on().select_related("domain").order_by("pk"), key=lambda each: each.pk != thread.portal_id
    )
    seen = (each for each in portals if Ticket.objects.visible_to(contact, each).filter(pk=thread.ticket_id).exists())
    return next(seen, None)
