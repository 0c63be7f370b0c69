"""A time by which reading must have ended: for questions whose cost depends on what somebody typed.

The database itself stops the query, so that one that is slow in a way nobody foresaw holds nothing up.
"""

import time

from django.db import OperationalError, connection, transaction

STEPS = 10_000


class TimeUpError(Exception):
    """The deadline passed before the answer was there."""


class Deadline:
    """``seconds`` from now on, for any number of queries."""

    def __init__(self, seconds):
        self.end = time.monotonic() + seconds

    @property
    def left(self):
        """Seconds that are left; none when it has passed."""
        return max(0, self.end - time.monotonic())

    def read(self, work):
        """What ``work()`` returns; it only reads. Raises TimeUpError when the deadline passes meanwhile."""
        if not self.left:
            raise TimeUpError
        try:
            return (self._on_postgresql if connection.vendor == "postgresql" else self._on_sqlite)(work)
        except OperationalError as error:
            if self.left:
                raise
            raise TimeUpError from error

    def _on_postgresql(self, work):
        with transaction.atomic(), connection.cursor() as cursor:
            limit = str(int(self.left * 1000) + 1)
            cursor.execute(
                "SELECT current_setting('statement_timeout'), set_config('statement_timeout', %s, true)", [limit]
            )
            before, _now = cursor.fetchone()
            found = work()
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [before])
        return found

    def _on_sqlite(self, work):
        # In no transaction of its own: that would take the one lock for writing.
        connection.ensure_connection()
        connection.connection.set_progress_handler(lambda: not self.left, STEPS)
        try:
            return work()
        finally:
            connection.connection.set_progress_handler(None, 0)
