"""``loket backup``: everything of one moment in one file, while others go on writing."""

import hashlib
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from loket.transfer.backup import migrations, postgresql, sqlite
from loket.transfer.backup.archive import PIECE, BackupError, new_archive

FILES, SECRET = "files/", "secret.key"
DATABASES = {"sqlite": sqlite, "postgresql": postgresql}


def make_backup(path, *, with_files=True):
    """Write the backup ``path``. Returns ``(files in it, keys of files whose bytes are gone or damaged)``.

    The database comes first: whatever it names was stored before, and later files are no part of that moment. Files that
    nobody had claimed may be purged meanwhile, and are no loss.
    """
    shape = migrations.applied()
    if not shape:
        raise BackupError("There is nothing to back up: the database is empty.")
    with new_archive(path) as writer:
        rows, facts = DATABASES[connection.vendor].add_database(writer, Path(path).absolute().parent)
        lost = add_files(writer, rows) if with_files else []
        if settings.SECRET_FILE:
            writer.add(SECRET, [settings.SECRET_FILE.read_bytes()])
        writer.finish(
            version=version("loket"),
            made_at=timezone.now().isoformat(),
            database=connection.vendor,
            migrations=shape,
            secret=fingerprint(),
            with_files=with_files,
            lost=lost,
            **facts,
        )
    return len([name for name in writer.entries if name.startswith(FILES)]), lost


def add_files(writer, rows):
    """Add the bytes of every stored file; returns the keys of those that are not what their rows say."""
    lost = []
    for key, preview_key, sha256, is_claimed in rows:
        try:
            digest = writer.add(FILES + key, pieces_of(key))
            if preview_key:
                writer.add(FILES + preview_key, pieces_of(preview_key))
        except FileNotFoundError:
            digest = None
        if digest != sha256 and is_claimed:
            lost.append(key)
    return lost


def pieces_of(key):
    """The bytes of a stored file. Opened at once, so that a missing one is told before anything is written."""
    stream = default_storage.open(key, "rb")

    def read():
        with stream:
            yield from stream.chunks(PIECE)

    return read()


def fingerprint():
    """Tells whether two machines have the same secret, and nothing of what it is."""
    return hashlib.sha256(b"loket backup " + settings.SECRET_KEY.encode()).hexdigest()[:16]
