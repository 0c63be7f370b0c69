"""Sign-in by a one-time code (A4): ask for it, type it. Only portals mount it."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.core import ratelimit
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from loket.access import codes
from loket.access.models import SignInCode
from loket.access.pages import Page, looks
from loket.access.policies import AccessPolicy
from loket.access.sign_in.forms import AddressForm, CodeForm
from loket.access.sign_in.sessions import bind

ASKED, NEXT = "code_asked_for", "code_next"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_code(request):
    """Note who wants a code; the worker mails it to who may enter. The answer is the same for every address."""
    if not AccessPolicy.of(request.portal).allows_codes:
        raise Http404
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["email"]
        if refused := ratelimit.consume_or_429(request, action="request_login_code", key=address):
            return refused
        SignInCode.objects.create(address=address, portal=request.portal, language=get_language())
        request.session[ASKED], request.session[NEXT] = address, request.POST.get("next", "")
        bind(request)
        return redirect("sign-in-code-check")
    context = looks(request.portal, Page.SIGN_IN) | {"form": form, "next": request.GET.get("next", "")}
    return render(request, "access/code.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_code(request):
    """Ask for the code; the mailed link brings it along, and only the button uses it up (trap 21)."""
    if not AccessPolicy.of(request.portal).allows_codes:
        raise Http404
    asked = {"email": request.session.get(ASKED, ""), "code": request.GET.get("code", "")[:20]}
    form = CodeForm(request.POST or None, initial=asked)
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["email"]
        if refused := ratelimit.consume_or_429(request, action="check_code", key=address):
            return refused
        user = codes.redeem(address, request.portal, form.cleaned_data["code"])
        if user:
            wanted = request.session.pop(NEXT, None)
            return perform_login(request, Login(user=user, email=user.email, redirect_url=safe(request, wanted)))
        form.refuse()
    context = looks(request.portal, Page.SIGN_IN) | {"form": form}
    return render(request, "access/code_check.html", context, status=422 if form.is_bound else 200)


def safe(request, address):
    """``address`` when it is a page of this door, else the portal's front."""
    return address if get_adapter(request).is_safe_url(address) else request.mount.prefix
