"""``bin/demo`` as a person starts it: it has its own database, whatever the environment names."""

import json
import os
import signal
import socket
import subprocess
from pathlib import Path
from urllib.request import urlopen

import pytest

pytestmark = pytest.mark.installation

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def start(port, tmp_path):
    """Start ``bin/demo`` in a folder of its own; it is ended with the test."""
    running = []

    def start(*options):
        process = subprocess.Popen(
            [ROOT / "bin" / "demo", "--port", str(port), *options],
            env=os.environ | {"LOKET_DEMO_DIR": str(tmp_path), "DATABASE_URL": "postgres://nobody@nowhere/nothing"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.terminate()
        process.wait(20)


def processes_in(folder):
    """Command lines of all processes that have a data folder of the demo."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if f"LOKET_DATA_DIR={folder}\0".encode() in (entry / "environ").read_bytes():
                found.append((entry / "cmdline").read_bytes().replace(b"\0", b" "))
        except OSError:
            continue
    return found


def until_ready(process):
    """Lines up to ``ready``; fails when the demo ends before."""
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if lines[-1] == "ready":
            return lines
    return pytest.fail("the demo ended early:\n" + "\n".join(lines))


def answer(url):
    with urlopen(url, timeout=10) as response:
        return response.status, response.read()


def hundred_slow_visitors(port):
    """Sockets that promise a large form and never send it."""
    head = b"POST /support/sign-in/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n"
    head += b"Content-Type: application/x-www-form-urlencoded\r\n\r\nemail="
    visitors = [socket.create_connection(("127.0.0.1", port)) for _ in range(100)]
    for visitor in visitors:
        visitor.sendall(head)
    return visitors


def test_the_demo_from_an_empty_folder_to_its_end(start, port, tmp_path):
    demo = start("--json")
    told = json.loads(until_ready(demo)[-2])
    assert told["portal"] == f"http://localhost:{port}/support/"
    assert told["desk"] == f"http://localhost:{port}/desk/"
    assert {"alice", "bob", "carol", "charlie", "dora", "erin"} <= set(told["people"])

    # Twice at once would mean two workers and two addresses for one set of data.
    assert "running already" in start().communicate(timeout=30)[0]

    visitors = hundred_slow_visitors(port)
    assert answer(f"http://127.0.0.1:{port}/healthz") == (200, b"ok")
    assert answer(f"http://localhost:{port}/readyz")[0] == 200
    assert answer(told["portal"])[0] == 200
    for visitor in visitors:
        visitor.close()

    assert len(processes_in(tmp_path)) >= 4
    demo.send_signal(signal.SIGTERM)
    assert demo.wait(20) == 0
    assert processes_in(tmp_path) == []

    # A second start uses what is there: it is the data's files that tell, as a clock depends on what else runs.
    built = {path: path.stat().st_ino for path in (tmp_path / "static").rglob("*")}
    again = start("--json")
    assert json.loads(until_ready(again)[-2]) == told
    assert {path: path.stat().st_ino for path in (tmp_path / "static").rglob("*")} == built
    again.terminate()
    again.wait(20)

    left = tmp_path / "files" / "left"
    left.parent.mkdir(exist_ok=True)
    left.touch()
    until_ready(start("--fresh"))
    assert answer(told["portal"])[0] == 200
    assert not left.exists()


def test_a_busy_port_is_one_clear_line(start, port):
    with socket.create_server(("127.0.0.1", port)):
        demo = start()
        said = demo.communicate(timeout=60)[0].strip()
    assert demo.returncode != 0
    assert said == f"CommandError: Port {port} on 127.0.0.1 is in use by another program. Choose another with --port."


def test_a_port_that_is_no_number_is_refused_before_anything_starts(tmp_path):
    demo = subprocess.run([ROOT / "bin" / "demo", "--port", "http"], capture_output=True, text=True)
    assert demo.returncode == 2
    assert demo.stderr.strip() == 'bin/demo: --port must be a number, not "http".'
