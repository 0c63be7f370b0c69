"""``loket serve``: the web server. Any number of them may run beside each other."""

import errno
import logging
import socket

from django.core.management.base import BaseCommand, CommandError
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from loket.config.assets import collect_when_changed

log = logging.getLogger(__name__)

# Nearly all of them wait for slow senders (bodies.py); far fewer work at once (wsgi.AT_ONCE).
THREADS = 128
SECONDS_TO_STOP = 10


class Command(BaseCommand):
    help = "Serve the portals and the desk."

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2, help="Processes (default 2).")

    def handle(self, *, host, port, workers, **options):
        refuse_busy(host, port)
        collect_when_changed()
        log.info("serving http://%s:%s with %s processes", host, port, workers)
        Granian(
            "loket.config.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=THREADS,
            websockets=False,
            log_level=LogLevels.error,
            respawn_failed_workers=True,
            workers_kill_timeout=SECONDS_TO_STOP,
        ).serve()


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
