"""The forms of sign-in and of a forgotten password."""

from allauth.account.forms import LoginForm, ResetPasswordForm
from allauth.account.internal.flows.password_reset import reset_password
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from loket.access import locks
from loket.access.models import PasswordRequest
from loket.access.passwords import StrengthValidator
from loket.access.second_factors import new_secret
from loket.guard.text import clean_line, refuse_unstorable
from loket.people.addresses import clean_address
from loket.people.models import User

SET_UP, SET_UP_SECONDS = "loket.access.set_up", 60 * 60


class SignInForm(LoginForm):
    """E-mail and password."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        address = forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True, "placeholder": ""})
        secret = forms.PasswordInput(attrs={"autocomplete": "current-password"})
        self.fields["login"] = forms.CharField(label=_("E-mail"), max_length=254, widget=address)
        self.fields["password"] = forms.CharField(label=_("Password"), max_length=500, strip=False, widget=secret)

    def clean_login(self):
        """The one stored form of the address, so that no look-alike becomes another's (see people/addresses.py)."""
        address = clean_address(self.cleaned_data["login"])
        if address != address.lower():
            raise ValidationError(_("“%(value)s” is not an e-mail address."), params={"value": address})
        return address


class ForgottenPasswordForm(ResetPasswordForm):
    """The address to mail a link to. Whether it has an account is never told."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        address = forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
        self.fields["email"] = forms.CharField(label=_("E-mail"), max_length=254, widget=address)

    def clean_email(self):
        return clean_address(self.cleaned_data["email"])

    def save(self, request, **kwargs):
        """Note the wish. The worker mails the link, if there is an account."""
        address = self.cleaned_data["email"]
        PasswordRequest.objects.create(address=address, portal=request.portal, language=get_language())
        return address


def new_password(label, **attrs):
    """A field for a new password, typed once: a mistyped one is put right by another link."""
    return forms.CharField(
        label=label,
        max_length=500,
        strip=False,
        help_text=StrengthValidator().get_help_text(),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"} | attrs),
    )


class AddressForm(forms.Form):
    """The address to mail a link or a code to."""

    email = forms.CharField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
    )

    def clean_email(self):
        """The one stored form of the address."""
        return clean_address(self.cleaned_data["email"])


class CodeForm(AddressForm):
    """The code, and the address that it was mailed to."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        focused = "code" if self.initial.get("email") else "email"
        self.fields["email"].widget.attrs["autofocus"] = focused == "email"
        self.fields["code"].widget.attrs["autofocus"] = focused == "code"

    def refuse(self):
        """The code is wrong, old, used, or was never sent: which of these is not told."""
        self.add_error("code", _("This code is wrong, was used, or is older than 15 minutes. Ask for a new one."))


class StepForm(forms.Form):
    """The second step of signing in: the app's code, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True}),
    )

    def refuse(self):
        """Wrong, used, or too old: which of these is not told."""
        self.add_error("code", _("This code is wrong or was used. Type the one that the app shows now."))


class SetUpForm(StepForm):
    """The app's first code, and the ``secret`` that the page shows. Signed, so that it is of our making and for ``user``."""

    signed = forms.CharField(max_length=500, widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, *, user):
        self.user = user
        self.secret = self.shown(data.get("signed", "")) if data else None
        # A page that is too old, or another's, gets a new secret: the code that was typed is none of its codes.
        self.is_stale, self.secret = not self.secret, self.secret or new_secret()
        super().__init__(data and data.dict() | {"signed": self.sign()}, initial={"signed": self.sign()})
        self.fields["code"].widget.attrs |= {"inputmode": "numeric"}

    def sign(self):
        """The secret for the page."""
        return signing.dumps([self.user.pk, self.secret], salt=SET_UP)

    def shown(self, signed):
        """The secret that a page of ours has shown to this user within the hour, or None."""
        try:
            account, secret = signing.loads(signed, salt=SET_UP, max_age=SET_UP_SECONDS)
        except signing.BadSignature:
            return None
        return secret if account == self.user.pk else None

    def clean(self):
        if self.is_stale:
            raise ValidationError(_("That page was too old. Scan this new picture, and type the code that it gives."))


class ConsentForm(forms.Form):
    """What the domain asks to agree to (A10): with a box where the wording has one."""

    agreed = forms.BooleanField(required=False)
    # Django's forms count as sent only with data: a button alone must be some.
    sent = forms.CharField(widget=forms.HiddenInput, initial="1")

    def __init__(self, *args, wording, **kwargs):
        super().__init__(*args, **kwargs)
        self.wording, (self.asked, box, self.link_words) = wording, wording.words
        if wording.is_asked and box:
            self.fields["agreed"].label = box
            self.fields["agreed"].required = wording.is_required
        else:
            del self.fields["agreed"]

    @property
    def has_ticked(self):
        """Whether the box was ticked."""
        return self.cleaned_data.get("agreed", False)


class AccountForm(ConsentForm):
    """Name and password of who has proven ``address``; who has an account already is asked for nothing but consent."""

    first_name = forms.CharField(label=_("First name"), max_length=150, validators=[refuse_unstorable])
    last_name = forms.CharField(label=_("Last name"), max_length=150, required=False, validators=[refuse_unstorable])
    password = new_password(_("Password"))
    field_order = ("first_name", "last_name", "password", "agreed")

    def __init__(self, *args, address, has_account, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = User(email=address)
        if has_account:
            for name in ("first_name", "last_name", "password"):
                del self.fields[name]
        else:
            self.fields["first_name"].widget.attrs |= {"autocomplete": "given-name", "autofocus": True}
            self.fields["last_name"].widget.attrs["autocomplete"] = "family-name"

    def clean_password(self):
        validate_password(self.cleaned_data["password"], self.user)
        return self.cleaned_data["password"]

    def values(self):
        """What ``registrations.accept`` takes."""
        named = {name: clean_line(self.cleaned_data.get(name, ""), 150) for name in ("first_name", "last_name")}
        return named | {"password": self.cleaned_data.get("password")}


class NewPasswordForm(forms.Form):
    """The new password of an account."""

    password = new_password(_("New password"), autofocus=True)

    def __init__(self, *args, user=None, temp_key=None, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_password(self):
        validate_password(self.cleaned_data["password"], self.user)
        return self.cleaned_data["password"]

    def save(self):
        """Set the password; every session that was open under the old one ends with it."""
        reset_password(self.user, self.cleaned_data["password"])
        locks.forget_failures(self.user.email)
