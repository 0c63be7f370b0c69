"""The way out of every mail: written down in the transaction that causes it, sent later by sender.py."""

from django.conf import settings
from django.db import IntegrityError, transaction

from loket.mail.addresses import Mailbox, one_line
from loket.mail.composition import body_of, clean_text, message_ids, new_message_id, write
from loket.mail.models import Delivery, Letter
from loket.records.kinds import kind_of


def queue(
    *, to, subject, text, html=None, sender=None, reply_to=None, headers=None, about=None, key=None, private=False,
    message_id=None, in_reply_to=None, references=(), files=(), relay=None,
):  # fmt: skip
    """Put one letter in the outbox; call it inside the transaction of its cause. Returns the Letter.

    An address is ``"a@b.example"``, ``"Alice <a@b.example>"`` or ``("Alice", "a@b.example")``; ``to`` is one or a list.
    ``about`` is a record of a known kind. ``key`` names the event: a second letter with it is not made, the first is
    returned. ``private`` keeps a body with a secret out of the desk and forgets it once sent. ``headers`` are further
    ones, such as ``{"Auto-Submitted": "auto-replied"}``; ``files`` go along, each an ``Enclosure``. ``relay`` is
    the mail server of its own through which it leaves, and whose address it is from unless ``sender`` says another. A
    recipient that is no address becomes a failed delivery, so that the cause is not undone; a wrong ``sender``, ``reply_to``, ``message_id`` or header raises ValueError.
    """
    return store(
        body_of(text, html, files), to=to, subject=subject, text=text, sender=sender, reply_to=reply_to, headers=headers,
        about=about, key=key, private=private, message_id=message_id, in_reply_to=in_reply_to, references=references,
        relay=relay,
    )  # fmt: skip


def store(
    body, *, to, subject, text, sender, reply_to, headers, about, key, private, message_id, hidden=(), relay=None,
    **thread,
):  # fmt: skip
    """As ``queue``, with a MIME body made already; ``hidden`` recipients stand in no header."""
    if key is not None and (letter := Letter.objects.filter(key=key).first()):
        return letter
    if message_id is not None and message_ids(message_id) != [message_id]:
        raise ValueError(f"Not a Message-ID: {one_line(message_id)[:100]}")
    shown, wrong = mailboxes(to)
    unseen, also_wrong = mailboxes(list(hidden))
    sender = Mailbox.read(sender or (relay.address if relay else settings.MAIL_FROM))
    reply_to = Mailbox.read(reply_to) if reply_to else None
    letter = Letter(
        relay=relay,
        message_id=message_id or new_message_id(),
        key=key,
        sender=str(sender),
        reply_to=str(reply_to or ""),
        to=", ".join(str(mailbox) for mailbox in shown),
        subject=one_line(subject),
        text=clean_text(text),
        about_kind=kind_of(about) if about else "",
        about_id=about.pk if about else None,
        is_private=private,
    )
    letter.raw = write(letter, body, to=shown, sender=sender, reply_to=reply_to, headers=headers, **thread)
    return save(letter, [mailbox.address for mailbox in shown + unseen], wrong + also_wrong)


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


def save(letter, addresses, wrong):
    """Store ``letter`` with a delivery for each address. Of two at once with the same key, the first one stays."""
    try:
        with transaction.atomic():
            letter.save(force_insert=True)
    except IntegrityError:
        first = Letter.objects.filter(key=letter.key).first() if letter.key is not None else None
        if not first:
            raise
        return first
    failed = [Delivery(address=text[:320], state=Delivery.State.FAILED, error="Not a mail address") for text in wrong]
    deliveries = [Delivery(address=address) for address in dict.fromkeys(addresses)] + failed
    for delivery in deliveries:
        delivery.letter = letter
    Delivery.objects.bulk_create(deliveries)
    return letter
