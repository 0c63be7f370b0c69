"""Reading lists, searches and exports of a portal from a streaming replica (``DATABASE_REPLICA_URL``).

Only tickets, their associations and search documents are read there, and only for these pages; who somebody is and what
they may see comes from the primary always. Somebody who has written reads the primary until the replica has come that far:
their session keeps the place in the primary's log (LSN). A replica that lags more than MOST_LAG, or is gone, is not used.
"""

import logging
import threading
import time
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import DatabaseError, InterfaceError, connections

PAGES = {"tickets", "tickets-csv"}
MODELS = {"ticket", "ticketcontact", "ticketcompany", "ticketparticipant", "document"}
WROTE_AT = "wrote_at"
# Seconds: how old what others wrote may be, and between two looks at the replica by each process.
MOST_LAG = 5.0
LOOK = 1.0

log = logging.getLogger(__name__)
_reading = ContextVar("reading_from_replica", default=False)


class Router:
    """Django's DATABASE_ROUTERS: the replica while ``reading()``, else the primary."""

    def db_for_read(self, model, **hints):
        return "replica" if _reading.get() and model._meta.model_name in MODELS else "default"

    def db_for_write(self, model, **hints):
        return "default"

    def allow_relation(self, one, other, **hints):
        return True

    def allow_migrate(self, db, app_label, **hints):
        return db == "default"


@contextmanager
def reading():
    """Inside, MODELS are read from the replica."""
    mark = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(mark)


def streamed(pieces):
    """An answer that is made while it is sent, read from the replica like the page that began it."""
    pieces = iter(pieces)
    while True:
        with reading():
            try:
                piece = next(pieces)
            except StopIteration:
                return
        yield piece


class ReplicaMiddleware:
    """The innermost: answers from the replica, and notes in the session where the primary was after a writing request."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.method not in ("GET", "HEAD", "OPTIONS") and request.mount and request.session.session_key:
            request.session[WROTE_AT] = one("default", "SELECT pg_current_wal_insert_lsn()::text")
        return response

    def process_view(self, request, view, args, kwargs):
        """Answer from the replica where it may be; when it fails meanwhile, once more from the primary."""
        if not may_follow(request):
            return None
        try:
            with reading():
                response = view(request, *args, **kwargs)
        except (DatabaseError, InterfaceError) as error:
            log.warning("the replica failed with %s; the primary answers", type(error).__name__)
            follower.distrust()
            return None
        if response.streaming:
            response.streaming_content = streamed(response.streaming_content)
        return response


def may_follow(request):
    """Whether the replica may answer this request."""
    if request.method not in ("GET", "HEAD") or not request.portal or request.resolver_match.url_name not in PAGES:
        return False
    return follower.is_fresh() and follower.has_reached(request.session.get(WROTE_AT))


class Follower:
    """What this process knows of the replica."""

    def __init__(self):
        self.lock = threading.Lock()
        self.looked_at, self.fresh = float("-inf"), False
        self.awaited, self.awaited_since = None, None

    def is_fresh(self):
        """Whether the replica answers and is at most MOST_LAG behind; looked up once in LOOK."""
        if time.monotonic() - self.looked_at > LOOK and self.lock.acquire(blocking=False):
            try:
                self.look()
            finally:
                self.lock.release()
        return self.fresh

    def look(self):
        """Compare both. Behind is what has not reached, within MOST_LAG, a place where the primary once was."""
        try:
            if self.awaited and self.has_reached(self.awaited):
                self.awaited = None
            if self.awaited is None:
                self.awaited = one("default", "SELECT pg_current_wal_lsn()::text")
                self.awaited_since = time.monotonic()
                has_come = self.has_reached(self.awaited)
                self.awaited = None if has_come else self.awaited
            self.fresh = self.awaited is None or time.monotonic() - self.awaited_since < MOST_LAG
        except (DatabaseError, InterfaceError):
            self.fresh = False
        self.looked_at = time.monotonic()

    def distrust(self):
        """Not before the next look."""
        self.fresh, self.looked_at = False, time.monotonic()

    def has_reached(self, place):
        """Whether the replica has come to ``place`` (an LSN as text; None is anywhere)."""
        if place is None:
            return True
        try:
            return one("replica", "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", [place]) is True
        except (DatabaseError, InterfaceError):
            self.distrust()
            return False


follower = Follower()


def one(alias, query, params=None):
    """The one value that ``query`` gives."""
    with connections[alias].cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchone()[0]
