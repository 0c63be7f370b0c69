"""``loket serve``: the web server. Any number of them may run beside each other."""

import ctypes
import errno
import logging
import os
import socket
import sys
from contextlib import suppress
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from loket.config import metrics, open_connections
from loket.config.assets import collect_when_changed

log = logging.getLogger(__name__)

# Nearly all of them wait for slow senders (bodies.py); far fewer work at once (wsgi.AT_ONCE).
THREADS = 128
SECONDS_TO_STOP = 10
MOST_MEGABYTES = 700
M_ARENA_MAX = -8


class Command(BaseCommand):
    help = "Serve the portals and the desk."

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--workers", type=int, default=processes(), help="Processes (default: one per core, 2 to 8)."
        )

    def handle(self, *, host, port, workers, **options):
        if workers < 1:
            raise CommandError("--workers must be at least 1.")
        refuse_busy(host, port)
        collect_when_changed()
        log.info("serving http://%s:%s with %s processes", host, port, workers)
        with TemporaryDirectory(prefix="loket-metrics-") as folder:
            metrics.share(folder)
            share_heap()
            open_connections.close_all()  # the checks have used some, and the server forks
            self.serve(host, port, workers)
        log.info("stopped serving")

    def serve(self, host, port, workers):
        """Until SIGTERM or SIGINT; what has been begun is answered first."""
        Granian(
            "loket.config.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=THREADS,
            websockets=False,
            log_level=LogLevels.error,
            # Else the server's own faults would be told in a form of its own, texts and all.
            log_dictconfig=settings.LOGGING
            | {"loggers": settings.LOGGING["loggers"] | {"_granian": {"level": "ERROR"}}},
            respawn_failed_workers=True,
            # Python gives memory back late if ever; a process that has grown is replaced, once it has answered.
            workers_max_rss=MOST_MEGABYTES,
            workers_kill_timeout=SECONDS_TO_STOP,
        ).serve()


def share_heap():
    """Let threads share two heaps: glibc gives each of many threads its own, and none gives back what it had at its worst."""
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library
            ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)


def processes():
    """As many as there are cores for us."""
    return min(max(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, 2), 8)


def refuse_busy(host, port):
    """Raise CommandError when another program listens there: granian would share the port with it without a word."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            why = "is in use by another program" if error.errno == errno.EADDRINUSE else f"is refused: {error.strerror}"
            raise CommandError(f"Port {port} on {host} {why}. Choose another with --port.") from error
