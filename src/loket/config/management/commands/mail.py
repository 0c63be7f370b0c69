"""``loket mail outbox``: what waits, went and failed; ``loket mail resume``: let workers go on after a restore."""

import json

from django.core.management.base import BaseCommand

from loket.mail.models import Delivery, Pause


class Command(BaseCommand):
    help = "Look at mail."

    def add_arguments(self, parser):
        deeds = parser.add_subparsers(dest="deed", required=True)
        add_outbox(deeds)
        add_resume(deeds)

    def handle(self, *args, run, **options):
        self.stdout.write(run(**options))


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
