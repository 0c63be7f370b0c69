"""Reading a stored mail and making of it what it is: a message, a ticket, a comment, a machine's mail, or a question.

Repeatable: a mail that waits is read from its bytes, and what is made of it commits together with where it ended.
"""

import contextlib
import hashlib
import logging
import tempfile

from django.core.exceptions import ValidationError
from django.core.files.base import File as DjangoFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from loket.conversations import delivery
from loket.conversations.channels.email import bounces, joining, machines
from loket.conversations.channels.email.identity import Sender
from loket.conversations.channels.email.models import MOST_TRIES, EmailChannel, InboxRule, Mail, SenderRule
from loket.conversations.channels.email.reading import read
from loket.conversations.intake import Incoming, receive
from loket.conversations.models import Channel, Thread
from loket.files.models import File
from loket.guard.text import clean_line
from loket.history.models import record
from loket.mail.models import Letter
from loket.tickets.models import Pipeline, Ticket

BATCH = 50
LARGEST_IN_MEMORY = 1_000_000
State = Mail.State

log = logging.getLogger(__name__)


def take_due():
    """Read up to BATCH waiting mails. Returns how many."""
    for done in range(BATCH):
        mail = Mail.objects.lease(timezone.now())
        if mail is None:
            return done
        take(mail)
    return BATCH


def take(mail):
    """Read one mail. Whatever goes wrong, it ends somewhere; a mail that keeps ending its reader, in quarantine."""
    if mail.attempts > MOST_TRIES:
        mail.put(State.QUARANTINED, "unreadable", _("Reading it was cut short several times."))
        return
    try:
        with mail.raw.open() as stream:
            _Taking(mail, read(stream)).settle()
    except Exception as error:  # noqa: BLE001 - whatever it is, the next mail goes on
        # A mail that we cannot read must not stop the ones behind it. Without the error's text: it may quote the mail.
        log.error("Mail %s could not be read: %s", mail.pk, type(error).__name__)
        mail.refresh_from_db()
        if mail.attempts >= MOST_TRIES:
            mail.put(State.QUARANTINED, "unreadable", type(error).__name__)
        else:
            Mail.objects.filter(pk=mail.pk).update(leased_until=None)


class Held(Exception):
    """The mail goes no further: ``state`` and ``reason`` say where it lies and why, ``where`` what it belongs to."""

    def __init__(self, state, reason, note="", **where):
        super().__init__(reason)
        self.state, self.reason, self.note, self.where = state, reason, note, where


