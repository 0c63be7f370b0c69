"""R2 with real processes: web server and worker are killed at random while people write; ``--kill-seconds`` says how long."""

import json
import random
import threading
import time
from collections import Counter
from email import message_from_bytes

import pytest

from loket.config.tests.installation import LostError, RefusedError, Visitor, await_truth

pytestmark = pytest.mark.installation

COUNT = """
import json
from loket.conversations.models import Message
from loket.mail.models import Delivery
messages = Message.objects.exclude(text="It burns.").prefetch_related("attachments__file")
print(json.dumps([[each.text, [file.file.open().read().decode() for file in each.attachments.all()]] for each in messages]))
"""
LEFT = "from loket.mail.models import Delivery; print(Delivery.objects.queued().count())"
HURRY = "from loket.mail.models import Delivery; Delivery.objects.queued().update(leased_until=None, next_try_at='2020-01-01T00:00Z')"


class Writer(threading.Thread):
    """Somebody who writes on ticket 1, and sends the same form again until it is acknowledged."""

    def __init__(self, visitor, page, target, name):
        super().__init__(name=name)
        self.visitor, self.page, self.target = visitor, page, target
        self.stopping, self.acknowledged, self.failed = threading.Event(), [], []

    def run(self):
        number = 0
        while not self.stopping.is_set():
            text = f"{self.name} {number:04}"
            number += 1
            self.insist(lambda: self.visitor.get(self.page))
            answer = self.insist(lambda: self.visitor.post(self.target, {"text": text}, [("a.txt", text.encode())]))  # noqa: B023
            if answer.status == 302:
                self.acknowledged.append(text)
            else:
                self.failed.append((text, answer.status))

    def insist(self, ask):
        """Ask until there is an answer."""
        while True:
            try:
                return ask()
            except (LostError, RefusedError):
                time.sleep(0.1)


@pytest.fixture(params=["sqlite", "postgresql"])
def installation(request, mail_server):
    make = request.getfixturevalue("install" if request.param == "sqlite" else "install_on_postgresql")
    return make(EMAIL_URL=f"smtp://127.0.0.1:{mail_server.port}")


def test_whoever_is_killed_nothing_is_lost_and_nothing_is_there_twice(installation, mail_server, request):
    seconds, chance = request.config.getoption("--kill-seconds"), random.Random()
    words = {"web": ("serve", "--port", str(installation.port)), "worker": ("worker",)}
    running = {name: installation.start(*each) for name, each in words.items()}
    await_truth(installation.answers, 90)
    alice = Visitor(installation.port).sign_in("alice@example.com")
    dora = Visitor(installation.port).sign_in("dora@help.example", door="desk")
    portal, desk = "/support/tickets/1/", "/desk/tickets/1/"
    writers = [Writer(alice, portal, f"{portal}replies/", "Alice"), Writer(dora, desk, f"{desk}replies/", "Dora")]
    for writer in writers:
        writer.start()
    await_truth(lambda: all(writer.acknowledged for writer in writers), 90)

    kills, end = Counter(), time.monotonic() + seconds
    while time.monotonic() < end or not (kills["web"] and kills["worker"]):
        time.sleep(chance.uniform(0.2, 2))
        name = chance.choice(["web", "worker"])
        installation.kill(running[name])
        kills[name] += 1
        running[name] = installation.start(*words[name])
        await_truth(installation.answers, 90)
    for writer in writers:
        writer.stopping.set()
    for writer in writers:
        writer.join(90)
    installation.run("shell", "-v0", "-c", HURRY)
    await_truth(lambda: installation.run("shell", "-v0", "-c", LEFT).strip() == "0", 90)

    stored = json.loads(installation.run("shell", "-v0", "-c", COUNT))
    times = Counter(text for text, _files in stored)
    acknowledged = [text for writer in writers for text in writer.acknowledged]
    assert [text for text in acknowledged if times[text] != 1] == []
    assert max(times.values()) == 1
    assert all(files == [text] for text, files in stored)
    assert [writer.failed for writer in writers] == [[], []]

    letters = b"".join(raw for _to, raw in mail_server.taken)
    assert [text for text in times if text.startswith("Dora") and text.encode() not in letters] == []
    # A letter goes twice only when the worker died between the server's last word and the note of it.
    mailed = Counter(message_from_bytes(raw)["Message-ID"] for _to, raw in mail_server.taken)
    assert sum(mailed.values()) - len(mailed) <= kills["worker"]
