"""The worker's chore that fetches mail by IMAP: what is new is stored and committed, then flagged, then counted.

Each mailbox is one worker's at a time by a lease. Where the server can, a thread waits with IDLE for news; else the
mailbox is looked into every POLL. Killed anywhere, a mail is fetched again from its UID, and stored once.
"""

import logging
import tempfile
import threading
from datetime import timedelta

from django.conf import settings
from django.core.files.base import File as DjangoFile
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from imapclient.exceptions import IMAPClientError

from loket.conversations.channels.email.imap import BROKEN, Failed, Mailbox
from loket.conversations.channels.email.models import EmailChannel, Mail
from loket.conversations.channels.email.storing import Place, at_place, store
from loket.files.models import File

BATCH = 50
POLL = timedelta(seconds=30)
# With IDLE: how long one wait is, and how many there are before the mailbox is opened anew.
WAIT, WAITS = 15, 100
LARGEST_HEAD = 1_000_000
LARGEST_IN_MEMORY = 1_000_000

log = logging.getLogger(__name__)


def fetch_due():
    """Put a thread to each mailbox that is due and in nobody's hands. Returns how many."""
    started = 0
    while channel := EmailChannel.objects.lease(timezone.now()):
        threading.Thread(target=watch, args=[channel], name=f"mailbox {channel.pk}", daemon=True).start()
        started += 1
    return started


def watch(channel):
    """Fetch what is there and, with IDLE, what comes; then give the mailbox back."""
    try:
        fetch(channel, waits=WAITS)
    except Exception as error:  # noqa: BLE001 - a thread has nobody above it to tell
        log.error("Mailbox %s: %s", channel.pk, type(error).__name__)
        channel.mark_failed(type(error).__name__)
    finally:
        connection.close()


def fetch(channel, *, waits=0):
    """Fetch all that is new in a leased mailbox; wait for more up to ``waits`` times. Returns how many were stored."""
    count = 0
    try:
        with Mailbox(channel) as mailbox:
            count += fetch_new(channel, mailbox)
            pause = timedelta(0) if waits and mailbox.can_idle else POLL
            for _each in range(waits if mailbox.can_idle else 0):
                connection.close()  # an idle mailbox holds no connection to the database
                has_news = mailbox.wait(WAIT)
                if not channel.renew():
                    return count
                if has_news or Mail.objects.filter(channel=channel, reason="fetching").exists():
                    count += fetch_new(channel, mailbox)
    except Failed as failure:
        channel.mark_failed(f"{failure.step}: {failure}")
    except BROKEN as error:
        channel.mark_failed(_("The connection broke: %(kind)s") % {"kind": type(error).__name__})
    else:
        channel.mark_checked(pause)
    return count


def fetch_new(channel, mailbox):
    """Store what lies above the last UID. New numbers of the whole mailbox begin again from the first."""
    if channel.uidvalidity != mailbox.uidvalidity:
        channel.move_to(mailbox.uidvalidity, 0)
    fetch_wanted(channel, mailbox)
    count, uids = 0, mailbox.after(channel.last_uid)
    for start in range(0, len(uids), BATCH):
        batch = uids[start : start + BATCH]
        sizes = mailbox.sizes(batch)
        for uid in batch:
            if uid in sizes:
                count += fetch_one(channel, mailbox, uid, sizes[uid])
            channel.move_to(mailbox.uidvalidity, uid)
        if not channel.renew():
            return count
    return count


def fetch_one(channel, mailbox, uid, size):
    """Store one mail, then flag it. Whether it is new. One that the server cannot give out does not stop the others."""
    place = Place(mailbox.uidvalidity, uid)
    if at_place(channel, place):
        mailbox.flag(uid)
        return False
    with tempfile.SpooledTemporaryFile(LARGEST_IN_MEMORY) as stream:
        is_small = size <= settings.MAIL_MAX_BYTES
        try:
            is_there = (
                mailbox.copy(uid, stream) if is_small else mailbox.copy(uid, stream, part="HEADER", most=LARGEST_HEAD)
            )
        except IMAPClientError as error:
            if isinstance(error, BROKEN):
                raise
            log.warning("Mailbox %s does not give out UID %s: %s", channel.pk, uid, type(error).__name__)
            is_there, is_small = True, False
        if not is_there:
            return False
        store(stream, inbox=channel.inbox, channel=channel, place=place, is_whole=is_small)
    mailbox.flag(uid)
    return True


def fetch_wanted(channel, mailbox):
    """Fetch whole what was too large, and somebody wants all the same."""
    wanted = Mail.objects.filter(channel=channel, is_whole=False, reason="fetching", uidvalidity=mailbox.uidvalidity)
    for mail in wanted:
        with tempfile.SpooledTemporaryFile(LARGEST_IN_MEMORY) as stream:
            if not mailbox.copy(mail.uid, stream):
                mail.put(Mail.State.QUARANTINED, "gone")
                continue
            with transaction.atomic():
                old, mail.raw = mail.raw, File.objects.keep(DjangoFile(stream), "mail.eml")
                mail.is_whole = True
                mail.put(Mail.State.WAITING)
                old.erase()
