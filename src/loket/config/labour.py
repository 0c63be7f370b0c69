"""What a worker does all day: every chore again and again, each in a thread of its own, and a heartbeat."""

import logging
import threading
import time
import traceback
from collections import defaultdict
from contextlib import contextmanager

from django.db import DatabaseError, close_old_connections

from loket.config.models import BEAT
from loket.mail.models import Pause

# Seconds that a batch may go on after the worker was told to stop.
PATIENCE = 20
# Seconds between two looks whether a pause has ended.
LOOK = 5

log = logging.getLogger(__name__)


class Labour:
    """Runs ``chores`` until ``stopping`` (an Event) is set, and tells ``worker`` (a row, or None) how it goes."""

    def __init__(self, chores, stopping, worker=None):
        self.chores, self.stopping, self.worker = chores, stopping, worker
        self.done = defaultdict(lambda: {"runs": 0, "failures": 0, "rows": 0, "seconds": 0.0})
        self.threads = {}
        self.names = set()

    def go_on(self):
        """Work until told to stop. A slow mail server holds up only the mail, as each chore has a thread."""
        self.begin()
        self.beat()
        while not self.stopping.wait(BEAT.total_seconds()):
            self.begin()
            self.beat()
        last_moment = time.monotonic() + PATIENCE
        for thread in self.threads.values():
            # What takes longer is given up: its rows are leased, and nothing is lost.
            thread.join(max(0, last_moment - time.monotonic()))
        if self.worker:
            with told("heartbeat"):
                self.worker.stop()

    def begin(self):
        """Start a thread for each chore that has none; those of chores that are no more end by themselves."""
        with told("look for chores"):
            parts = [part for chore in self.chores for part in chore.parts()]
            self.names = {part.name for part in parts}
            for part in parts:
                if part.name not in self.threads or not self.threads[part.name].is_alive():
                    thread = threading.Thread(target=self.repeat, args=(part,), name=part.name, daemon=True)
                    self.threads[part.name] = thread
                    thread.start()

    def beat(self):
        """A heartbeat that cannot be written is no reason to stop."""
        if self.worker:
            with told("heartbeat"):
                self.worker.beat({name: dict(figures) for name, figures in list(self.done.items())})

    def repeat(self, chore):
        """One batch after another, with a pause after each that found nothing."""
        while not self.stopping.is_set() and chore.name in self.names:
            if is_paused():
                self.stopping.wait(LOOK)
            elif not self.run(chore):
                self.stopping.wait(chore.every)

    def run(self, chore):
        """One batch; returns whether there may be more. A failing chore waits its pause and never stops the others."""
        figures, began, rows = self.done[chore.name], time.monotonic(), 0
        figures["runs"] += 1
        close_old_connections()
        try:
            rows = chore.run()
        except Exception as error:  # noqa: BLE001 - whatever it is, the other chores go on
            figures["failures"] += 1
            tell(chore.name, error)
        finally:
            close_old_connections()
        figures["rows"] += rows
        figures["seconds"] = round(figures["seconds"] + time.monotonic() - began, 3)
        return rows > 0


def is_paused():
    """Whether no worker may do anything; without a database there is nothing to do either."""
    close_old_connections()
    paused = True
    with told("look for a pause"):
        paused = Pause.objects.current() is not None
    return paused


@contextmanager
def told(what):
    """Inside, a database that fails is a line in the log and nothing more."""
    try:
        yield
    except DatabaseError as error:
        close_old_connections()
        tell(what, error)


def tell(what, error):
    """Log a failure without the exception's own text: a database error quotes values, perhaps somebody's letter."""
    kind, places = type(error).__name__, "".join(traceback.format_tb(error.__traceback__))
    log.error("chore %s failed with %s", what, kind, extra={"fault": (kind, places)})
