"""The file of a backup: a ZIP with ``manifest.json``, which states size and checksum of every other entry."""

import hashlib
import json
import os
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path

FORMAT = 1
MANIFEST = "manifest.json"
PIECE = 1024 * 1024
# What reading a damaged ZIP raises: it may seem to be encrypted, or packed in a way that nobody knows.
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, NotImplementedError, RuntimeError)


class BackupError(Exception):
    """A backup cannot be made or restored; the text says why and what to do."""


@contextmanager
def new_archive(path):
    """A Writer whose file takes the name ``path`` only when everything has gone well and is on disk."""
    path = Path(path)
    partial = path.with_name(f".{path.name}.partial")
    try:
        file = os.fdopen(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b")
    except OSError as error:
        raise BackupError(f"Cannot write {path}: {error.strerror}.") from error
    try:
        with file:
            with zipfile.ZipFile(file, "w", allowZip64=True) as archive:
                yield Writer(archive)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


class Writer:
    """Adds entries, and notes what the manifest will say of them."""

    def __init__(self, archive):
        self.archive, self.entries = archive, {}

    def add(self, name, pieces, *, compress=False):
        """Write ``pieces`` (an iterable of bytes) as the entry ``name``; returns its sha256 (hex)."""
        info = zipfile.ZipInfo(name)
        info.external_attr = 0o600 << 16
        info.compress_type = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
        digest, size = hashlib.sha256(), 0
        with self.archive.open(info, "w", force_zip64=True) as entry:
            for piece in pieces:
                entry.write(piece)
                digest.update(piece)
                size += len(piece)
        self.entries[name] = {"size": size, "sha256": digest.hexdigest()}
        return digest.hexdigest()

    def finish(self, **facts):
        """Write the manifest; an archive without one is not whole."""
        manifest = {"format": FORMAT, **facts, "entries": self.entries}
        self.archive.writestr(MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False))


class Reader:
    """A backup that was made before. Raises BackupError when the file is none, or not whole."""

    def __init__(self, path):
        try:
            self.archive = zipfile.ZipFile(path)
            self.manifest = json.loads(self.archive.read(MANIFEST))
        except OSError as error:
            raise BackupError(f"Cannot read {path}: {error.strerror or error}.") from error
        except DAMAGE as error:
            raise BackupError(f"{path} is no backup of Loket, or only a part of one.") from error
        if not isinstance(self.manifest, dict) or self.manifest.get("format") != FORMAT:
            raise BackupError(f"{path} was made by another version of Loket, and this one cannot read it.")
        self.entries = self.manifest["entries"]

    def verify(self):
        """Read everything once and compare it with the manifest. Raises BackupError that names the first wrong entry."""
        there = set(self.archive.namelist()) - {MANIFEST}
        for name in sorted(there ^ self.entries.keys()):
            raise BackupError(f"The backup is damaged: {name} is {'missing' if name in self.entries else 'too much'}.")
        for name, stated in self.entries.items():
            digest, size = hashlib.sha256(), 0
            for piece in self.pieces(name):
                digest.update(piece)
                size += len(piece)
            if {"size": size, "sha256": digest.hexdigest()} != stated:
                raise BackupError(f"The backup is damaged: {name} is not what was written.")

    def names(self, folder):
        """Entries in ``folder``, as [(entry, name within)]."""
        return [(name, name.removeprefix(folder)) for name in self.entries if name.startswith(folder)]

    def pieces(self, name):
        """The bytes of an entry, a piece at a time. Raises BackupError when they cannot be read."""
        try:
            with self.archive.open(name) as entry:
                while piece := entry.read(PIECE):
                    yield piece
        except (*DAMAGE, OSError) as error:
            raise BackupError(f"The backup is damaged: {name} cannot be read.") from error

    def open(self, name):
        """The entry as a stream."""
        return self.archive.open(name)
