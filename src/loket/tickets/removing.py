"""Spam and the bin: where agents put tickets away. Customers see none of them; after a while they are deleted for good."""

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from loket.history.models import record

# A clause of the one rule for sight: see visibility.py.
KEPT = Q(removed_at=None)


class RemovableQuerySet(models.QuerySet):
    def kept(self):
        """Those that lie neither in the spam nor in the bin."""
        return self.filter(KEPT)

    def spam(self):
        return self.filter(removed_at__isnull=False, removed_to=Removable.Place.SPAM)

    def in_bin(self):
        return self.filter(removed_at__isnull=False, removed_to=Removable.Place.BIN)


class Removable(models.Model):
    """What can be put away and restored as it was. ``removed_at`` is set exactly while ``removed_to`` says where to."""

    class Place(models.TextChoices):
        SPAM = "spam", _("Spam")
        BIN = "bin", _("Bin")

    removed_to = models.CharField(max_length=4, choices=Place, blank=True, editable=False)
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_removed(self):
        """Whether it lies in the spam or in the bin."""
        return self.removed_at is not None

    def mark_spam(self, *, by):
        """To the spam, also from the bin."""
        self._remove(self.Place.SPAM, "marked_spam", by)

    def discard(self, *, by):
        """To the bin, also from the spam."""
        self._remove(self.Place.BIN, "discarded", by)

    def restore(self, *, by):
        """Back to where it stood; whoever saw it sees it again."""
        if self.is_removed:
            self._put("", None, "restored", by)

    def _remove(self, place, verb, by):
        if self.removed_to != place:
            self._put(place, timezone.now(), verb, by)

    def _put(self, place, at, verb, by):
        with transaction.atomic():
            self.removed_to, self.removed_at = place, at
            self.save(update_fields=["removed_to", "removed_at"])
            record(self, verb, by=by)
