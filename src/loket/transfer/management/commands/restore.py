"""``loket restore FILE``: a backup becomes an installation again."""

from django.core.management.base import BaseCommand, CommandError

from loket.transfer.backup.archive import BackupError
from loket.transfer.backup.restoring import check_backup, restore_backup


class Command(BaseCommand):
    help = (
        "Restore a backup into an empty database. The whole backup is checked before anything is written. Afterwards workers "
        "stand still until “loket mail resume”."
    )
    requires_system_checks = []  # they may ask a database that is not there yet

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument(
            "--check", action="store_true", help="only see whether the backup is whole and can be restored"
        )

    def handle(self, *, file, check, **options):
        try:
            if check:
                manifest = check_backup(file).manifest
                sentences = [
                    f"{file} is whole: Loket {manifest['version']}, {manifest['database']}, {manifest['made_at']}."
                ]
            else:
                sentences = restore_backup(file)
        except BackupError as error:
            raise CommandError(str(error)) from error
        for sentence in sentences:
            self.stdout.write(sentence)
