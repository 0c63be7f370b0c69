"""Consent that is asked again after signing in (A10): until it is answered the portal shows nothing else."""

from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from loket.access.models import ConsentWording
from loket.access.pages import Page, looks
from loket.access.sign_in.forms import ConsentForm

CONSENT_DUE = "consent_due"


def to_consent(request):
    """To the question, and back afterwards."""
    here = request.get_full_path() if request.method in ("GET", "HEAD") else request.mount.prefix
    return HttpResponseRedirect(f"{reverse('consent')}?{urlencode({'next': here})}")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request):
    """Ask whoever signed in and has not answered this wording; everybody else goes on."""
    if not request.user.is_authenticated or not request.user.contact:
        return redirect("account_login")
    wording = ConsentWording.of(request.portal.domain)
    wanted = request.GET.get("next", "")
    wanted = wanted if get_adapter(request).is_safe_url(wanted) else request.mount.prefix
    form = ConsentForm(request.POST or None, wording=wording)
    if not wording.is_due_for(request.user.contact):
        request.session.pop(CONSENT_DUE, None)
        return HttpResponseRedirect(wanted)
    if request.method == "POST" and form.is_valid():
        wording.note(request.user.contact, has_ticked=form.has_ticked)
        request.session.pop(CONSENT_DUE, None)
        return HttpResponseRedirect(wanted)
    context = looks(request.portal, Page.REGISTER) | {"form": form}
    return render(request, "access/consent.html", context, status=422 if form.is_bound else 200)
