"""Where a mail belongs: by an unforgeable address, else by a Message-ID of ours, never by its subject (trap 10)."""

import re
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from loket.conversations.channels.email.models import EmailChannel, ReplyAddress
from loket.conversations.models import Message
from loket.mail.models import Letter
from loket.tickets.models import Ticket

_TOKEN = re.compile(r"\+([0-9a-f]{26})@", re.IGNORECASE)
_MOST_IDS = 100
# Two machines that answer each other are stopped at this many messages by one person in one ticket.
MOST_AT_ONCE, AT_ONCE = 30, timedelta(minutes=10)


@dataclass(frozen=True)
class Belonging:
    """``ticket`` is the one to join, or None. ``key`` is the reply address it came to, if any; ``hint`` a ticket that it
    seems to be about without being let in; ``by`` says which way led there ("address", "id" or nothing)."""

    ticket: Ticket | None = None
    key: ReplyAddress | None = None
    hint: Ticket | None = None
    by: str = ""


def belonging(reading, sender):
    """The ``Belonging`` of a mail by ``sender``."""
    if key := reply_key(reading):
        return Belonging(ticket=key.ticket, key=key, by="address")
    ticket = ticket_of_ids(reading)
    if ticket is None:
        return Belonging()
    if takes_part(sender, ticket):
        return Belonging(ticket=ticket, by="id")
    return Belonging(hint=ticket)


def reply_key(reading):
    """The reply address that the mail was sent to, or None. Only an address of one of our channels counts."""
    names = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "resent-to")
    tokens = {}
    for address in reading.addressed(*names)[:_MOST_IDS]:
        if found := _TOKEN.search(address):
            tokens[found[1].lower()] = address.lower().replace(f"+{found[1].lower()}@", "@")
    keys = ReplyAddress.objects.filter(token__in=tokens, revoked_at=None).select_related(
        "ticket__status", "contact", "agent"
    )
    ours = (
        set(EmailChannel.objects.filter(address__in=tokens.values()).values_list("address", flat=True))
        if tokens
        else ()
    )
    return next((key for key in keys.order_by("pk") if tokens[key.token] in ours), None)


def ticket_of_ids(reading):
    """The ticket about which we sent one of the mails that this one answers, or None."""
    ids = [f"<{each}>" for each in reading.headers.ids("in-reply-to", "references")[-_MOST_IDS:]]
    letters = Letter.objects.filter(message_id__in=ids, about_kind="ticket").order_by("-pk")
    pk = letters.values_list("about_id", flat=True).first() if ids else None
    return Ticket.objects.select_related("status").filter(pk=pk).first() if pk else None


def takes_part(sender, ticket):
    """Whether the sender is a contact or participant of ``ticket``."""
    if not sender.address:
        return False
    own = ticket.ticketcontact_set.filter(contact__email=sender.address)
    return own.exists() or ticket.ticketparticipant_set.filter(contact__email=sender.address).exists()


def is_flood(ticket, contact):
    """Whether this contact has mailed into this ticket so often that no person did."""
    since = timezone.now() - AT_ONCE
    said = Message.objects.filter(thread__ticket=ticket, contact=contact, channel="email", created_at__gte=since)
    return said.count() >= MOST_AT_ONCE
