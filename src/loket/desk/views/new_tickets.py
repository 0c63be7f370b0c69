"""Tickets that an agent files for a customer, in which they write first: a call, a visit (D9)."""

from django.core.exceptions import ValidationError
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from loket.conversations import delivery
from loket.desk.agents import agent_required
from loket.desk.new_ticket_forms import NewTicketForm
from loket.desk.pane import rail
from loket.desk.views.tickets import to_ticket


@agent_required
@require_http_methods(["GET", "HEAD", "POST"])
def create_ticket(request):
    """Ask for the ticket, or file it and mail the customer."""
    form = NewTicketForm(request.POST or None, initial={"address": request.GET.get("contact", "")[:254]})
    if request.method == "POST" and form.is_valid():
        try:
            message = delivery.begin(by=request.user, **form.values(request.user))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return to_ticket(request, message.thread.ticket_id)
    context = {"rail": rail(request), "here": "new", "form": form}
    return render(request, "desk/new_ticket.html", context, status=422 if form.is_bound else 200)
