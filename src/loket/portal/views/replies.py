"""Replies to a ticket (C5)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from loket.portal.forms import ReplyForm
from loket.portal.members import member_required
from loket.portal.views.tickets import draft_of, render_ticket, ticket_or_404


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def replies(request, pk):
    """Take a reply in. Who was signed out while writing comes back by GET, and is led to the ticket and the draft."""
    ticket = ticket_or_404(request, pk)
    if request.method != "POST":
        return redirect("ticket", pk)
    draft = draft_of(request, pk)
    form = ReplyForm(request.POST, request.FILES, member=request.member, draft=draft)
    if form.is_valid():
        try:
            message = form.reply_to(ticket, request.portal)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            ticket.mark_read(request.member)
            messages.success(request, _("Your reply was sent."), extra_tags=draft)
            return redirect(f"{reverse('ticket', args=[pk])}#message-{message.pk}")
    return render_ticket(request, pk, form, status=200 if form.is_redrawn else 422)
