"""Backups are tested by restoring them: on both databases, made while people write."""

import json
import threading

import pytest

from loket.config.tests.installation import Visitor, await_truth

pytestmark = pytest.mark.installation

DIGEST = """
import hashlib, json
from django.apps import apps
from django.core.files.storage import default_storage
from loket.files.models import File
from loket.search import engine
found = {}
for model in apps.get_models():
    if model._meta.label not in ("config.Worker", "mail.Pause"):
        rows = [[str(value) for value in row] for row in model._base_manager.order_by("pk").values_list()]
        found[model._meta.label] = [len(rows), hashlib.sha256(json.dumps(rows).encode()).hexdigest()]
for file in File.objects.exclude(claimed_at=None):
    assert hashlib.sha256(default_storage.open(file.key).read()).hexdigest() == file.sha256, file.key
found["search"] = sorted(engine.find("ticket", "burns"))
print(json.dumps(found))
"""
WHOLE = """
from loket.conversations.models import Attachment, Message
from loket.files.models import File
from loket.mail.models import Delivery, Letter, Pause
from loket.tickets.models import Ticket
replies = Message.objects.filter(is_incoming=True, text__startswith="Reply")
assert all(reply.attachments.count() == 1 for reply in replies)
ticket = Ticket.objects.get()
assert ticket.last_activity_at == Message.objects.latest("created_at").created_at
print(sorted(replies.values_list("text", flat=True)))
"""


def shell(installation, code):
    return installation.run("shell", "-v0", "-c", code)


@pytest.fixture(params=["sqlite", "postgresql"])
def pair(request, bare):
    """An installation, and a bare machine with an empty database of the same kind."""
    if request.param == "sqlite":
        return request.getfixturevalue("install")(), bare()
    new_database = request.getfixturevalue("new_database")
    return request.getfixturevalue("install_on_postgresql")(), bare(DATABASE_URL=new_database())


class Writer(threading.Thread):
    """Alice, who replies with an attachment until told to stop."""

    def __init__(self, installation):
        super().__init__()
        self.tab = Visitor(installation.port).sign_in("alice@example.com")
        self.stopping, self.acknowledged = threading.Event(), []

    def run(self):
        while not self.stopping.is_set():
            text = f"Reply {len(self.acknowledged):04}"
            self.tab.get("/support/tickets/1/")
            answer = self.tab.post("/support/tickets/1/replies/", {"text": text}, [("a.txt", text.encode())])
            assert answer.status == 302, answer.text
            self.acknowledged.append(text)


def test_a_backup_made_under_load_is_whole_and_holds_all_that_was_acknowledged_before(pair, tmp_path):
    original, elsewhere = pair
    original.serve()
    writer, backup = Writer(original), tmp_path / "loket.backup"
    writer.start()
    await_truth(lambda: len(writer.acknowledged) >= 5)
    before = list(writer.acknowledged)
    original.run("backup", str(backup))
    during = len(writer.acknowledged)
    await_truth(lambda: len(writer.acknowledged) > during)
    writer.stopping.set()
    writer.join()
    assert during > len(before)  # people wrote while it was made
    assert backup.stat().st_mode & 0o777 == 0o600

    elsewhere.run("restore", str(backup))
    restored = json.loads(shell(elsewhere, WHOLE).replace("'", '"'))
    assert restored[: len(before)] == before
    assert set(restored) <= set(writer.acknowledged)


def test_a_restored_installation_is_the_same_and_mails_nothing_until_told(pair, tmp_path, mail_server):
    original, elsewhere = pair
    backup, mail = str(tmp_path / "loket.backup"), {"EMAIL_URL": f"smtp://127.0.0.1:{mail_server.port}"}
    shell(original, "from loket.mail.outbox import queue; queue(to='a@example.com', subject='x', text='x')")
    original.run("backup", backup)
    assert "is whole" in elsewhere.run("restore", backup, "--check")
    said = elsewhere.run("restore", backup)
    assert "nothing is mailed or fetched until" in said
    assert json.loads(shell(elsewhere, DIGEST)) == json.loads(shell(original, DIGEST))
    assert "is not empty" in elsewhere.run("restore", backup, code=1)

    elsewhere.environment |= mail
    elsewhere.serve()
    elsewhere.start("worker")
    await_truth(lambda: '"mail": "paused"' in Visitor(elsewhere.port).get("/readyz").text)
    await_truth(lambda: elsewhere.answers("/readyz"))
    alice = Visitor(elsewhere.port).sign_in("alice@example.com")
    assert "Printer on fire" in alice.get("/support/").text
    alice.get("/support/tickets/1/")
    assert alice.post("/support/tickets/1/replies/", {"text": "Still here"}).status == 302  # ids go on
    assert mail_server.taken == []
    assert "2 letters from the backup will be sent" in elsewhere.run("mail", "resume")
    addresses = {"a@example.com", "alice@example.com"}
    await_truth(lambda: addresses <= {each for recipients, _raw in mail_server.taken for each in recipients}, 90)


def test_a_damaged_backup_changes_nothing(install, bare, tmp_path):
    original, elsewhere, backup = install(), bare(), tmp_path / "loket.backup"
    original.run("backup", str(backup))
    content = bytearray(backup.read_bytes())
    content[5000] ^= 0xFF
    backup.write_bytes(content)
    assert "The backup is damaged" in elsewhere.run("restore", str(backup), code=1)
    assert [path.name for path in elsewhere.data.iterdir()] == ["secret.key"]


def test_a_file_that_is_missing_in_the_store_is_told_and_the_rest_is_kept(install, bare, tmp_path):
    original, elsewhere, backup = install(), bare(), tmp_path / "loket.backup"
    original.serve()
    writer = Writer(original)
    writer.start()
    await_truth(lambda: len(writer.acknowledged) >= 2)
    writer.stopping.set()
    writer.join()
    next(path for path in (original.data / "files").rglob("*") if path.is_file()).unlink()
    assert "1 files are missing" in original.run("backup", str(backup), code=1)
    assert "1 files were missing already" in elsewhere.run("restore", str(backup))


def test_a_secret_that_differs_and_files_that_are_left_out_are_told(install, bare, tmp_path):
    original, backup = install(LOKET_SECRET_KEY="a" * 40), str(tmp_path / "loket.backup")
    original.run("backup", backup, "--no-files")
    said = bare().run("restore", backup)
    assert "LOKET_SECRET_KEY is another one" in said
    assert "holds no files" in said
    assert "another one" not in bare(LOKET_SECRET_KEY="a" * 40).run("restore", backup)
