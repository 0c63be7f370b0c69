"""``loket restore``: a backup becomes an installation again, on a bare machine, and waits to be let go on."""

import os

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection, connections

from loket.transfer.backup import migrations, postgresql
from loket.transfer.backup.archive import BackupError, Reader
from loket.transfer.backup.making import DATABASES, FILES, SECRET, fingerprint


def check_backup(path):
    """The Reader of a backup that is whole and that this version can restore. Raises BackupError."""
    reader = Reader(path)
    migrations.refuse_unknown(reader.manifest["migrations"], reader.manifest["version"])
    reader.verify()
    return reader


def restore_backup(path):
    """Restore ``path``; returns sentences that tell the operator what is now so. Raises BackupError, changing nothing.

    Files come first: should anything fail, the database is still empty, and the command can be run again.
    """
    reader = check_backup(path)
    refuse_elsewhere(reader.manifest)
    restore_files(reader)
    shape = reader.manifest["migrations"]
    reason = f"Restored from a backup of {reader.manifest['made_at'][:16].replace('T', ' ')} UTC"
    if connection.vendor == "postgresql":
        postgresql.load_database(reader, lambda: migrations.go_back_to(shape), lambda: migrations.pause(shape, reason))
        migrations.go_on_to_now()
    else:

        def finish():
            migrations.pause(shape, reason)
            migrations.go_on_to_now()

        DATABASES[connection.vendor].load_database(reader, finish)
    return [*restore_secret(reader), *told(reader.manifest)]


def refuse_elsewhere(manifest):
    """Raise BackupError unless the database is of the backup's kind, and bare."""
    if manifest["database"] != connection.vendor:
        raise BackupError(
            f"The backup is of {manifest['database']}, and DATABASE_URL names {connection.vendor}. Name an empty database "
            "of the same kind."
        )
    if not DATABASES[connection.vendor].is_bare():
        raise BackupError(
            "The database is not empty. Restore needs an empty one: make one and name it in DATABASE_URL."
        )
    connections.close_all()


def restore_files(reader):
    """Put stored files where the rows look for them."""
    for entry, key in reader.names(FILES):
        if default_storage.exists(key):
            default_storage.delete(key)
        with reader.open(entry) as stream:
            kept_as = default_storage.save(key, File(stream))
        if kept_as != key:
            raise BackupError(f"The storage keeps {key} under another name, {kept_as}.")


def restore_secret(reader):
    """Put the made secret back, or say that the one set here is another."""
    if SECRET in reader.entries and settings.SECRET_FILE:
        with open(os.open(settings.SECRET_FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.writelines(reader.pieces(SECRET))
        return []
    if reader.manifest["secret"] == fingerprint():
        return []
    return ["LOKET_SECRET_KEY is another one than in the backup: people sign in anew, and links that were mailed end."]


def told(manifest):
    """What an operator must know."""
    if not manifest["with_files"]:
        yield "The backup holds no files: see that those of STORAGE_URL or LOKET_DATA_DIR/files are there."
    if manifest["lost"]:
        yield f"{len(manifest['lost'])} files were missing already when the backup was made."
    yield "Workers stand still: nothing is mailed or fetched until an administrator says so in the desk, or: loket mail resume"
