"""The timeline as the page shows it: letters (messages, comments, notes) and between them what happened."""

from datetime import timedelta
from functools import partial

from django.core.exceptions import BadRequest
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from loket.conversations import pictures, timeline
from loket.conversations.models import Channel
from loket.desk import happenings
from loket.desk.queues import EPOCH
from loket.guard.markup import from_text
from loket.mail.models import Delivery

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
            other = next(filter(None, map(happenings.other_ticket, part["events"])), None)
            part["url"] = reverse("ticket", args=[other]) if other else ""
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
    part["name"] = item.author_name
    attachments = list(item.attachments.all())
    if entry.kind == "comment":
        files = [file_card(each, "comment-file") for each in attachments]
        words = mark_safe(pictures.without(item.html))
        return part | {"kind": "comment", "role": _("Comment, team only"), "html": words, "files": files}
    inlined = pictures.inlined(item.pictures)
    return (
        part
        | words_of(item, attachments)
        | {
            "kind": "customer" if item.is_incoming else "agent",
            "role": role_of(item),
            "files": [file_card(each) for position, each in enumerate(attachments) if position not in inlined],
            "images_url": reverse("message-pictures", args=[item.pk]) if pictures.has_remote(item.pictures) else "",
            "ticket": item.thread.ticket,
            "mailed": mailed(entry.fates),
        }
    )


def mailed(fates):
    """How the mails of an answer fare, for ``ui/message.html``: who has it, for whom it waits, whom it did not reach."""
    of = {state: [each for each in fates if each.state == state] for state in Delivery.State}
    return {
        "sent": ", ".join(each.address for each in of[Delivery.State.SENT]),
        "cancelled": ", ".join(each.address for each in of[Delivery.State.CANCELLED]),
        "waiting": [(each.address, each.why) for each in of[Delivery.State.QUEUED]],
        "failed": [(each.address, each.why) for each in of[Delivery.State.FAILED]],
    }


def words_of(message, attachments, *, with_remote=False):
    """The HTML of a message and of what it quotes, with its pictures: those that came along, and remote ones when asked."""
    found = [file_card(each)["thumbnail_url"] for each in attachments]
    show = partial(pictures.shown, pictures=message.pictures, addresses=found, with_remote=with_remote)
    return {"html": show(message.html), "quote": show(message.quoted)}


WAYS = {
    Channel.PORTAL: gettext_noop("E-mail message, by the portal"),
    Channel.FORM: gettext_noop("E-mail message, by a form"),
    Channel.EMAIL: gettext_noop("E-mail message, by e-mail"),
    Channel.DESK: gettext_noop("E-mail message, from the desk"),
    Channel.IMPORT: gettext_noop("Imported message"),
}


def role_of(message):
    """That it is a message (C5 has it called so), by which way it came, and whether customers do not see it (T9)."""
    role = _(WAYS[message.channel]) if message.channel in WAYS else _("E-mail message")
    if message.withheld_at:
        return _("%(role)s, by somebody else: customers do not see it") % {"role": role}
    if not message.thread.is_shown:
        return _("%(role)s, in a conversation that customers do not see") % {"role": role}
    return role


def file_card(attachment, at="file"):
    """An attachment for ``ui/file_card.html``; ``at`` names the address that gives it out."""
    file = attachment.file
    name = file.name
    is_shown = file.can_be_shown and at == "file"
    preview = reverse("file-preview", args=[attachment.pk, name]) if is_shown else ""
    return {
        "url": reverse(at, args=[attachment.pk, name]),
        "name": name,
        "size": file.size,
        "content_type": file.content_type,
        "thumbnail_url": preview if file.has_preview else "",
        "preview_url": preview,
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
