"""The demo, started for one run in a folder and at a port of its own."""

import json
import os
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What the demo leaves as it is at first: who may register, what is agreed to, a form for everybody, other looks of sign-in.
OPENING = """
from loket.access.consents import ConsentWording
from loket.access.pages import SystemPage
from loket.access.policies import AccessPolicy
from loket.forms.models import Form
from loket.portals.models import Portal

portal = Portal.objects.get(slug="support")
AccessPolicy.of(portal).set({"mode": "open"}, by=None)
words = {
    "text": {"en": "We keep what you write for as long as you are our customer, and show it to nobody else."},
    "box": {"en": "I agree to this."},
    "link_text": {"en": "How we treat what you tell us"},
    "link": "https://example.com/privacy",
}
ConsentWording.of(portal.domain).set({**words, "is_required": True, "asks_again": True}, by=None)
Form.objects.get().set({"is_public": True}, by=None)
for page, design in (("sign-in", "split"), ("access-denied", "letter")):
    SystemPage(portal=portal, page=page, design=design).save()
"""


@contextmanager
def running_demo():
    """Start a fresh demo; yields what ``bin/demo --json`` says of it. Its data is gone at the end."""
    with tempfile.TemporaryDirectory(prefix="loket-screenshots-") as folder:
        process = subprocess.Popen(
            [ROOT / "bin" / "demo", "--port", str(free_port()), "--json"],
            env=os.environ | {"LOKET_DEMO_DIR": folder},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            yield until_ready(process) | {"folder": folder}
        finally:
            process.terminate()
            process.wait(30)


def until_ready(process):
    """Read what the demo prints up to ``ready``; raises RuntimeError when it ends before."""
    cast = {}
    for line in process.stdout:
        if line.startswith("{"):
            cast = json.loads(line)
        if line.strip() == "ready":
            return cast
    raise RuntimeError("The demo ended by itself; what it said stands above.")


def open_up(cast):
    """Let strangers in, for the pages that only they meet."""
    demo = {"LOKET_DEMO": "1", "LOKET_DATA_DIR": cast["folder"], "LOKET_URL": cast["portal"].partition("/support")[0]}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LOKET_", "DATABASE_"))}
    subprocess.run([ROOT / ".venv/bin/loket", "shell", "-v0", "-c", OPENING], env=kept | demo, check=True)


def free_port():
    """A port of this machine at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
