"""Single sign-on in the browser (A4): to the provider and back. Only portals mount it."""

import time
from functools import wraps

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.core import ratelimit
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from loket.access import oidc
from loket.access.pages import Page, looks
from loket.access.sign_in.sessions import bind
from loket.access.single_sign_on import account_for, sso_of

KEY, NEXT = "single_sign_on", "next"
GOOD_FOR = 10 * 60


def without_sso(view):
    """A page of passwords, codes or registering: where single sign-on is on, it is not there."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if sso_of(request.portal):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def client_of(sso):
    """What the provider knows us by."""
    return oidc.Client(sso.issuer, sso.client_id, sso.client_secret)


def sso_or_404(request):
    sso = sso_of(request.portal)
    if sso is None:
        raise Http404
    return sso


@never_cache
@require_safe
def begin(request):
    """To the provider. A link and not a form, as a form may lead nowhere but to its own host (form-action)."""
    sso = sso_or_404(request)
    if refused := ratelimit.consume_or_429(request, action="login", limit_get=True):
        return refused
    try:
        address, kept = oidc.begin(client_of(sso), request.portal.address("sign-in/sso/callback/"))
    except oidc.Failed as failure:
        return refusal(request, sso, failure)
    request.session[KEY] = kept | {NEXT: request.GET.get("next", ""), "at": int(time.time())}
    bind(request)
    return HttpResponseRedirect(address)


@never_cache
@require_safe
def come_back(request):
    """Back from the provider: its word is taken once, in the browser that began."""
    sso = sso_or_404(request)
    kept = request.session.pop(KEY, None)
    if kept and time.time() - kept["at"] > GOOD_FOR:
        kept = None
    try:
        came = request.GET.dict()
        claims = oidc.complete(client_of(sso), request.portal.address("sign-in/sso/callback/"), kept, came)
        user = account_for(request.portal, sso.issuer, claims)
    except (oidc.Failed, ValidationError) as failure:
        return refusal(request, sso, failure)
    wanted = kept[NEXT]
    wanted = wanted if get_adapter(request).is_safe_url(wanted) else request.mount.prefix
    return perform_login(request, Login(user=user, email=user.email, redirect_url=wanted))


def refusal(request, sso, failure):
    """Say why nobody was signed in. No way leads on by itself, so that there is no loop."""
    words = failure.messages[0] if isinstance(failure, ValidationError) else str(failure)
    return render(
        request, "access/sso.html", looks(request.portal, Page.SIGN_IN) | {"sso": sso, "why": words}, status=403
    )


def show(request):
    """The sign-in page where single sign-on is the only way."""
    if request.user.is_authenticated:
        return redirect(request.mount.prefix)
    context = looks(request.portal, Page.SIGN_IN) | {"sso": sso_of(request.portal), "next": request.GET.get("next", "")}
    return render(request, "access/sso.html", context)
