"""The properties of a ticket, changed on a page of their own."""

from django.db import transaction
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from loket.desk.agents import agent_required, ticket_or_404
from loket.desk.forms import PropertiesForm, writable
from loket.desk.pane import Pane, rail
from loket.desk.views.tickets import to_ticket
from loket.properties.catalogue import catalogue


@agent_required
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def edit_properties(request, ticket_id):
    """Show the form, or write what was changed in it."""
    properties = writable(catalogue("ticket"))
    is_sent = request.method == "POST"
    ticket = ticket_or_404(request, ticket_id, lock=is_sent)
    form = PropertiesForm(request.POST if is_sent else None, ticket=ticket, properties=properties)
    if is_sent and form.is_valid() and form.write(by=request.user):
        return to_ticket(request, ticket_id)
    pane = Pane(request)
    context = {"ticket": ticket, "form": form, "rail": rail(request), "ticket_url": pane.ticket_address(ticket_id)}
    return render(request, "desk/properties.html", context, status=422 if is_sent else 200)
