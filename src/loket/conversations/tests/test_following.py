"""The status follows replies where the pipeline says so (D9)."""

import pytest
from django.core.exceptions import ValidationError

from loket.conversations.intake import Incoming, receive
from loket.conversations.models import Channel
from loket.records.uses import InUse
from loket.tickets.models import Ticket


@pytest.fixture
def statuses(pipeline):
    """The pipeline sends answered tickets to Waiting, and back to New when the customer wrote."""
    new, waiting, closed = pipeline.statuses.all()
    pipeline.set({"after_agent": waiting, "after_customer": new}, by=None)
    return new, waiting, closed


@pytest.fixture
def write(inbox, portal, ticket, alice):
    def write(**more):
        given = {"contact": alice, "text": "And now?", "channel": Channel.PORTAL, "inbox": inbox, "portal": portal}
        return receive(Incoming(**given | {"ticket": ticket} | more))

    return write


def status_of(ticket):
    return Ticket.objects.get(pk=ticket.pk).status


def test_an_answer_waits_for_the_customer_and_their_reply_for_us(ticket, answer, write, statuses):
    answer(ticket)
    assert status_of(ticket) == statuses[1]
    write()
    assert status_of(ticket) == statuses[0]


def test_a_pipeline_that_says_nothing_leaves_the_status(ticket, answer, write, pipeline):
    before = status_of(ticket)
    answer(ticket)
    write()
    assert status_of(ticket) == before


def test_machines_and_strangers_move_nothing(ticket, answer, write, statuses):
    answer(ticket)
    write(is_automatic=True)
    write(is_strange=True)
    assert status_of(ticket) == statuses[1]


def test_a_closed_ticket_stays_closed_when_an_agent_writes(ticket, answer, dora, statuses):
    ticket.close(by=dora)
    answer(ticket)
    assert status_of(ticket) == statuses[2]


def test_only_open_statuses_of_the_pipeline_can_be_chosen_and_they_stay(pipeline, statuses):
    with pytest.raises(ValidationError):
        pipeline.set({"after_agent": statuses[2]}, by=None)
    pipeline.refresh_from_db()
    with pytest.raises(InUse):
        statuses[1].set({"is_closed": True}, by=None)
    with pytest.raises(InUse):
        statuses[1].remove(by=None)
