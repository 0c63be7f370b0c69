"""``loket worker``: works off what is due. Any number may run; the rows themselves say who has leased what."""

import logging
import signal
import threading
import traceback

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from loket.records.chores import chores

# Seconds that a batch may go on after the worker was told to stop.
PATIENCE = 20

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Do background work: send mail, tidy up. Stops after the current batch on SIGTERM."

    def handle(self, **options):
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        log.info("worker started: %s", ", ".join(chore.name for chore in chores()) or "nothing to do")
        work(chores(), stopping)
        log.info("worker stopped")


def work(all_chores, stopping):
    """Run each chore until ``stopping`` is set, in a thread of its own: a slow mail server holds up only the mail."""
    threads = [
        threading.Thread(target=repeat, args=(chore, stopping), name=chore.name, daemon=True) for chore in all_chores
    ]
    for thread in threads:
        thread.start()
    stopping.wait()
    for thread in threads:
        thread.join(PATIENCE)  # what takes longer is given up: its rows are leased, and nothing is lost


def repeat(chore, stopping):
    """One batch after another, with a pause after each that found nothing."""
    while not stopping.is_set():
        if not run(chore):
            stopping.wait(chore.every)


def run(chore):
    """One batch; returns whether there may be more. A failing chore waits its pause and never stops the others."""
    close_old_connections()
    try:
        return chore.run() > 0
    except Exception as error:  # noqa: BLE001 - whatever it is, the other chores go on
        # Without the exception's own text: a database error quotes the values, and those may be somebody's letter.
        places = "".join(traceback.format_tb(error.__traceback__))
        log.error("chore %s failed with %s\n%s", chore.name, type(error).__name__, places)
        return False
    finally:
        close_old_connections()
