"""Statuses: where a ticket stands, closed and opened again."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from loket.desk.agents import agent_required, ticket_or_404
from loket.desk.forms import StatusForm
from loket.desk.views.tickets import render_ticket, to_ticket


@agent_required
@require_POST
@transaction.atomic
def update_status(request, ticket_id):
    """Put the ticket in a status of its pipeline."""
    ticket = ticket_or_404(request, ticket_id, lock=True)
    form = StatusForm(request.POST, ticket)
    if not form.is_valid():
        return render_ticket(request, ticket, problem=form.errors["status"][0], status=422)
    try:
        ticket.move_to(form.cleaned_data["status"], by=request.user)
    except ValidationError as error:
        return render_ticket(request, ticket, problem=error.messages[0], status=422)
    return to_ticket(request, ticket_id)


@agent_required
@require_POST
@transaction.atomic
def create_closure(request, ticket_id):
    """Close the ticket in its pipeline's first closed status."""
    ticket = ticket_or_404(request, ticket_id, lock=True)
    ticket.close(by=request.user)
    if not ticket.is_closed:
        problem = _("This ticket’s pipeline has no closed status. Add one in the settings first.")
        return render_ticket(request, ticket, problem=problem, status=422)
    return to_ticket(request, ticket_id)


@agent_required
@require_POST
@transaction.atomic
def create_reopening(request, ticket_id):
    """Open the ticket again in its pipeline's first open status."""
    ticket = ticket_or_404(request, ticket_id, lock=True)
    ticket.reopen(by=request.user)
    if ticket.is_closed:
        problem = _("This ticket’s pipeline has no open status. Add one in the settings first.")
        return render_ticket(request, ticket, problem=problem, status=422)
    return to_ticket(request, ticket_id)
