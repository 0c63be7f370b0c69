"""Pipelines and their statuses (D5)."""

from django.db import models

from loket.history.settled import Settled


class Pipeline(Settled):
    """An ordered set of statuses."""

    name = models.CharField(max_length=100, unique=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self):
        return self.name

    def first_open(self):
        """The status in which a new ticket starts."""
        return self.statuses.filter(is_closed=False).first()

    def first_closed(self):
        """The status in which an agent's *Close* puts a ticket, or None."""
        return self.statuses.filter(is_closed=True).first()


class Status(Settled):
    """One status of a pipeline, open or closed. ``customer_label`` is ``{language: text}`` (T8)."""

    pipeline = models.ForeignKey(Pipeline, models.CASCADE, related_name="statuses")
    label = models.CharField(max_length=100)
    is_closed = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)
    customer_label = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["pipeline__position", "pipeline", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["pipeline", "label"], name="status_label")]

    def __str__(self):
        return self.label
