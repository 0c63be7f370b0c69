"""A mail of ours that came back: which one, for whom, and why."""

import re

from loket.mail.models import Delivery, Letter

_MOST = 200_000
_ID = re.compile(r"^\s*(?:message-id|x-original-message-id)\s*:\s*<([^<>\s]{3,500})>", re.IGNORECASE | re.MULTILINE)
_RECIPIENT = re.compile(
    r"^(?:final|original)-recipient\s*:\s*(?:[\w-]+\s*;)?\s*<?([^\s<>;]+@[^\s<>;]+?)>?\s*$", re.I | re.M
)
_STATUS = re.compile(r"^status\s*:\s*([245]\.\d{1,3}\.\d{1,3})", re.IGNORECASE | re.MULTILINE)
_ACTION = re.compile(r"^action\s*:\s*(\w+)", re.IGNORECASE | re.MULTILINE)
_WHY = re.compile(
    r"^diagnostic-code\s*:\s*(?:[\w-]+\s*;)?\s*(.{3,400}(?:\r?\n[ \t]+.{1,300}){0,3})", re.IGNORECASE | re.MULTILINE
)


def returned(reading):
    """(the Letter of ours that came back or None, its deliveries that failed, why in one line)."""
    said = "\n".join(texts(reading))
    ids = [*_ID.findall(said), *reading.headers.ids("in-reply-to", "references")]
    letter = Letter.objects.filter(message_id__in=[f"<{each}>" for each in ids]).first()
    why = " ".join((next(iter(_WHY.findall(said)), "") or reading.subject).split())[:250]
    if letter is None or is_passing(said):
        return letter, [], why
    failed = {each.lower() for each in _RECIPIENT.findall(said)}
    failed |= {address.lower() for address in reading.addressed("x-failed-recipients")}
    deliveries = list(letter.deliveries.all())
    named = [each for each in deliveries if each.address.lower() in failed]
    return letter, named or (deliveries if len(deliveries) == 1 and not failed else []), why


def is_passing(said):
    """Whether it only tells of a delay, or that all went well."""
    actions = {each.lower() for each in _ACTION.findall(said)}
    statuses = {each[0] for each in _STATUS.findall(said)}
    return bool(actions or statuses) and "failed" not in actions and "5" not in statuses


def texts(reading):
    """What the report and the returned mail say: every text, and the headers of nested mails."""
    for part in reading.root.walk():
        if part is not reading.root and part.headers.names:
            yield "\n".join(f"{name}: {value}" for name in part.headers.names for value in part.headers.all(name))
        if not part.parts and (part.kind.startswith(("text/", "message/")) or part is reading.root):
            yield b"".join(first(part.content(reading.stream))).decode("utf-8", "replace")


def first(chunks):
    """The first chunks, up to a bound."""
    size = 0
    for chunk in chunks:
        size += len(chunk)
        yield chunk
        if size > _MOST:
            return


def mark(deliveries, why):
    """Note on our deliveries that they came back."""
    for delivery in deliveries:
        Delivery.objects.filter(pk=delivery.pk).update(
            state=Delivery.State.FAILED, error=f"Sent back: {why}"[:300], leased_until=None
        )
