"""The rule for passwords (A8)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

KINDS = (str.islower, str.isupper, str.isdigit, lambda letter: not letter.isalnum())


class StrengthValidator:
    """At least 8 characters of 3 kinds, or 10 of 2, or 12 of any; not part of the address."""

    def validate(self, password, user=None):
        kinds = sum(any(map(kind, password)) for kind in KINDS)
        if len(password) < {4: 8, 3: 8, 2: 10}.get(kinds, 12):
            raise ValidationError(self.get_help_text(), code="password_too_weak")
        address = user.email if user else ""
        if address and (password.lower() in address or address.partition("@")[0] == password.lower()):
            raise ValidationError(
                _("Choose a password that is not part of your e-mail address."), code="password_address"
            )

    def get_help_text(self):
        return _(
            "Use at least 8 characters with three kinds of small letters, capitals, digits and signs; "
            "or 10 with two kinds; or 12 of any kind."
        )
