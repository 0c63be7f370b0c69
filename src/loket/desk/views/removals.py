"""Tickets put away: into the spam, into the bin, and back."""

from django.db import transaction
from django.views.decorators.http import require_POST

from loket.desk.agents import agent_required, ticket_or_404
from loket.desk.views.tickets import to_ticket


def deed_on_ticket(verb):
    """A view that does ``verb`` to a ticket, which nobody else changes meanwhile; the ticket then offers the way back."""

    @agent_required
    @require_POST
    @transaction.atomic
    def do(request, ticket_id):
        getattr(ticket_or_404(request, ticket_id, lock=True), verb)(by=request.user)
        return to_ticket(request, ticket_id)

    return do


create_spam = deed_on_ticket("mark_spam")
create_discard = deed_on_ticket("discard")
create_restoration = deed_on_ticket("restore")
