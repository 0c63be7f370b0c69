"""How allauth asks Loket: who may come in by this door, and where links lead."""

from urllib.parse import unquote, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from loket.access import locks, previews
from loket.access.models import ConsentWording, may_enter
from loket.access.sign_in import stepping
from loket.access.sign_in.consenting import CONSENT_DUE
from loket.access.sign_in.sessions import LANGUAGE, bind, forget_ended, note
from loket.people.models import User
from loket.records.compiled import once


class AuthenticationBackend(AllauthBackend):
    """One query for the user with their contact."""

    def get_user(self, user_id):
        return next(iter(account(int(user_id))), None)


@once
def account(user_id):
    """The account in use with this id, with its contact."""
    return User.objects.select_related("contact").filter(pk=user_id, is_active=True)


def may_use(user, mount):
    """Whether this account may use the door: agents the desk, members their portal."""
    if mount.door == "desk":
        return user.is_agent
    return user.contact is not None and may_enter(user.contact, mount.portal)


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in by the door's own rules."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "This e-mail address and password do not belong together. Check both and try again."
        ),
        "locked": _(
            "Too many wrong passwords for this address. Set a new one by “Forgot your password?”, then it opens again."
        ),
        "too_many_login_attempts": _("Too many attempts. Wait a while, or reset your password."),
    }

    def authenticate(self, request, **credentials):
        """Count wrong passwords by the typed address, with an account or without, until it is locked (A8)."""
        address = credentials["email"]
        if locks.is_locked(address):
            raise self.validation_error("locked")
        user = super().authenticate(request, **credentials)
        if user:
            locks.forget_failures(address)
        else:
            locks.note_failure(address)
        return user

    def pre_login(self, request, user, **kwargs):
        if not may_use(user, request.mount):
            return HttpResponseRedirect(reverse("access-denied"))
        if stepping.is_asked(request, user):
            return stepping.begin(request, user, kwargs.get("redirect_url"))
        return super().pre_login(request, user, **kwargs)

    def login(self, request, user):
        super().login(request, user)
        request.session.pop(previews.KEY, None)
        bind(request)
        forget_ended(user)
        note(request, user)
        if user.contact and user.contact.language:
            request.session[LANGUAGE] = user.contact.language
        if request.portal and user.contact and ConsentWording.of(request.portal.domain).is_due_for(user.contact):
            request.session[CONSENT_DUE] = True

    def logout(self, request):
        if request.mount.door == "desk":
            previews.end_all(request.user)
        super().logout(request)

    def is_safe_url(self, url):
        """Only pages of the same door. A browser resolves dots, also as %2e, takes \\ for / and drops line ends."""
        if not (url and url.startswith(self.request.mount.prefix) and url.isprintable()):
            return False
        path = unquote(urlsplit(url).path)
        return (
            "\\" not in path and not {".", ".."} & set(path.split("/")) and url_has_allowed_host_and_scheme(url, None)
        )

    def get_login_redirect_url(self, request):
        return request.mount.prefix

    def get_logout_redirect_url(self, request):
        return reverse("account_login")

    def get_password_change_redirect_url(self, request):
        return request.mount.prefix

    def is_open_for_signup(self, request):
        return False

    def add_message(self, request, level, *args, **kwargs):
        """Pages say what happened themselves; only allauth's errors are passed on."""
        if level >= messages.ERROR:
            super().add_message(request, level, *args, **kwargs)

    def send_notification_mail(self, *args, **kwargs):
        """Loket tells of changes to an account by its own mails."""
