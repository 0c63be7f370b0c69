"""Who has a ticket before them, and who has read it up to when."""

from django.conf import settings
from django.db import models

from loket.people.models import Contact


class TicketReading(models.Model):
    """When a contact last read a ticket: activity after it is unread."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE)
    contact = models.ForeignKey(Contact, models.CASCADE)
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "ticket"], name="ticket_reading")]


class TicketLooking(models.Model):
    """That an agent had a ticket before them at a moment. It is no history: the agent's old rows go with their next look."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "ticket"], name="ticket_looking")]
