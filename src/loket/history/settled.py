"""What is the same for everybody - portals, policies, properties, agents' names - is read once and kept in the process.

Whatever saves such a row renews the *stamp*, one row in the database, in the same transaction. A request reads the stamp
once, and nothing counts for it that was kept under another one: every process follows a change with its next request.
The stamp is random and not a number, so that one which was rolled back never comes again with other contents.
"""

import secrets
import threading
from contextlib import contextmanager

from django.db import connection, models


class Stamp(models.Model):
    """One row: what it says has no meaning but to be new after each change."""

    value = models.CharField(max_length=32)


UNREAD = object()
_request = threading.local()
_kept = ("", {})


@contextmanager
def remembering():
    """For the time of one request, or of a part of what it streams: ``remember`` keeps what it makes, and gives what was kept."""
    before, _request.stamp = getattr(_request, "stamp", ""), UNREAD
    try:
        yield
    finally:
        _request.stamp = _request.stamp and before


def remember(key, make):
    """What ``make()`` gave for ``key`` since the stamp was renewed; None is not kept. Outside requests nothing is.

    What is given belongs to all requests: do not change it. ``key`` names everything that ``make`` goes by, such as the
    language, and comes from a bounded set.
    """
    global _kept
    stamp = _stamp()
    if not stamp:
        return make()
    was, kept = _kept
    if was != stamp:
        _kept = (stamp, kept := {})
    found = kept.get(key)
    if found is None and (found := make()) is not None and _stamp() == stamp:
        kept[key] = found
    return found


def renew():
    """Let nothing that was kept count any more, here and, once committed, everywhere."""
    _request.stamp = ""
    Stamp.objects.bulk_create(
        [Stamp(pk=1, value=secrets.token_hex(16))],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["value"],
    )


def _stamp():
    stamp = getattr(_request, "stamp", "")
    if stamp is UNREAD:
        with connection.cursor() as cursor:
            cursor.execute("SELECT value FROM history_stamp WHERE id = 1")
            stamp = _request.stamp = (cursor.fetchone() or ("",))[0]
    return stamp


class SettledQuerySet(models.QuerySet):
    """Changes of many rows renew the stamp as well."""

    def update(self, **values):
        renew()
        return super().update(**values)

    def delete(self):
        renew()
        return super().delete()

    def bulk_create(self, *rows, **options):
        renew()
        return super().bulk_create(*rows, **options)


SettledQuerySet.delete.alters_data = SettledQuerySet.delete.queryset_only = True


class Settled(models.Model):
    """A row that pages know by heart: every save renews the stamp."""

    objects = SettledQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, **kwargs):
        renew()
        super().save(**kwargs)

    def delete(self, **kwargs):
        renew()
        return super().delete(**kwargs)
