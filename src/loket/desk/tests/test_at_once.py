"""Two agents act on one ticket at one moment."""

import threading
import time

import pytest
from django.db import connection, transaction

from loket.tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)


def meanwhile(deed, other):
    """What ``other`` gives, called while ``deed`` is done and not yet committed."""
    done = threading.Event()

    def hold():
        try:
            with transaction.atomic():
                deed()
                done.set()
                time.sleep(0.2)  # ``other`` begins to wait
        finally:
            connection.close()

    first = threading.Thread(target=hold)
    first.start()
    assert done.wait(10)
    result = other()
    first.join()
    return result


@pytest.mark.parametrize("noun, values", [("closure", {}), ("priority", {"priority": "HIGH"}), ("assignment", {})])
def test_the_second_agent_waits_and_is_heard(desk, ticket, dora, erin, pipeline, noun, values):
    waiting = pipeline.statuses.get(label="Waiting")

    def move():
        held = Ticket.objects.held(ticket.pk)
        held.move_to(waiting, by=erin)
        held.assign(erin, by=erin)

    values = values or {"owner": dora.pk}
    answer = meanwhile(move, lambda: desk.post(f"/desk/tickets/{ticket.pk}/{noun}/", values))
    assert answer.status_code == 302
    ticket.refresh_from_db()
    found = {"closure": ticket.is_closed, "priority": ticket.priority == "HIGH", "assignment": ticket.owner == dora}
    assert found[noun]
