"""The file of a backup vouches for itself: whatever is not as it was written is told before anything is restored."""

import json
import zipfile

import pytest

from loket.transfer.backup.archive import BackupError, Reader, new_archive
from loket.transfer.backup.migrations import refuse_unknown, targets
from loket.transfer.backup.restoring import refuse_elsewhere


@pytest.fixture
def backup(tmp_path):
    """A small one."""
    path = tmp_path / "loket.backup"
    with new_archive(path) as writer:
        writer.add("database", [b"tickets " * 1000], compress=True)
        writer.add("files/2026/a", [b"first ", b"second"])
        writer.finish(version="0.1")
    return path


def rewritten(path, change):
    """The same archive with ``change(entries)`` applied to {name: bytes}."""
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    change(entries)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)


def test_what_was_written_is_read_again(backup):
    reader = Reader(backup)
    reader.verify()
    assert reader.manifest["version"] == "0.1"
    assert reader.names("files/") == [("files/2026/a", "2026/a")]
    assert b"".join(reader.pieces("files/2026/a")) == b"first second"
    assert backup.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("change", "why"), [
    (lambda entries: entries.update({"files/2026/a": b"third second"}), "files/2026/a is not what was written"),
    (lambda entries: entries.update({"files/2026/a": b""}), "files/2026/a is not what was written"),
    (lambda entries: entries.update({"files/../../evil": b"x"}), "evil is too much"),
    (lambda entries: entries.pop("database"), "database is missing"),
])  # fmt: skip
def test_an_entry_that_was_changed_is_named(backup, change, why):
    rewritten(backup, change)
    with pytest.raises(BackupError, match=why):
        Reader(backup).verify()


def test_every_cut_and_every_flipped_byte_is_found(backup):
    whole = backup.read_bytes()
    for at in range(0, len(whole), 37):
        for damaged in (whole[:at], whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]):
            backup.write_bytes(damaged)
            try:
                reader = Reader(backup)
                reader.verify()
            except BackupError:
                continue
            # Some bytes of a ZIP mean nothing to a reader, such as dates; then all that counts is still there.
            assert b"".join(reader.pieces("files/2026/a")) == b"first second"
            assert len(damaged) == len(whole)


def test_a_file_that_is_no_backup_is_told(tmp_path):
    (tmp_path / "x").write_bytes(b"no backup")
    for path, why in (
        (tmp_path / "x", "is no backup"),
        (tmp_path / "absent", "Cannot read"),
        (tmp_path, "Cannot read"),
    ):
        with pytest.raises(BackupError, match=why):
            Reader(path)


def test_a_backup_that_failed_leaves_the_earlier_one_alone(backup):
    before = backup.read_bytes()
    with pytest.raises(RuntimeError), new_archive(backup) as writer:
        writer.add("database", [b"half"])
        raise RuntimeError("the disk is full")
    assert backup.read_bytes() == before
    assert [path.name for path in backup.parent.iterdir()] == [backup.name]


def test_another_format_is_refused(backup):
    def change(entries):
        manifest = json.loads(entries["manifest.json"])
        entries["manifest.json"] = json.dumps(manifest | {"format": 99}).encode()

    rewritten(backup, change)
    with pytest.raises(BackupError, match="another version"):
        Reader(backup)


def test_a_backup_of_a_newer_version_is_refused_by_name():
    refuse_unknown({"mail": ["0001_outbox"]}, "0.1")
    with pytest.raises(BackupError, match=r"made by Loket 9\.0.*mail\.0999_later"):
        refuse_unknown({"mail": ["0001_outbox", "0999_later"]}, "9.0")


def test_the_way_back_leads_to_the_last_migration_of_each_app():
    assert targets({"mail": ["0001_outbox"], "search": ["0001_documents", "0002_search_index"]}) == [
        ("mail", "0001_outbox"),
        ("search", "0002_search_index"),
    ]


@pytest.mark.django_db
def test_a_database_of_another_kind_or_one_that_is_in_use_is_refused():
    from django.db import connection

    with pytest.raises(BackupError, match="The backup is of oracle"):
        refuse_elsewhere({"database": "oracle"})
    with pytest.raises(BackupError, match="is not empty"):
        refuse_elsewhere({"database": connection.vendor})
