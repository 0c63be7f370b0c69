"""``loket worker``: works off what is due. Any number may run; the rows themselves say who has leased what."""

import logging
import signal
import threading

from django.core.management.base import BaseCommand

from loket.config.labour import Labour
from loket.config.models import Worker
from loket.records.chores import chores

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Do background work: send mail, tidy up. Stops after the current batch on SIGTERM."

    def handle(self, **options):
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        log.info("worker started: %s", ", ".join(chore.name for chore in chores()) or "nothing to do")
        labour = Labour(chores(), stopping, worker=Worker.objects.start())
        labour.go_on()
        log.info("worker stopped")
