"""E-mail addresses, made comparable without ever mapping one person's address onto another's."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _


def clean_address(text):
    """The one form in which an address is stored and looked up.

    Capitals count only in ASCII: ``K`` (Kelvin) or ``ſ`` stay themselves, though ``str.lower`` would make them k and s.
    The domain is in IDNA form without a trailing dot. Raises ValidationError for what is no address.
    """
    local, at, domain = str(text).strip().rpartition("@")
    domain = domain.rstrip(".")
    try:
        if not at:
            raise ValidationError("")  # before IDNA, which makes one of a full-width sign
        domain = domain.encode("idna").decode("ascii") if not domain.isascii() else domain
        address = lower_ascii(f"{local}{at}{domain}")
        validate_email(address if address.isascii() else f"x@{lower_ascii(domain)}")
    except (UnicodeError, ValidationError) as error:
        raise ValidationError(_("“%(value)s” is not an e-mail address."), params={"value": str(text)[:254]}) from error
    if not address.isprintable() or len(address) > 254:
        raise ValidationError(_("“%(value)s” is not an e-mail address."), params={"value": str(text)[:254]})
    return address


def lower_ascii(text):
    """``text`` with A–Z made small and nothing else."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)


def same_address(typed, stored):
    """Whether ``typed`` is the stored address; False for what is no address."""
    try:
        return clean_address(typed) == stored
    except ValidationError:
        return False
