"""Forwarding: the conversation that customers see, mailed to somebody outside."""

from django.core.exceptions import ValidationError
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from loket.conversations import delivery
from loket.desk.agents import agent_required, ticket_or_404
from loket.desk.new_ticket_forms import ForwardForm
from loket.desk.pane import rail
from loket.desk.views.tickets import to_ticket


@agent_required
@require_http_methods(["GET", "HEAD", "POST"])
def create_forwarding(request, ticket_id):
    """Ask to whom, then send. Comments and notes never go along."""
    ticket = ticket_or_404(request, ticket_id)
    form = ForwardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            delivery.forward(ticket, given["to"], given["text"], by=request.user, token=given["token"])
        except ValidationError as error:
            form.add_error("to", error)
        else:
            return to_ticket(request, ticket.pk)
    context = {"rail": rail(request), "ticket": ticket, "form": form}
    return render(request, "desk/forwarding.html", context, status=422 if form.is_bound else 200)
