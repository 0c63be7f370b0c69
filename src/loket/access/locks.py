"""Locked addresses (A8): after ten wrong passwords an address takes none until a new one is set or the lock is lifted."""

from datetime import timedelta

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from loket.history.models import record
from loket.people.models import User

MOST_FAILURES = 10
FORGOTTEN_AFTER = timedelta(days=1)


class AddressLockQuerySet(models.QuerySet):
    def locked(self):
        """Addresses that take no password, the last one first."""
        return self.filter(failures__gte=MOST_FAILURES).order_by("-failed_at", "pk")


class AddressLock(models.Model):
    """Wrong passwords for ``address``, as typed, with an account or without: so that a lock tells nothing of it.

    Fewer than ten are forgotten after a day without another; a lock stays.
    """

    address = models.CharField(max_length=254, unique=True)
    failures = models.PositiveSmallIntegerField(default=0)
    failed_at = models.DateTimeField(default=timezone.now)

    objects = AddressLockQuerySet.as_manager()

    def __str__(self):
        return self.address

    @property
    def user(self):
        """The account of the address, or None."""
        return User.objects.filter(email=self.address).first()

    def lift(self, *, by):
        """Take passwords again."""
        with transaction.atomic():
            if type(self).objects.filter(pk=self.pk).delete()[0] and (user := self.user):
                record(user, "lock_lifted", by=by)


def is_locked(address):
    """Whether ``address`` takes no password now."""
    return AddressLock.objects.locked().filter(address=address).exists()


def note_failure(address):
    """Count a wrong password."""
    now = timezone.now()
    with transaction.atomic():
        lock, _new = AddressLock.objects.select_for_update().get_or_create(address=address)
        is_stale = lock.failures < MOST_FAILURES and now - lock.failed_at > FORGOTTEN_AFTER
        failures = 1 if is_stale else F("failures") + 1
        # A lock does not count on: the number never grows beyond what its column holds.
        rows = AddressLock.objects.filter(pk=lock.pk, failures__lt=MOST_FAILURES)
        rows.update(failures=failures, failed_at=now)


def forget_failures(address):
    """The right password was typed, or a new one set."""
    AddressLock.objects.filter(address=address).delete()


def forget_stale():
    """Forget what is a day old and no lock. Returns 0: there is never more to do at once."""
    AddressLock.objects.filter(failures__lt=MOST_FAILURES, failed_at__lt=timezone.now() - FORGOTTEN_AFTER).delete()
    return 0
