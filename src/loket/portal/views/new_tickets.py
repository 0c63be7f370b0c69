"""New tickets by the forms that the portal links (F2)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from loket.forms.models import FormLink
from loket.portal.forms import NewTicketForm, typed_beside
from loket.portal.members import member_required
from loket.portal.pages import render_page
from loket.portal.similar import similar_to
from loket.tickets.models import WordingPolicy
from loket.tickets.policies import own_text


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def new_ticket(request, pk):
    """Ask, or file what was asked for."""
    is_sent = request.method == "POST"
    links = FormLink.objects.on().select_related("form__inbox", "form__status")
    link = links.filter(portal=request.portal, form__pk=pk).first()
    if link is None:
        return answer_gone(request)
    draft = "" if request.preview else f"{request.portal.pk}-{request.member.pk}-new-{pk}"
    sent = [request.POST, request.FILES] if is_sent else []
    form = NewTicketForm(*sent, form=link.form, member=request.member, draft=draft)
    if is_sent and form.is_valid():
        try:
            taken = form.take(request.portal)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return answer_taken(request, link.form, taken, draft)
    wording = WordingPolicy.of(request.portal)
    alike = similar_to(request.POST.get("subject", ""), request.member, request.portal) if is_sent else []
    upload_url = f"{reverse('uploads')}?form={pk}"
    context = {
        "link": link,
        "upload_url": upload_url,
        "heading": link.headed(wording),
        "form": form,
        "draft": draft,
        "similar": alike,
    }
    status = 422 if is_sent and not form.is_redrawn else 200
    return render_page(request, "portal/new_ticket.html", wording, status=status, **context)


def answer_taken(request, form, taken, draft):
    """To the ticket; to the list while it could not be made; or where the form's makers send people."""
    thanks = own_text(form.thanks, _("We have received it and will answer here and by e-mail."))
    messages.success(request, thanks, extra_tags=draft)
    if taken.ticket is None:
        return redirect("tickets")
    taken.ticket.mark_read(request.member)
    return redirect(form.redirect) if form.redirect else redirect("ticket", taken.ticket.pk)


def answer_gone(request):
    """There is no such form, any more perhaps: what was typed into it is shown, so that it can be taken along."""
    if request.method != "POST":
        raise Http404
    typed = typed_beside(request.POST)
    return render_page(request, "portal/form_gone.html", WordingPolicy.of(request.portal), status=404, typed=typed)
