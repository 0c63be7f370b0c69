"""Put many tickets in another status at once: an administrator arranges pipelines (D5)."""

from django.db import models, transaction
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from loket.history.models import record_each

CHUNK = 5_000


class SettlingQuerySet(models.QuerySet):
    """Tickets that all stand in one status."""

    def settle_in(self, status, *, by, was):
        """Have these tickets stand in ``status``, open or closed as it is now; ``was`` is how the status was called.

        ``CHUNK`` tickets to a transaction, unless one is open already. Each gets its line of history. It is no activity
        and nobody is told: neither a customer nor an agent did anything. Returns how many tickets there were.
        """
        count = 0
        while True:
            some = self.settle_some(status, by=by, was=was)
            count += some
            if some < CHUNK:
                return count

    def settle_some(self, status, *, by, was):
        """As ``settle_in``, for up to ``CHUNK`` of them in one transaction."""
        with transaction.atomic():
            chunk = list(self.unsettled(status).select_for_update().values_list("pk", flat=True)[:CHUNK])
            if chunk:
                self.unsettled(status).filter(pk__lte=chunk[-1])._settle(status, by, was)
        return len(chunk)

    def unsettled(self, status):
        """Those that do not stand in ``status`` yet, or not as it is now."""
        return self.filter(~Q(status=status) | Q(closed_at__isnull=status.is_closed)).order_by("pk")

    def _settle(self, status, by, was):
        """Write history, associations and the tickets: one statement each, however many there are."""
        changes = {"hs_pipeline_stage": [was, status.label]}
        turned = self.filter(closed_at__isnull=status.is_closed)
        record_each(turned, "closed" if status.is_closed else "reopened", changes, by=by, name="subject")
        moved = self.filter(closed_at__isnull=not status.is_closed)
        record_each(moved, "status_changed", changes, by=by, name="subject")
        for rows in self.model.associations():
            rows.objects.filter(ticket__in=turned.order_by().values("pk")).update(is_open=not status.is_closed)
        # No save() of each, and so no signal: search documents hold nothing of a status.
        now = timezone.now()
        closed_at = Coalesce("closed_at", Value(now)) if status.is_closed else None
        self.order_by().update(status=status, modified_at=now, closed_at=closed_at)
