"""Priorities: how much a ticket presses."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from loket.desk.agents import agent_required, ticket_or_404
from loket.desk.views.tickets import render_ticket, to_ticket


@agent_required
@require_POST
@transaction.atomic
def update_priority(request, ticket_id):
    """Set the priority, or none for an empty value."""
    ticket = ticket_or_404(request, ticket_id, lock=True)
    if "priority" not in request.POST:
        return render_ticket(request, ticket, problem=_("Choose a priority."), status=422)
    try:
        ticket.change({"hs_ticket_priority": request.POST["priority"]}, by=request.user)
    except ValidationError as error:
        return render_ticket(request, ticket, problem=error.messages[0], status=422)
    return to_ticket(request, ticket_id)
