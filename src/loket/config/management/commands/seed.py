"""``loket seed``: tickets, contacts and companies in any number, for trials. Nobody is told."""

import signal
import time

from django.core.management.base import BaseCommand, CommandError

from loket.seed.sowing import NobodyError, sow


class Command(BaseCommand):
    help = (
        "Add synthetic companies, contacts and tickets with three messages each. One company gets a tenth of the tickets, "
        "one contact a two-hundredth. Ctrl-C leaves whole tickets only; a second run adds more. Sends nothing."
    )

    def add_arguments(self, parser):
        for name in ("tickets", "contacts", "companies"):
            parser.add_argument(f"--{name}", type=int, default=0, metavar="N", help=f"How many {name} to add.")
        parser.add_argument("--seed", type=int, default=1, help="Another number gives other texts (default 1).")

    def handle(self, *, tickets, contacts, companies, seed, **options):
        if min(tickets, contacts, companies, seed) < 0:
            raise CommandError("Numbers must not be negative.")
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        self.began, self.tickets = time.monotonic(), tickets
        try:
            sow(tickets, contacts, companies, seed=seed, report=self.report)
        except NobodyError as error:
            raise CommandError("Tickets need somebody who asks: add --contacts and --companies.") from error
        except KeyboardInterrupt as error:
            raise CommandError("Stopped. What was said to be added is there, and whole.") from error
        self.stdout.write(f"Added {companies:,} companies, {contacts:,} contacts, {tickets:,} tickets.")

    def report(self, done):
        """Say every 10,000 tickets how far it is."""
        if done % 10_000 == 0 or done == self.tickets:
            speed = done / (time.monotonic() - self.began)
            self.stdout.write(f"{done:,} of {self.tickets:,} tickets, {speed:,.0f} a second")
            self.stdout.flush()
