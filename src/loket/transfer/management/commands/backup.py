"""``loket backup FILE``: database, files and secret of one moment, in one file."""

from django.core.management.base import BaseCommand, CommandError

from loket.transfer.backup.archive import BackupError
from loket.transfer.backup.making import make_backup


class Command(BaseCommand):
    help = (
        "Write a backup while everything runs. FILE is replaced when it is there, once the new one is whole. It holds all "
        "that people wrote, and secrets: keep it as safe as the database. Exits with 1 when files are missing in the store."
    )

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument(
            "--no-files", action="store_true", help="leave stored files out: their store is kept otherwise"
        )

    def handle(self, *, file, no_files, **options):
        try:
            count, lost = make_backup(file, with_files=not no_files)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{file}: the database and {count} files.")
        if lost:
            raise CommandError(f"{len(lost)} files are missing or damaged in the store, the first is {lost[0]}.")
