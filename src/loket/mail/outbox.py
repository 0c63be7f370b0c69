"""The way out of every mail: written down in the transaction that causes it, sent later by sender.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from functools import cached_property
from typing import NamedTuple

from django.conf import settings
from django.db.models import Model

from loket.mail.addresses import Mailbox, one_line
from loket.mail.composition import MIME, body_of, clean_text, message_ids, new_message_id, write
from loket.mail.models import Delivery, Letter
from loket.mail.relays import Relay
from loket.records.kinds import kind_of


class Envelope(NamedTuple):
    """To whom a letter goes. ``hidden`` recipients stand in no header; ``key`` names the event, once."""

    to: object
    key: str | None = None
    reply_to: object = None
    hidden: Sequence = ()


@dataclass
class Sheet:
    """What a letter says, to whomever: a MIME ``body``, and the same as ``text`` for the desk.

    ``about`` is a record of a known kind. ``private`` keeps a body with a secret out of the desk and forgets it once
    sent. ``headers`` are further ones, such as ``{"Auto-Submitted": "auto-replied"}``. ``relay`` is the mail server of
    its own through which it leaves, and whose address it is from unless ``sender`` says another. A wrong sender,
    ``message_id`` or header raises ValueError.
    """

    body: EmailMessage
    subject: str
    text: str
    sender: object = None
    relay: Relay | None = None
    headers: Mapping | None = None
    about: Model | None = None
    private: bool = False
    message_id: str | None = None
    in_reply_to: str | None = None
    references: Sequence = ()

    def __post_init__(self):
        if self.message_id is not None and message_ids(self.message_id) != [self.message_id]:
            raise ValueError(f"Not a Message-ID: {one_line(self.message_id)[:100]}")
        self.sender = Mailbox.read(self.sender or (self.relay.address if self.relay else settings.MAIL_FROM))

    @cached_property
    def content(self):
        """The body as bytes: the same in every letter."""
        return self.body.as_bytes(policy=MIME)

    def letter(self, envelope):
        """The Letter in ``envelope``, with ``outgoing`` deliveries; not stored. Raises ValueError for a wrong ``reply_to``."""
        shown, wrong = mailboxes(envelope.to)
        unseen, also_wrong = mailboxes(list(envelope.hidden))
        reply_to = Mailbox.read(envelope.reply_to) if envelope.reply_to else None
        letter = Letter(
            relay=self.relay,
            message_id=self.message_id or new_message_id(),
            key=envelope.key,
            sender=str(self.sender),
            reply_to=str(reply_to or ""),
            to=", ".join(str(mailbox) for mailbox in shown),
            subject=one_line(self.subject),
            text=clean_text(self.text),
            about_kind=kind_of(self.about) if self.about else "",
            about_id=self.about.pk if self.about else None,
            is_private=self.private,
        )
        letter.raw = write(
            letter,
            self.content,
            to=shown,
            sender=self.sender,
            reply_to=reply_to,
            headers=self.headers,
            in_reply_to=self.in_reply_to,
            references=self.references,
        )
        letter.outgoing = deliveries([mailbox.address for mailbox in shown + unseen], wrong + also_wrong)
        return letter


def queue(*, to, text, html=None, files=(), key=None, reply_to=None, **more):
    """Put one letter in the outbox; call it inside the transaction of its cause. Returns the Letter.

    An address is ``"a@b.example"``, ``"Alice <a@b.example>"`` or ``("Alice", "a@b.example")``; ``to`` is one or a list. A
    recipient that is no address becomes a failed delivery, so that the cause is not undone. ``key`` names the event: a
    second letter with it is not made, the first is returned. ``files`` go along, each an ``Enclosure``; ``more`` is what
    a ``Sheet`` takes.
    """
    return post(Sheet(body_of(text, html, files), text=text, **more), [Envelope(to, key, reply_to)])[0]


def queue_each(envelopes, *, text, html=None, **more):
    """As ``queue``, the same words to several people: a letter in each envelope, all stored together."""
    return post(Sheet(body_of(text, html), text=text, **more), envelopes)


def post(sheet, envelopes):
    """Put a letter of ``sheet`` in each of the envelopes, and them in the outbox. Returns the Letters."""
    known = keyed(envelope.key for envelope in envelopes)
    return stored([known.get(envelope.key) or sheet.letter(envelope) for envelope in envelopes])


def keyed(keys):
    """{key: the letter that is there by it}."""
    keys = [key for key in keys if key is not None]
    return {letter.key: letter for letter in Letter.objects.filter(key__in=keys)} if keys else {}


def stored(letters):
    """``letters``, the new ones of them stored with their deliveries. Of two at once with one key, the first stays."""
    new = [letter for letter in letters if letter.pk is None]
    with_key = [letter for letter in new if letter.key is not None]
    Letter.objects.bulk_create([letter for letter in new if letter.key is None])
    Letter.objects.bulk_create(with_key, ignore_conflicts=True)
    first = keyed(letter.key for letter in with_key)
    for letter in with_key:
        if first[letter.key].message_id == letter.message_id:
            letter.pk = first[letter.key].pk
    for letter in new:
        for delivery in letter.outgoing:
            delivery.letter = letter
    Delivery.objects.bulk_create([delivery for letter in new if letter.pk for delivery in letter.outgoing])
    return [letter if letter.pk else first[letter.key] for letter in letters]


def sender_address(relay):
    """The bare address that mails through ``relay``, or with None the installation's mail server, are from."""
    return relay.address if relay else Mailbox.read(settings.MAIL_FROM).address


def mailboxes(written):
    """``(mailboxes, texts that are no address)`` of one recipient or a list of them."""
    right, wrong = [], []
    is_one = isinstance(written, str) or (isinstance(written, tuple) and len(written) == 2)
    for each in [written] if is_one else written:
        try:
            right.append(Mailbox.read(each))
        except ValueError:
            wrong.append(one_line(each if isinstance(each, str) else each[1]))
    return right, wrong


def deliveries(addresses, wrong):
    """A delivery to each of the addresses, not stored, and a failed one to each text that is none."""
    failed = [Delivery(address=text[:320], state=Delivery.State.FAILED, error="Not a mail address") for text in wrong]
    return [Delivery(address=address) for address in dict.fromkeys(addresses)] + failed
