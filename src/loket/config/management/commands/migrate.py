"""``loket migrate``: Django's own, and the cache's table, so that one command makes a database complete."""

from django.core.management import call_command
from django.core.management.commands import migrate


class Command(migrate.Command):
    def handle(self, *args, **options):
        super().handle(*args, **options)
        call_command("createcachetable", database=options["database"], verbosity=0)
