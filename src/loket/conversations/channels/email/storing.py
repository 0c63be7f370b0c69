"""The first step of every mail: its bytes are stored and committed before anything looks at them (trap 15, R2)."""

from dataclasses import dataclass

from django.core.files.base import File as DjangoFile
from django.db import IntegrityError, transaction

from loket.conversations.channels.email.models import EmailChannel, Mail
from loket.conversations.models import Inbox
from loket.files.models import File


@dataclass(frozen=True)
class Place:
    """Where a mail lay in a mailbox."""

    uidvalidity: int
    uid: int


def store(stream, *, inbox, channel=None, place=None, is_whole=True):
    """Store the bytes of ``stream`` (a binary file) and return the ``Mail``; what is stored already is not stored again.

    ``place`` names it in a mailbox. Without one, as by the pipe, the same bytes are the same mail: a mail server that did
    not hear our answer hands it over once more.
    """
    if earlier := at_place(channel, place):
        return earlier
    try:
        with transaction.atomic():
            raw = File.objects.keep(DjangoFile(stream), "mail.eml")
            if earlier := same_bytes(raw, inbox, channel, place):
                raw.erase()
                return earlier
            values = {"uidvalidity": place.uidvalidity, "uid": place.uid} if place else {}
            return Mail.objects.create(inbox=inbox, channel=channel, raw=raw, is_whole=is_whole, **values)
    except IntegrityError:
        if earlier := at_place(channel, place):
            return earlier  # another worker fetched it at the same moment
        raise


def at_place(channel, place):
    """The mail that came from this very place, or None."""
    if place is None:
        return None
    return Mail.objects.filter(channel=channel, uidvalidity=place.uidvalidity, uid=place.uid).first()


def same_bytes(raw, inbox, channel, place):
    """A mail with the same bytes that came by the pipe, or that lay in the mailbox before its numbers changed."""
    found = Mail.objects.filter(inbox=inbox, raw__sha256=raw.sha256, raw__size=raw.size, is_whole=True).exclude(raw=raw)
    if place is None:
        return found.filter(uid=None).first()
    return found.filter(channel=channel).exclude(uidvalidity=place.uidvalidity).first()


def inbox_for(name=None):
    """The (inbox, channel) that the pipe leads to: by name, else the only one with a channel, else the first help desk.

    Raises Inbox.DoesNotExist when there is none of that name, or none at all.
    """
    if name:
        inbox = Inbox.objects.get(name=name)
    else:
        channels = EmailChannel.objects.filter(is_on=True).order_by("pk").select_related("inbox")
        inbox = channels[0].inbox if channels else Inbox.objects.order_by("-is_help_desk", "pk").first()
        if inbox is None:
            raise Inbox.DoesNotExist("There is no inbox yet.")
    return inbox, EmailChannel.objects.filter(inbox=inbox, is_on=True).order_by("pk").first()
