"""The shape of the database that a backup holds: which migrations had run, and how to come there again."""

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from loket.transfer.backup.archive import BackupError

# What a machine makes anew: who works on it now, what it has counted.
PASSING = {"config_worker"}


def tables():
    """Names of the tables that hold data."""
    return sorted(
        set(connection.introspection.django_table_names(only_existing=True)) - PASSING - {"django_migrations"}
    )


def applied():
    """``{app: [names]}`` of the migrations that have run."""
    found = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        found.setdefault(app, []).append(name)
    return found


def refuse_unknown(migrations, version):
    """Raise BackupError when the backup knows migrations that this version does not."""
    known = MigrationExecutor(None).loader.disk_migrations.keys()
    unknown = [f"{app}.{name}" for app, names in migrations.items() for name in names if (app, name) not in known]
    if unknown:
        raise BackupError(
            f"The backup was made by Loket {version}, whose database this version does not know ({unknown[0]}). "
            "Restore it with that version, then upgrade."
        )


def targets(migrations):
    """The last of the backup's migrations in each app."""
    graph = MigrationExecutor(None).loader.graph
    had = {(app, name) for app, names in migrations.items() for name in names}
    return sorted(
        key
        for key in had
        if not any(tuple(child)[0] == key[0] and child in had for child in graph.node_map[key].children)
    )


def go_back_to(migrations):
    """Make the tables as they were in the backup."""
    MigrationExecutor(connection).migrate(targets(migrations))


def pause(migrations, reason):
    """Begin a pause, and forget the workers of the other machine; in the tables as they were in the backup."""
    then = MigrationExecutor(connection).loader.project_state(targets(migrations)).apps
    then.get_model("config", "Worker").objects.all().delete()
    then.get_model("mail", "Pause").objects.create(reason=reason, started_at=timezone.now())


def go_on_to_now():
    """Bring the tables up to date."""
    call_command("migrate", verbosity=0)
