"""SQLite is told how its tables look."""

from django.db import connection
from django.utils import timezone

from loket.records.chores import chores
from loket.tickets.models import Ticket

if connection.vendor == "sqlite":  # PostgreSQL counts by itself

    def test_the_few_that_wait_are_counted_without_a_walk_over_all_that_are_open(pipeline):
        status = pipeline.statuses.order_by("pk").first()
        now = timezone.now()
        Ticket.objects.bulk_create(
            Ticket(subject="Printer", status=status, waiting_since=now if n < 2 else None) for n in range(200)
        )
        next(each for each in chores() if each.name == "refresh statistics").run()
        waiting = Ticket.objects.kept().waiting().values("pk")[:100]
        assert "ticket_waiting_newest" in waiting.explain()
