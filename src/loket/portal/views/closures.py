"""Closing a ticket from the portal (T11)."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from loket.portal.members import member_required
from loket.portal.views.tickets import ticket_or_404
from loket.tickets.models import ClosingPolicy, WordingPolicy


@require_POST
@member_required
@transaction.atomic
def create_closure(request, pk):
    """Close the ticket in the status that its pipeline has for it; nothing in the request chooses one."""
    ticket = ticket_or_404(request, pk, lock=True)
    if not ticket.is_closed:
        status = ClosingPolicy.of(request.portal).status_for(ticket)
        if status is None:
            raise Http404
        ticket.close(by=request.member, status=status)
        ticket.mark_read(request.member)
    called = WordingPolicy.of(request.portal).called()
    messages.success(request, _("%(ticket)s #%(number)s is closed.") % {"ticket": called, "number": pk})
    return redirect("ticket", pk)
