"""Places where requests are worked on: so many at a time, each with a database connection that stays open.

To open SQLite's database takes longer than most pages take to read from it. A connection for each of the web server's
many threads would stay open for nothing; so a few are lent to whichever thread works.
"""

from contextlib import contextmanager
from queue import LifoQueue

from django.db import DEFAULT_DB_ALIAS, connections


class Places:
    """``number`` places. Who comes when all are taken waits."""

    def __init__(self, number):
        self.free = LifoQueue()  # the last one first: its connection's cache is warm
        for _ in range(number):
            self.free.put(None)

    @contextmanager
    def taken(self):
        """Work here: until the end this thread has the place's connection, and afterwards what it had before."""
        lent, own = self.free.get(), take_from_thread()
        if lent is not None:
            connections[DEFAULT_DB_ALIAS] = lent
        try:
            yield
        finally:
            self.free.put(to_be_lent(take_from_thread()))
            if own is not None:
                connections[DEFAULT_DB_ALIAS] = own


def take_from_thread():
    """The connection of this thread, which has none then; None when it had none."""
    found = next((each for each in connections.all(initialized_only=True) if each.alias == DEFAULT_DB_ALIAS), None)
    if found is not None:
        del connections[DEFAULT_DB_ALIAS]
    return found


def to_be_lent(connection):
    """``connection`` made fit for another thread; None when it cannot be used again."""
    if connection is None or connection.in_atomic_block:
        return None
    if not connection.allow_thread_sharing:
        connection.inc_thread_sharing()  # one thread after another, never two at a time
    connection.close_at = None  # Django, which knows nothing of lending, would close it after each request
    connection.close_if_unusable_or_obsolete()
    return connection