class _Taking:
    """One mail being read."""

    def __init__(self, mail, reading):
        self.mail, self.reading, self.inbox = mail, reading, mail.inbox
        self.sender = Sender.of(reading, mail.channel.server_id if mail.channel else "")
        self.deliveries = ()
        self.is_vouched = mail.released_at is not None

    def settle(self):
        """Find out what it is, and make it that, in one transaction."""
        mail, reading = self.mail, self.reading
        mail.sender = clean_line(self.sender.address or reading.headers.text("from"), 320)
        mail.subject, mail.fingerprint = reading.subject, self.fingerprint()
        mail.called = f"<{reading.message_id}>"[:600] if reading.message_id else ""
        try:
            with transaction.atomic():
                self.sort_out()
                self.deliver()
        except Held as held:
            with transaction.atomic():
                mail.put(held.state, held.reason, held.note, **held.where)
                self.after(held)

    def fingerprint(self):
        own = self.reading.fingerprint() if self.reading.message_id else self.mail.raw.sha256
        return hashlib.sha256(f"{self.inbox.pk} {own}".encode()).hexdigest()

    # What goes no further

    def sort_out(self):
        """Raise Held for a mail that is not to be taken as it stands."""
        mail = self.mail
        if not mail.is_whole:
            raise Held(State.QUARANTINED, "too_large")
        copies = Mail.objects.filter(fingerprint=mail.fingerprint).exclude(pk=mail.pk)
        if first := copies.exclude(state__in=[State.WAITING, State.COPY]).order_by("pk").first():
            raise Held(State.COPY, "copy", f"#{first.pk}", ticket=first.ticket)
        if not self.is_vouched:
            self.sort_out_senders()
        if not Pipeline.objects.filter(statuses__is_closed=False).exists():
            raise Held(State.QUARANTINED, "no_pipeline")

    def sort_out_senders(self):
        """Lists, machines, spam, and senders that cannot be."""
        verdict = SenderRule.verdict_on(self.inbox, self.sender.address) if self.sender.address else None
        if verdict == SenderRule.Verdict.DENY:
            raise Held(State.SPAM, "denied")
        self.sort_out_machines(is_allowed=verdict == SenderRule.Verdict.ALLOW)
        if not self.sender.address:
            raise Held(State.QUARANTINED, "no_sender")
        if self.sender.is_refuted:
            raise Held(State.QUARANTINED, "forged")
        if verdict is None and machines.is_spam(self.reading.headers):
            raise Held(State.SPAM, "filter")

    def sort_out_machines(self, *, is_allowed):
        """Machines' mail. What an allowed sender's machine writes is let in; what would make a loop never is."""
        if self.is_own():
            raise Held(State.MACHINE, machines.OWN)
        kind = machines.kind_of_machine(self.reading)
        if kind == machines.BOUNCE:
            letter, deliveries, why = bounces.returned(self.reading)
            self.deliveries = deliveries
            raise Held(State.MACHINE, kind, why, ticket=self.about(letter))
        if kind and not (is_allowed and kind in (machines.LIST, machines.AUTOMATIC)):
            found = joining.belonging(self.reading, self.sender)
            raise Held(State.MACHINE, kind, ticket=found.ticket or found.hint)

    def is_own(self):
        """Whether it is a mail that we sent, or one in the name of one of our own mailboxes."""
        if EmailChannel.objects.filter(address=self.sender.address).exists():
            return True
        found = self.reading.message_id
        return bool(found) and Letter.objects.filter(message_id=f"<{found}>").exists()

    def about(self, letter):
        """The ticket that ``letter`` was about."""
        return Ticket.objects.filter(pk=letter.about_id).first() if letter and letter.about_kind == "ticket" else None

    def after(self, held):
        """What a held mail says of a ticket."""
        ticket = held.where.get("ticket")
        if held.reason == machines.BOUNCE:
            bounces.mark(self.deliveries, held.note)
        if ticket and held.state == State.MACHINE and held.reason != machines.OWN:
            record(ticket, f"mail_{held.reason}", by=None, sender=self.mail.sender[:200])

    # What goes in

    def deliver(self):
        """Make of it a message, a ticket or a comment."""
        found = joining.belonging(self.reading, self.sender)
        agent = self.sender.agent
        if agent or (found.key and found.key.agent):
            self.deliver_agents(agent, found)
        elif InboxRule.objects.filter(inbox=self.inbox).exists() and self.is_internal():
            self.put_comment(found.ticket or found.hint, None)
        else:
            self.deliver_customers(found)

    def is_internal(self):
        """Whether a rule of the inbox says so (D7)."""
        recipients = self.reading.addressed("to", "cc")
        given = (self.mail.sender, recipients, self.mail.subject)
        return any(rule.fits(*given) for rule in InboxRule.objects.filter(inbox=self.inbox))

    def deliver_agents(self, agent, found):
        """An agent's mail counts as one only when our own server has proven its From; to the ticket's reply address it is
        an answer, else a comment (D7)."""
        if not (agent and (self.sender.is_proven or self.is_vouched)):
            raise Held(State.QUARANTINED, "agent_unproven", ticket=found.ticket or found.hint)
        if found.key is None or found.key.agent != agent or self.is_internal():
            self.put_comment(found.ticket or found.hint, agent)
            return
        if found.ticket.is_removed:
            raise Held(State.QUARANTINED, "ticket_removed", ticket=found.ticket)
        told = set(self.reading.addressed("to", "cc"))
        message = delivery.reply(
            delivery.conversation_of(found.ticket), self.reading.body.text, by=agent, token=self.mail.fingerprint,
            letter=self.reading.body, kept=self.files(), told=told,
        )  # fmt: skip
        self.mail.put(State.TAKEN, "answer", message=message, ticket=found.ticket)

    def put_comment(self, ticket, agent):
        """Internal words: on the ticket's conversation, or on one that has no customer."""
        files = self.files()
        if ticket is None:
            ticket = Ticket(subject=self.subject(), status=self.status(), source=Channel.EMAIL.upper())
            ticket.save()
            record(ticket, "created", by=agent, source_type=Channel.EMAIL)
            Thread.objects.open(ticket=ticket, inbox=self.inbox, contact=None, portal=None, is_shown=True)
        made = delivery.comment(
            delivery.conversation_of(ticket),
            "",
            by=agent,
            token=self.mail.fingerprint,
            letter=self.reading.body,
            kept=files,
        )
        if agent is None:
            made.author_name = self.sender.name or self.sender.address
            made.save(update_fields=["author_name"])
        self.mail.put(State.TAKEN, "comment", comment=made, ticket=ticket)

    def deliver_customers(self, found):
        """A customer's mail: into the ticket where it belongs, or a ticket of its own with a hint to the other."""
        is_strange = bool(found.key) and found.key.contact.email != self.sender.address
        if is_strange and not self.is_vouched:
            raise Held(State.QUARANTINED, "another_sender", ticket=found.ticket)
        if found.ticket and found.ticket.removed_to == Ticket.Place.SPAM and not self.is_vouched:
            raise Held(State.SPAM, "spam_ticket", ticket=found.ticket)
        contact = self.sender.contact()
        if found.ticket and joining.is_flood(found.ticket, contact) and not self.is_vouched:
            raise Held(State.QUARANTINED, "flood", ticket=found.ticket)
        incoming = self.incoming(contact, is_strange=is_strange)
        message, hint = self.joined(incoming, found)
        ticket = message.thread.ticket
        if hint:
            record(ticket, "answers_ticket", by=None, ticket=f"#{hint.pk} {hint.subject}"[:200])
            record(hint, "answered_in_ticket", by=None, ticket=f"#{ticket.pk} {ticket.subject}"[:200])
        self.mail.put(State.TAKEN, "reply" if found.ticket and not hint else "ticket", message=message, ticket=ticket)

    def joined(self, incoming, found):
        """(the message, the ticket to hint at or None). A ticket that takes no replies (T10), or lies in the bin, gets a successor."""
        if found.ticket:
            try:
                with transaction.atomic():
                    portal = self.portal_of(found.ticket, incoming["contact"])
                    return receive(Incoming(**incoming, ticket=found.ticket, portal=portal)), None
            except ValidationError as error:
                if getattr(error, "code", "") != "closed":
                    raise
        return receive(Incoming(**incoming)), found.ticket or found.hint

    def portal_of(self, ticket, contact):
        """The portal whose rule for replies to closed tickets holds: where the contact reads the ticket."""
        thread = Thread.objects.shown().filter(ticket=ticket).in_order().last()
        return delivery.portal_for(contact, thread) if thread and contact else None

    def incoming(self, contact, *, is_strange):
        """What intake is told."""
        kind = machines.kind_of_machine(self.reading)
        return {
            "contact": contact,
            "text": self.reading.body.text,
            "channel": Channel.EMAIL,
            "inbox": self.inbox,
            "token": self.mail.fingerprint,
            "subject": self.subject(),
            "status": self.status(),
            "letter": self.reading.body,
            "kept": tuple(self.files()),
            "name": self.sender.name or clean_line(self.reading.headers.text("from"), 200),
            "is_strange": is_strange,
            "is_automatic": bool(kind),
        }

    def subject(self):
        return self.mail.subject or _("(No subject)")

    def status(self):
        """Where a ticket from this mailbox starts."""
        own = self.mail.channel.status if self.mail.channel else None
        return own or next(filter(None, (each.first_open() for each in Pipeline.objects.all())))

    def files(self):
        """The mail's files, stored; pictures in the text learn which file is theirs."""
        stored = [self.kept(each) for each in self.reading.files]
        for picture in self.reading.body.pictures:
            for position, each in enumerate(self.reading.files):
                if picture.get("cid") and picture["cid"] in (each.cid, each.place, each.name):
                    picture["file"] = position
                    break
        return stored

    def kept(self, file):
        """One file, written to storage chunk by chunk."""
        with contextlib.closing(tempfile.SpooledTemporaryFile(LARGEST_IN_MEMORY)) as stream:
            for chunk in file.chunks():
                stream.write(chunk)
            stream.seek(0)
            return File.objects.keep(DjangoFile(stream), file.name)
