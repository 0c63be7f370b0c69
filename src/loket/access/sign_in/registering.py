"""Self-registration (A3): "Register here", the proven address, the new account. Only portals mount it."""

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.core import ratelimit
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from loket.access import registrations
from loket.access.models import ConsentWording, Registration
from loket.access.pages import Page, looks
from loket.access.policies import AccessPolicy
from loket.access.sign_in.forms import AccountForm, AddressForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def register(request):
    """Note who wants to register. The worker mails a link; the answer is the same for every address."""
    if not AccessPolicy.of(request.portal).is_open:
        raise Http404
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["email"]
        if refused := ratelimit.consume_or_429(request, action="register", key=address):
            return refused
        Registration.objects.create(address=address, portal=request.portal, language=get_language())
        return redirect("register-sent")
    return show(request, "access/register.html", form=form)


@require_safe
def register_sent(request):
    """Look into your mail."""
    return show(request, "access/register_sent.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept_registration(request, token):
    """The page behind the mailed link: it asks for name and password, and only its button uses the link up."""
    registration = registrations.registration_of(request.portal, token)
    if registration is None:
        return show(request, "access/registration_over.html", status=404)
    has_account = registrations.has_account(registration)
    wording = ConsentWording.of(request.portal.domain)
    form = AccountForm(request.POST or None, address=registration.address, has_account=has_account, wording=wording)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                user = registrations.accept(registration, **form.values())
                if wording.is_asked:
                    wording.note(user.contact, has_ticked=form.has_ticked)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return come_in(request, user, has_account)
    return show(request, "access/registration.html", form=form, registration=registration, has_account=has_account)


def come_in(request, user, has_account):
    """Who has just set a password is signed in; who had one before proves by it that the account is theirs."""
    if has_account:
        return redirect("account_login")
    return perform_login(request, Login(user=user, email=user.email))


def show(request, template, status=200, **context):
    """A page of registering, in the portal's looks; a form that came back says 422."""
    status = 422 if "form" in context and context["form"].is_bound else status
    return render(request, template, looks(request.portal, Page.REGISTER) | context, status=status)
