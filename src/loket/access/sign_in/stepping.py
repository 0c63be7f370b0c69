"""The second step of signing in (A4): who has shown a password or a mailed code is asked for the second factor.

Until then nobody is signed in: the session only remembers who has come how far. Single sign-on asks no second step, as
the organisation's own sign-in does (docs/decisions/0105-second-steps.md).
"""

import time

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.core import ratelimit
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from loket.access.models import DeskEntry
from loket.access.pages import Page, looks
from loket.access.policies import AccessPolicy
from loket.access.second_factors import factor_of
from loket.access.sign_in.forms import StepForm
from loket.access.sign_in.sessions import bind
from loket.access.single_sign_on import sso_of
from loket.people.models import User

STEP = "second_step"
GOOD_FOR = 10 * 60
TOO_MANY = _("Too many wrong codes. Wait an hour, or ask an administrator of the help desk.")


def is_required(portal):
    """Whether nobody comes in to ``portal``, or to the desk (None), without a second factor."""
    return (AccessPolicy.of(portal) if portal else DeskEntry.stored()).requires_second_factor


def is_asked(request, user):
    """Whether ``user``, proven by one thing, has a second step to take at this door."""
    if sso_of(request.portal) or getattr(request, "has_stepped", None) == user:
        return False
    return bool(factor_of(user)) or is_required(request.portal)


def begin(request, user, wanted):
    """To the second step. The session's key is a new one, as at a sign-in."""
    request.session.cycle_key()
    proven = user.get_session_auth_hash()
    request.session[STEP] = {"user": user.pk, "proven": proven, "next": wanted, "at": int(time.time())}
    bind(request)
    return HttpResponseRedirect(reverse("second-step"))


def stepping(request):
    """Who is at their second step here, or None: ten minutes long, and while the password stays the one they have shown."""
    step = request.session.get(STEP)
    if not step or time.time() - step["at"] > GOOD_FOR:
        return None
    user = User.objects.select_related("contact").filter(pk=step["user"], is_active=True).first()
    return user if user and constant_time_compare(user.get_session_auth_hash(), step["proven"]) else None


def come_in(request, user):
    """Sign in ``user``, who has taken both steps; whether they may still come in is asked again."""
    request.has_stepped = user
    wanted = request.session.pop(STEP)["next"] or request.mount.prefix
    return perform_login(request, Login(user=user, email=user.email, redirect_url=wanted))


def is_right(request, user, factor, form):
    """Whether the code of ``form`` is right. Ten wrong ones an hour are refused; a right one forgets them."""
    throttle = {"action": "second_step", "key": str(user.pk)}
    if not ratelimit.consume(request, **throttle):
        form.add_error("code", TOO_MANY)
        return False
    if not factor.takes(form.cleaned_data["code"]):
        form.refuse()
        return False
    ratelimit.clear(request, **throttle)
    return True


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take_step(request):
    """Ask for the code; who must have a second factor and has none sets it up first."""
    user = stepping(request)
    if user is None:
        return redirect("account_login")
    factor = factor_of(user)
    if factor is None:
        return redirect("second-factor-set-up")
    form = StepForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and is_right(request, user, factor, form):
        return come_in(request, user)
    context = looks(request.portal, Page.SIGN_IN) | {"form": form}
    return render(request, "access/second_step.html", context, status=422 if form.is_bound else 200)
