"""Who asks: every page of the portal but sign-in belongs to a member."""

from functools import wraps
from urllib.parse import urlencode

from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import patch_cache_control

from loket.access.models import membership_of
from loket.access.sign_in.views import access_denied


def to_sign_in(request):
    """To the sign-in page, and back afterwards."""
    return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")


def member_required(view, *, signed_out=to_sign_in):
    """Let members of this portal in, as ``request.member`` (a Contact) with ``request.membership``; the answer is kept by no cache.

    Strangers get the answer of ``signed_out``; who may enter no longer is told so (A9).
    """

    @wraps(view)
    def for_members(request, *args, **kwargs):
        contact = request.user.contact if request.user.is_authenticated else None
        request.membership = membership_of(contact, request.portal) if contact else None
        if not request.user.is_authenticated:
            response = signed_out(request)
        elif request.membership is None:
            response = access_denied(request)
        else:
            request.member = contact
            response = view(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        return response

    for_members.is_for_members = True
    return for_members
