"""New tickets by the forms that the portal links (F2)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from loket.forms.models import FormLink
from loket.portal.forms import NewTicketForm
from loket.portal.members import member_required
from loket.portal.pages import render_page
from loket.tickets.models import WordingPolicy


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def new_ticket(request, pk):
    """Ask, or file what was asked for."""
    links = FormLink.objects.on().select_related("form__inbox", "form__status")
    link = get_object_or_404(links, portal=request.portal, form__pk=pk)
    draft = f"{request.portal.pk}-{request.member.pk}-new-{pk}"
    is_sent = request.method == "POST"
    form = NewTicketForm(*([request.POST, request.FILES] if is_sent else []), member=request.member)
    if is_sent and form.is_valid():
        try:
            ticket = form.file_by(link.form, request.portal).thread.ticket
        except ValidationError as error:
            form.add_error(None, error)
        else:
            ticket.mark_read(request.member)
            messages.success(request, _("We have received it and will answer here and by e-mail."), extra_tags=draft)
            return redirect("ticket", ticket.pk)
    context = {"link": link, "form": form, "draft": draft}
    wording = WordingPolicy.of(request.portal)
    return render_page(request, "portal/new_ticket.html", wording, status=422 if is_sent else 200, **context)
