"""The forms of sign-in and of a forgotten password."""

from allauth.account.forms import LoginForm, ResetPasswordForm
from allauth.account.internal.flows.password_reset import reset_password
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from loket.access.models import PasswordRequest
from loket.access.passwords import StrengthValidator
from loket.people.addresses import clean_address


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


class NewPasswordForm(forms.Form):
    """The new password, typed once: a mistyped one is put right by another link."""

    password = forms.CharField(
        label=_("New password"),
        max_length=500,
        strip=False,
        help_text=StrengthValidator().get_help_text(),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": True}),
    )

    def __init__(self, *args, user=None, temp_key=None, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_password(self):
        validate_password(self.cleaned_data["password"], self.user)
        return self.cleaned_data["password"]

    def save(self):
        """Set the password; every session that was open under the old one ends with it."""
        reset_password(self.user, self.cleaned_data["password"])
