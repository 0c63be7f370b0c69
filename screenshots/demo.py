"""The demo, started for one run in a folder and at a port of its own."""

import json
import os
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


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
            yield until_ready(process)
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


def free_port():
    """A port of this machine at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
