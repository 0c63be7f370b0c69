"""Open connections to the databases, ended before a process forks or goes."""

from django.conf import settings
from django.db import connections


def close_all():
    """Close this thread's connections, and the pools that keep others open.

    A process forked with an open pool shares its sockets with its parent and siblings: each gets the others' rows.
    And at the interpreter's end each pool would wait seconds for its threads.
    """
    for connection in connections.all(initialized_only=True) if settings.configured else ():
        connection.close()
        if connection.vendor == "postgresql":
            connection.close_pool()
