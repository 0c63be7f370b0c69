"""Which conversations of a ticket customers see (T9)."""

from django.db import transaction
from django.views.decorators.http import require_POST

from loket.conversations import showing
from loket.desk.agents import agent_required, ticket_or_404
from loket.desk.views.tickets import to_ticket


@agent_required
@require_POST
@transaction.atomic
def update_showing(request, ticket_id):
    """Show exactly the ticked ones; what is no conversation of this ticket is none."""
    ticket = ticket_or_404(request, ticket_id, lock=True)
    wanted = request.POST.getlist("thread")
    chosen = [each for each in ticket.threads.all() if str(each.pk) in wanted]
    showing.show(ticket, chosen, by=request.user)
    return to_ticket(request, ticket_id, "#conversations")
