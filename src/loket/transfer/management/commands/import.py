"""``loket import hubspot FILE…``: HubSpot's CSV exports of companies, contacts and tickets."""

import json
import sys
from contextlib import nullcontext
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from loket.transfer.hubspot.reading import NoExportError
from loket.transfer.hubspot.report import Report
from loket.transfer.hubspot.run import FLAGS, import_sheets, open_sheets

REFUSED, NO_EXPORT, INTERRUPTED = 1, 2, 130
PROGRESS_EVERY = 5_000


class Command(BaseCommand):
    help = "Import records from elsewhere. Tells nobody by mail."

    def add_arguments(self, parser):
        hubspot = parser.add_subparsers(dest="origin", required=True).add_parser(
            "hubspot",
            help="CSV exports of companies, contacts and tickets, in any order (docs/import.md)",
            description="Exit code 0: all imported; 1: rows were refused; 2: a file is no such export.",
        )
        hubspot.add_argument("files", nargs="*", metavar="FILE", help="what it holds is told by its headings")
        for kind, flag in FLAGS.items():
            hubspot.add_argument(
                flag, action="append", default=[], metavar="FILE", dest=kind, help=f"a file that holds {flag[2:]}"
            )
        hubspot.add_argument("--dry-run", action="store_true", help="report as if, and change nothing")
        hubspot.add_argument("--report", metavar="FILE", help="write refused rows and warnings to a CSV file too")
        hubspot.add_argument("--pipeline", default="", metavar="NAME", help="for tickets that name no pipeline")
        hubspot.add_argument("--json", action="store_true", help="print one JSON object instead of lines")

    def handle(self, *, files, report, dry_run, json: bool, pipeline, **options):
        kinds = {name: kind for kind in FLAGS for name in options[kind]}
        if not (files or kinds):
            raise CommandError("Name at least one file.", returncode=NO_EXPORT)
        try:
            sheets = open_sheets([*files, *kinds], kinds)
            file = Path(report).open("w", encoding="utf-8", newline="") if report else nullcontext()  # noqa: SIM115
        except NoExportError as error:
            raise CommandError(str(error), returncode=NO_EXPORT) from error
        except OSError as error:
            raise CommandError(f"{report}: {error.strerror}", returncode=NO_EXPORT) from error
        with file as opened:
            told = Report(None if json else self.stdout.write, opened)
            is_whole = self.run(sheets, told, is_trial=dry_run, pipeline=pipeline.strip())
        self.tell(told, json, dry_run)
        if told.refused or not is_whole:
            sys.exit(REFUSED if is_whole else INTERRUPTED)

    def run(self, sheets, report, **options):
        """Import; False when it was interrupted, which loses nothing but the batch in hand."""
        try:
            import_sheets(sheets, report, progress=self.progress, **options)
        except KeyboardInterrupt:
            self.stderr.write("Interrupted. Whole batches stay; run it again for the rest.")
            return False
        return True

    def tell(self, report, as_json, is_trial):
        """What came of it."""
        if as_json:
            self.stdout.write(json.dumps({"dry_run": is_trial} | report.as_data(), ensure_ascii=False))
            return
        self.stdout.write(report.summary())
        if is_trial:
            self.stdout.write("This was a dry run: nothing was changed.")

    def progress(self, name, done, total):
        """How far it is; on a terminal one line that counts, elsewhere a line now and then."""
        is_terminal = self.stderr.isatty()
        if is_terminal or done == total or done % PROGRESS_EVERY == 0:
            end = "\r" if is_terminal and done < total else "\n"
            self.stderr.write(f"{name}: {done} of {total} rows", str, ending=end)
