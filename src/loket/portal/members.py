"""Who asks: every page of the portal but sign-in belongs to a member."""

from functools import wraps
from urllib.parse import urlencode

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control

from loket.access import previews
from loket.access.models import membership_of
from loket.access.sign_in.consenting import CONSENT_DUE, to_consent
from loket.access.sign_in.views import access_denied


def to_sign_in(request):
    """To the sign-in page, and back afterwards."""
    return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")


def member_required(view, *, signed_out=to_sign_in):
    """Let members of this portal in, as ``request.member`` (a Contact); the answer is kept by no cache.

    ``request.since`` is when they were let in. Strangers get the answer of ``signed_out``; who may enter no longer is
    told so (A9). An agent's preview (P8) comes in with the sight of whom it shows, and only to read.
    """

    @wraps(view)
    def for_members(request, *args, **kwargs):
        response = answer(request, signed_out) or view(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        return response

    for_members.is_for_members = True
    return for_members


def answer(request, signed_out):
    """What who may not come in is told; None for the others, who are noted on ``request``."""
    if preview := previews.preview_of(request):
        return look_on(request, preview)
    request.preview = None
    if not request.user.is_authenticated:
        return signed_out(request)
    contact = request.user.contact
    membership = membership_of(contact, request.portal) if contact else None
    if membership is None:
        return access_denied(request)
    if CONSENT_DUE in request.session:
        return to_consent(request)
    request.member, request.since = contact, membership.granted_at
    return None


def look_on(request, preview):
    """Take an onlooker in, who may only read."""
    if request.method not in ("GET", "HEAD"):
        return render(request, "portal/read_only.html", status=403)
    request.preview, request.member = preview, preview.viewer
    request.since = previews.news_begin(preview, request.portal)
    return None
