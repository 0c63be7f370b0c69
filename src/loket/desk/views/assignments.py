"""Assignments: whose ticket it is."""

from django.db import transaction
from django.views.decorators.http import require_POST

from loket.desk.agents import agent_required, ticket_or_404
from loket.desk.forms import AssignmentForm
from loket.desk.views.tickets import render_ticket, to_ticket


@agent_required
@require_POST
def create_assignment(request, ticket_id):
    """Give the ticket to an agent or to nobody."""
    form = AssignmentForm(request.POST)
    if not form.is_valid():
        problem = form.errors["owner"][0]
        return render_ticket(request, ticket_or_404(request, ticket_id), problem=problem, status=422)
    with transaction.atomic():
        ticket_or_404(request, ticket_id, lock=True).assign(form.cleaned_data["owner"], by=request.user)
    return to_ticket(request, ticket_id)
