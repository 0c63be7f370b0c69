"""Two-step sign-in as its owner sets it up, renews its recovery codes and turns it off: the same page at both doors."""

from functools import partial, wraps

import segno
from allauth.account.adapter import get_adapter
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loket.access import second_factors
from loket.access.pages import Page, looks
from loket.access.second_factors import factor_of
from loket.access.sign_in.adapter import may_use
from loket.access.sign_in.forms import SetUpForm, StepForm
from loket.access.sign_in.stepping import come_in, is_required, is_right, stepping


def owner_required(view, *, also_stepping=False):
    """Let in who may use the door, as ``request.owner``; ``also_stepping``: or is at their second step."""

    @wraps(view)
    def for_owners(request):
        request.owner = signed_in(request) or (stepping(request) if also_stepping else None)
        if request.owner:
            response = view(request)
        elif request.user.is_authenticated:
            response = redirect("access-denied")
        else:
            response = redirect_to_login(request.mount.prefix + "second-factor/", reverse("account_login"))
        patch_cache_control(response, private=True, no_store=True)
        return response

    return for_owners


def signed_in(request):
    """Who is signed in and may use this door, or None."""
    return request.user if request.user.is_authenticated and may_use(request.user, request.mount) else None


def show(request, template, status=200, **context):
    """A page of the account, in the looks of the sign-in page."""
    return render(request, template, looks(request.portal, Page.SIGN_IN) | context, status=status)


def show_own(request, factor, form=None, status=200):
    """What is set up, and what can be done about it."""
    left = factor.codes.filter(used_at=None).count() if factor else 0
    required = is_required(request.portal)
    context = {"factor": factor, "codes_left": left, "is_required": required, "form": form or StepForm()}
    return show(request, "access/second_factor.html", status, **context)


@require_safe
@owner_required
def show_factor(request):
    return show_own(request, factor_of(request.owner))


@require_http_methods(["GET", "HEAD", "POST"])
@partial(owner_required, also_stepping=True)
def set_up(request):
    """Show a new secret, and take it with the first code that the app makes of it. Who had to, is signed in by it."""
    if factor_of(request.owner):
        return redirect("second-factor" if signed_in(request) else "second-step")
    form = SetUpForm(request.POST or None, user=request.owner)
    if request.method == "POST" and form.is_valid():
        try:
            return finish(request, form.secret, form.cleaned_data["code"])
        except ValidationError as error:
            form.add_error(None, error)
    secret = form.secret
    address = second_factors.address_for(secret, request.owner, str(request.portal or "Loket"))
    picture = segno.make(address, error="m").svg_inline(border=2, light="#fff", omitsize=True)
    context = {"form": form, "secret": secret, "picture": mark_safe(picture), "is_own": bool(signed_in(request))}
    return show(request, "access/second_factor_set_up.html", 422 if form.is_bound else 200, **context)


def finish(request, secret, code):
    """Set it up, and show the recovery codes this once. Raises ValidationError for a wrong code."""
    owner, next_address = request.owner, reverse("second-factor")
    keep = request.session.session_key if signed_in(request) else ""
    codes = second_factors.set_up(owner, secret, code, keep=keep)
    if not signed_in(request):
        answer = come_in(request, owner)
        if request.user != owner:
            return answer
        next_address = answer["Location"]
    return show_codes(request, codes, next_address)


def show_codes(request, codes, next_address):
    """The recovery codes, which nothing shows again."""
    return show(request, "access/recovery_codes.html", codes=codes, next_address=next_address)


@require_POST
@owner_required
def create_codes(request):
    """New recovery codes, for a code of the app or one of the old ones."""
    return with_code(request, lambda factor: show_codes(request, factor.renew_codes(), reverse("second-factor")))


@require_POST
@owner_required
def create_removal(request):
    """Turn it off; where it is required, nobody does so for themselves."""
    if is_required(request.portal):
        raise Http404

    def remove(factor):
        factor.remove(by=None)
        get_adapter(request).logout(request)
        return redirect("account_login")

    return with_code(request, remove)


def with_code(request, deed):
    """The answer of ``deed(factor)`` when the form brings a right code, else the page again with what is wrong."""
    factor, form = factor_of(request.owner), StepForm(request.POST)
    if factor is None:
        return redirect("second-factor")
    if form.is_valid() and is_right(request, request.owner, factor, form):
        return deed(factor)
    return show_own(request, factor, form, status=422)
