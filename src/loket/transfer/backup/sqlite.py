"""The database SQLite in a backup: a copy of its file, taken by SQLite's own backup while others write."""

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection, connections

from loket.transfer.backup.archive import PIECE, BackupError

ENTRY = "database.sqlite3"
STORED_FILES = "SELECT key, preview_key, sha256, claimed_at IS NOT NULL FROM files_file ORDER BY id"


def add_database(writer, scratch):
    """Add a copy of one moment; returns (the rows of STORED_FILES of that moment, more facts for the manifest)."""
    with TemporaryDirectory(prefix=".loket-backup-", dir=scratch) as folder:
        copy = Path(folder) / "copy.sqlite3"
        with (
            closing(sqlite3.connect(connection.settings_dict["NAME"])) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            # In one step: with several, each write of others would begin the copy anew.
            source.backup(target, pages=-1)
            target.execute("PRAGMA journal_mode=DELETE")
            rows = target.execute(STORED_FILES).fetchall()
        writer.add(ENTRY, pieces_of(copy), compress=True)
    return rows, {}


def pieces_of(path):
    """A file's bytes, a piece at a time."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def is_bare():
    """Whether there is nothing in the database that a restore could spoil."""
    return not connection.introspection.table_names()


def load_database(reader, finish):
    """Put the copy in place. ``finish()`` brings it up to date before anybody can open it."""
    place = Path(connection.settings_dict["NAME"])
    restoring = place.with_name(f"{place.name}.restoring")
    connections.close_all()
    try:
        with restoring.open("wb") as file:
            for piece in reader.pieces(ENTRY):
                file.write(piece)
        connection.settings_dict["NAME"] = str(restoring)
        with connection.cursor() as cursor:
            if cursor.execute("PRAGMA quick_check").fetchone()[0] != "ok":
                raise BackupError("The database in the backup is damaged.")
        finish()
        connections.close_all()
        for leftover in ("-wal", "-shm"):  # of the empty database that was looked at
            place.with_name(place.name + leftover).unlink(missing_ok=True)
        restoring.replace(place)
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = str(place)
        for leftover in ("", "-wal", "-shm"):
            restoring.with_name(restoring.name + leftover).unlink(missing_ok=True)
