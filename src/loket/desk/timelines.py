"""The timeline as the page shows it: letters (messages, comments, notes) and between them what happened."""

from datetime import timedelta

from django.core.exceptions import BadRequest
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from loket.conversations import timeline
from loket.conversations.models import Channel
from loket.desk import happenings
from loket.desk.queues import EPOCH
from loket.guard.markup import from_text

AT_ONE_GO = timedelta(seconds=5)


def of_ticket(ticket, properties, *, after=None):
    """The ticket's timeline as dicts for ``ui/message.html`` and ``ui/happening.html``.

    ``after`` is the cursor of the last part already shown.
    """
    since = moment_of(after) if after else None
    entries = [entry for entry in timeline.of_ticket(ticket, since) if not after or cursor_of(entry) > after]
    return parts(entries, properties)


def of_record(entries, properties):
    """The timeline of a contact or company: newest first, as there is no thread to follow; each ticket is named once in a row."""
    shown = parts(entries, properties)[::-1]
    for part, before in zip(shown, [None, *shown], strict=False):
        part["heading"] = part.get("ticket") if not before or part.get("ticket") != before.get("ticket") else None
    return shown


def parts(entries, properties):
    """Entries as dicts, oldest first; what somebody did at one go is one line."""
    shown = []
    for entry in entries:
        if entry.kind != "event":
            shown.append(letter(entry))
        elif shown and belongs_to(shown[-1], entry):
            shown[-1]["events"].append(entry.item)
            shown[-1]["cursor"] = cursor_of(entry)
        elif not is_own_filing(entry.item):
            shown.append(happening(entry))
    for part in shown:
        if "events" in part:
            part["text"] = happenings.sentence(part["events"], properties)
    return shown


def belongs_to(part, entry):
    """Whether this event is of the same actor and moment as the line before."""
    before = part.get("events")
    if not before:
        return False
    first, item = before[0], entry.item
    same = (first.actor_kind, first.actor_id) == (item.actor_kind, item.actor_id)
    return same and entry.at - first.created_at < AT_ONE_GO and not is_own_filing(item)


def is_own_filing(event):
    """Whether a contact was associated with what they filed themselves: that goes without saying."""
    return event.verb == "contact_added" and event.details.get("contact") == event.actor_name


def letter(entry):
    """A message, comment or note."""
    item = entry.item
    part = {
        "id": f"{entry.kind}-{item.pk}",
        "cursor": cursor_of(entry),
        "time": entry.at,
        "template": "ui/message.html",
    }
    if entry.kind == "note":
        role = _("Note, team only")
        return part | {"kind": "comment", "name": item.actor_name, "role": role, "html": from_text(item.text)}
    part |= {"name": item.author_name, "html": mark_safe(item.html)}
    if entry.kind == "comment":
        return part | {"kind": "comment", "role": _("Comment, team only")}
    return part | {
        "kind": "customer" if item.is_incoming else "agent",
        "role": role_of(item),
        "quote": mark_safe(item.quoted),
        "files": [file_card(each) for each in item.attachments.all()],
        "ticket": item.thread.ticket,
    }


def role_of(message):
    """That it is a message (C5 has it called so), and whether customers do not see its conversation (T9)."""
    role = _("Imported message") if message.channel == Channel.IMPORT else _("E-mail message")
    if not message.thread.is_shown:
        return _("%(role)s, in a conversation that customers do not see") % {"role": role}
    return role


def file_card(attachment):
    """An attachment for ``ui/file_card.html``."""
    file = attachment.file
    name = file.name
    return {
        "url": reverse("file", args=[attachment.pk, name]),
        "name": name,
        "size": file.size,
        "content_type": file.content_type,
        "thumbnail_url": reverse("file-preview", args=[attachment.pk, name]) if file.has_preview else "",
    }


def happening(entry):
    """Something that happened; its words come when all that belongs to it is known."""
    item = entry.item
    return {
        "id": f"event-{item.pk}",
        "cursor": cursor_of(entry),
        "time": entry.at,
        "icon": happenings.icon_of(item),
        "events": [item],
        "template": "ui/happening.html",
    }


def cursor_of(entry):
    """A place in the timeline as text that sorts as the timeline does."""
    return f"{(entry.at - EPOCH) // timedelta(microseconds=1):017}-{entry.kind}-{entry.item.pk:012}"


def moment_of(cursor):
    """The moment of a cursor. Raises BadRequest for what is none."""
    digits = cursor[:17]
    if len(cursor) > 60 or len(digits) != 17 or not (digits.isascii() and digits.isdigit()):
        raise BadRequest("Not a cursor")
    try:
        return EPOCH + timedelta(microseconds=int(digits))
    except OverflowError as error:
        raise BadRequest("Not a cursor") from error
