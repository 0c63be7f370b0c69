"""``loket demo``, called by ``bin/demo``: demo data, web server and worker in one, until Ctrl-C or SIGTERM."""

import ctypes
import fcntl
import os
import shutil
import signal
import sys
import time
from contextlib import ExitStack, contextmanager, suppress
from json import dumps
from multiprocessing import get_context
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.db.migrations.exceptions import InconsistentMigrationHistory

from loket.config import open_connections
from loket.config.assets import collect_when_changed
from loket.config.health import is_migrated
from loket.config.management.commands.serve import refuse_busy
from loket.demo.build import build_demo

HOST = "127.0.0.1"
SECONDS_TO_START = 60
SECONDS_TO_STOP = 5
KEPT_ON_FRESH = {"demo.lock", "secret.key"}
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1


class Command(BaseCommand):
    help = "Show Loket working with demo data (use bin/demo)."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--fresh", action="store_true", help="Forget the demo's data and make it anew.")
        parser.add_argument("--json", action="store_true", help="Print addresses and sign-ins as one line of JSON.")

    def handle(self, *, port, fresh, json, **options):
        if not settings.IS_DEMO:
            raise CommandError("The demo has its own data and settings: start it with bin/demo.")
        stop_on_signals()
        with ExitStack() as stack:
            stack.enter_context(only_one())
            refuse_busy(HOST, port)
            cast = prepare(fresh)
            open_connections.close_all()
            web = stack.enter_context(process("serve", host=HOST, port=port))
            worker = stack.enter_context(process("worker"))
            await_answer(port, web)
            self.stdout.write(dumps(cast) if json else as_text(cast))
            self.stdout.write("ready")
            self.stdout.flush()
            watch(web, worker)


def stop_on_signals():
    """Turn Ctrl-C, SIGTERM and a closed terminal into an orderly exit; ``nohup`` keeps its meaning."""
    for number in SIGNALS:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda *_: sys.exit(0))


@contextmanager
def only_one():
    """Hold the data folder: two demos on one folder would work off the same rows with different addresses."""
    with open(settings.DATA_DIR / "demo.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CommandError(f"The demo in {settings.DATA_DIR} is running already.") from error
        yield


def prepare(fresh):
    """Bring database, static files and cast up to date, doing only what is missing; returns the cast."""
    if fresh:
        forget_data()
    if not is_migrated():
        migrate()
    collect_when_changed()
    return build_demo()


def migrate():
    """Bring the database up to date. Data of a version whose migrations were rewritten since cannot be."""
    try:
        call_command("migrate", verbosity=0)
    except (InconsistentMigrationHistory, DatabaseError) as error:
        raise CommandError(
            f"The demo's data is of another version ({error}). Begin anew with: bin/demo --fresh"
        ) from error


def forget_data():
    """Empty the demo's data folder."""
    open_connections.close_all()  # Django's checks have looked at the database, and would go on with the deleted file
    for entry in settings.DATA_DIR.iterdir():
        if entry.name in KEPT_ON_FRESH:
            continue
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()


@contextmanager
def process(name, **options):
    """Run a command with its output in ``log/<name>.log``; at the end it and all its children are gone.

    Forked, not started anew: importing everything a second and third time would double the time to ``ready``.
    """
    log = settings.DATA_DIR / "log" / f"{name}.log"
    log.parent.mkdir(exist_ok=True)
    child = get_context("fork").Process(target=run, args=(log, name), kwargs=options, name=name)
    child.start()
    child.log = log
    try:
        yield child
    finally:
        end(child)


def run(log, name, **options):
    """In the child: leave the terminal's signals to the demo, write to the log, do the work."""
    os.setpgid(0, 0)
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    if sys.platform == "linux":
        # So that it ends, too, when the demo is killed without a chance to tidy up.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    with open(log, "w") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    call_command(name, **options)


def end(child):
    """Stop a child in order; what does not stop in time is killed, with its whole group."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    child.terminate()
    child.join(SECONDS_TO_STOP)
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.join()


def await_answer(port, web):
    """Wait until the web server answers, and is ready to."""
    last_moment = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < last_moment:
        watch_once(web)
        with suppress(URLError, OSError), urlopen(f"http://{HOST}:{port}/readyz", timeout=5):
            return
        time.sleep(0.05)
    raise CommandError(f"The web server did not answer within {SECONDS_TO_START} s; see {web.log}.")


def watch(*children):
    """Wait for a signal. Should a child end by itself, say so and end too."""
    while True:
        for child in children:
            watch_once(child)
        time.sleep(0.5)


def watch_once(child):
    """Raise CommandError with the last lines of its log when ``child`` has ended."""
    if not child.is_alive():
        last = "\n".join(child.log.read_text(errors="replace").splitlines()[-15:])
        raise CommandError(f"The {child.name} process ended by itself ({child.exitcode}); {child.log} says:\n{last}")


def as_text(cast):
    """Where to go and who to be, for people."""
    lines = [f"Portal  {cast['portal']}", f"Desk    {cast['desk']}"]
    lines += ["", f"{'Sign in as':12}{'e-mail':32}password"]
    lines += [f"{name.capitalize():12}{who['email']:32}{who['password']}" for name, who in cast["people"].items()]
    return "\n".join(["", *lines, ""])
