"""What of a conversation in sight is shown: its messages, as letters for ``ui/message.html``."""

from collections import defaultdict
from functools import partial

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from loket.conversations import pictures
from loket.conversations.models import Attachment, Message
from loket.records.compiled import once
from loket.ui import dates

MOST = 100


@once
def newest(ticket_pk, *, most):
    """The last ``most`` messages of a ticket that was found in sight, or (None) all, newest first."""
    return Message.objects.shown_of(ticket_pk).order_by("-created_at", "-pk")[:most]


@once
def later(ticket_pk, message_pk, *, most):
    """The first ``most`` messages that came after one."""
    return Message.objects.shown_of(ticket_pk).filter(pk__gt=message_pk).in_order()[:most]


@once
def attachments(ticket_pk):
    """The attachments of a ticket that was found in sight."""
    return Attachment.objects.shown_of(ticket_pk)


def latest(ticket_pk, *, is_whole=False):
    """(messages in order, whether there are earlier ones): the last 100, or all of them."""
    found = newest(ticket_pk, most=None if is_whole else MOST + 1)
    has_earlier = not is_whole and len(found) > MOST
    return (found[:MOST] if has_earlier else found)[::-1], has_earlier


def after(ticket_pk, message_pk):
    """Messages that came after the one with this id, in order."""
    return later(ticket_pk, message_pk, most=MOST)


def as_letters(ticket_pk, messages, wording, *, is_new=False):
    """Messages as letters. A letter's cursor is the highest id so far: a late mail may stand above newer ones."""
    now, letters, cursor, files = timezone.now(), [], 0, defaultdict(list)
    for attachment in attachments(ticket_pk):
        files[attachment.message_id].append(attachment)
    for message in messages:
        cursor = max(cursor, message.pk)
        letters.append(letter(message, files[message.pk], wording, now) | {"cursor": cursor, "is_new": is_new})
    return letters


def letter(message, files, wording, now):
    """One message; an agent goes by the name that customers are shown (T7)."""
    is_agents = not message.is_incoming
    inlined = pictures.inlined(message.pictures)
    return {
        "id": f"message-{message.pk}",
        "kind": "agent" if is_agents else "customer",
        "name": wording.agent_name(message.agent) if is_agents else author(message),
        "role": _("Support team") if is_agents else "",
        "time": dates.time_tag(message.created_at, now, long=True),
        "files": [file_card(each) for position, each in enumerate(files) if position not in inlined],
        "images_url": reverse("message-pictures", args=[message.pk]) if pictures.has_remote(message.pictures) else "",
    } | words(message, files)


def words(message, files, *, with_remote=False):
    """The HTML of a message and of what it quotes, with its pictures: those that came along, and remote ones when asked."""
    found = [preview_address(each) for each in files]
    show = partial(pictures.shown, pictures=message.pictures, addresses=found, with_remote=with_remote)
    return {"html": show(message.html), "quote": show(message.quoted)}


def preview_address(attachment):
    """Where the harmless copy of a picture is; nothing for other files."""
    file = attachment.file
    return reverse("file-preview", args=[attachment.pk, file.name]) if file.has_preview else ""


def author(message):
    """The customer's name, as it is now or as it was then."""
    return message.contact.name if message.contact else message.author_name


def file_card(attachment):
    """An attachment for ``ui/file_card.html``."""
    file = attachment.file
    preview = reverse("file-preview", args=[attachment.pk, file.name]) if file.can_be_shown else ""
    return {
        "url": reverse("file", args=[attachment.pk, file.name]),
        "name": file.name,
        "size": file.size,
        "content_type": file.content_type,
        "thumbnail_url": preview if file.has_preview else "",
        "preview_url": preview,
    }
