"""``loket mail outbox | receive | reprocess | resume``: what goes, and what comes; ``resume`` after a restore."""

import json
import shutil
import sys
import tempfile

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from loket.conversations.channels.email.models import Mail
from loket.conversations.channels.email.storing import inbox_for, store
from loket.conversations.channels.email.taking import take, take_due
from loket.conversations.models import Inbox
from loket.mail.models import Delivery, Pause

TRY_AGAIN = 75  # EX_TEMPFAIL: the mail server keeps the mail and comes back


class Command(BaseCommand):
    help = "Look at mail, and take it in."
    # A mail server starts this for every mail: the checks load every page, and would take half of the time.
    requires_system_checks = ()

    def add_arguments(self, parser):
        deeds = parser.add_subparsers(dest="deed", required=True)
        add_outbox(deeds)
        add_receive(deeds)
        add_reprocess(deeds)
        add_resume(deeds)

    def handle(self, *args, run, **options):
        self.stdout.write(run(**options))


def add_receive(deeds):
    receive = deeds.add_parser("receive", help="Take in one mail from standard input: a pipe for a mail server.")
    receive.add_argument("--inbox", help="the name of the inbox; else the first one with an e-mail channel")
    receive.set_defaults(run=receive_one)


def receive_one(*, inbox, **options):
    """Store the mail, then read it at once. Exits with 75 (EX_TEMPFAIL) unless it is stored whole."""
    try:
        with tempfile.TemporaryFile() as stream:
            shutil.copyfileobj(sys.stdin.buffer, stream)
            if not stream.tell():
                raise CommandError("There is no mail on standard input.", returncode=TRY_AGAIN)
            place, channel = inbox_for(inbox)
            mail = store(stream, inbox=place, channel=channel)
    except Inbox.DoesNotExist as error:
        raise CommandError(f"There is no such inbox: {inbox}" if inbox else str(error), returncode=TRY_AGAIN) from error
    except (DatabaseError, OSError) as error:
        raise CommandError(f"Not stored: {type(error).__name__}", returncode=TRY_AGAIN) from error
    # From here on nothing is lost: what fails now is done by the worker.
    try:
        read_now(mail)
    except DatabaseError as error:
        return f"Mail {mail.pk} is stored; reading it has to wait: {type(error).__name__}"
    return f"Mail {mail.pk}: {mail.get_state_display()}" + (f" {mail.ticket_id}" if mail.ticket_id else "")


def read_now(mail):
    """Read ``mail``, unless a worker has it in hand."""
    leased = Mail.objects.lease(timezone.now(), only=mail)
    if leased:
        take(leased)
    mail.refresh_from_db()


def add_reprocess(deeds):
    reprocess = deeds.add_parser("reprocess", help="Read stored mails again: those in quarantine, and those that wait.")
    reprocess.add_argument("--id", type=int, help="only this one, whatever became of it but a ticket")
    reprocess.set_defaults(run=reprocess_mails)


def reprocess_mails(*, id, **options):
    """Put the mails back to be read, read them, and say what became of them."""
    mails = Mail.objects.filter(pk=id) if id else Mail.objects.quarantined()
    mails.exclude(state=Mail.State.TAKEN).update(
        state=Mail.State.WAITING, attempts=0, leased_until=None, next_try_at=timezone.now()
    )
    done = 0
    while number := take_due():
        done += number
    return f"{done} read, {Mail.objects.quarantined().count()} in quarantine."


def add_outbox(deeds):
    outbox = deeds.add_parser("outbox", help="List outgoing mail, newest first.")
    outbox.add_argument("--json", action="store_true", help="a JSON list with one object per letter and recipient")
    outbox.add_argument("--limit", type=int, default=100, help="how many at most; 0 is all (default: 100)")
    outbox.set_defaults(run=list_outbox)


def add_resume(deeds):
    resume = deeds.add_parser("resume", help="Let workers mail and fetch again, after a restore.")
    resume.add_argument(
        "--cancel-waiting",
        action="store_true",
        help="drop the mail that waited in the backup: it may have been sent since",
    )
    resume.set_defaults(run=resume_work)


def resume_work(*, cancel_waiting, **options):
    """End the pause; returns what is now so."""
    pause = Pause.objects.current()
    if pause is None:
        return "Nothing is paused."
    count = pause.waiting().count()
    pause.end(by=None, cancel_waiting=cancel_waiting)
    return f"Workers go on. {count} letters from the backup {'were cancelled' if cancel_waiting else 'will be sent'}."


def list_outbox(*, json, limit, **options):
    """The text that lists the newest ``limit`` deliveries."""
    deliveries = Delivery.objects.newest_first().select_related("letter").defer("letter__raw")
    rows = [described(delivery) for delivery in deliveries[: limit or None]]
    return as_json(rows) if json else as_table(rows)


def described(delivery):
    """One delivery in plain values; texts too, for this is the operator's own shell."""
    letter = delivery.letter
    return {
        "id": delivery.pk,
        "message_id": letter.message_id,
        "to": delivery.address,
        "subject": letter.subject,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "error": delivery.error,
        "created_at": letter.created_at.isoformat(),
        "sent_at": delivery.sent_at and delivery.sent_at.isoformat(),
        "about": {"kind": letter.about_kind, "id": letter.about_id} if letter.about_kind else None,
        "text": letter.text,
    }


def as_json(rows):
    return json.dumps(rows, ensure_ascii=False, indent=2)


def as_table(rows):
    """A line a delivery, and what went wrong below it."""
    if not rows:
        return "No mail."
    lines = [f"{'ID':>6}  {'MADE':16}  {'STATE':9}  {'TRIES':>5}  {'TO':32}  SUBJECT"]
    for row in rows:
        made = row["created_at"][:16].replace("T", " ")
        line = f"{row['id']:>6}  {made}  {row['state']:9}  {row['attempts']:>5}  {row['to']:32}  {row['subject']}"
        lines += [line] + [f"{'':8}{row['error']}"] * bool(row["error"])
    return "\n".join(lines)
