"""Single sign-on (A4): which account a provider vouches for. The provider is in providers.py, the wire in oidc.py."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from loket.access.models import Identity, Source, grant, may_enter
from loket.access.policies import AccessPolicy
from loket.guard.text import clean_line
from loket.history.models import record
from loket.people.addresses import clean_address
from loket.people.models import Contact, User


class Refused(ValidationError):
    """The provider's word lets nobody in; the message says why in words for the person."""


def sso_of(portal):
    """The single sign-on that is on where ``portal`` is, or None."""
    found = getattr(portal.domain, "single_sign_on", None) if portal else None
    return found if found and found.is_on else None


def account_for(portal, issuer, claims):
    """The account of the person of whom ``issuer`` says ``claims`` (checked already). Raises Refused.

    Known by issuer and subject; the first time by an address of which the provider says that it is verified. An account
    that another subject of the issuer has is never handed on with an address.
    """
    subject = str(claims["sub"])
    with transaction.atomic():
        known = Identity.objects.select_related("user__contact").filter(issuer=issuer, subject=subject).first()
        if known:
            if not known.user.is_active:
                raise Refused(_("This account is out of use."))
            let_in(known.user.contact, portal)
            return known.user
        user = user_of(portal, proven_address(claims), claims)
        if Identity.objects.filter(user=user, issuer=issuer).exists():
            raise Refused(_("This address belongs to another account of your organisation. Ask your administrator."))
        Identity.objects.create(user=user, issuer=issuer, subject=subject)
        record(user.contact, "identity_joined", by=user.contact, portal=portal.name)
    return user


def let_in(contact, portal):
    """Whoever is known from another portal becomes a member of this one, where anyone may register."""
    if contact and not may_enter(contact, portal) and AccessPolicy.of(portal).is_open:
        grant(contact, portal, by=contact, source=Source.REGISTERED)


def proven_address(claims):
    """The address that the provider vouches for."""
    said = claims.get("email_verified")
    # Some providers say it as a text.
    if not (said is True or said == "true") or not isinstance(claims.get("email"), str):
        raise Refused(_("Your organisation does not confirm your e-mail address. Ask your administrator."))
    try:
        return clean_address(claims["email"])
    except ValidationError as error:
        raise Refused(error.messages[0]) from error


def user_of(portal, address, claims):
    """The account of ``address``, made where anyone may register."""
    user = User.objects.select_related("contact").filter(email=address).first()
    if user and not user.is_active:
        raise Refused(_("This account is out of use."))
    if user and user.contact and may_enter(user.contact, portal):
        return user
    if not AccessPolicy.of(portal).is_open:
        raise Refused(_("Your account may not enter. If you think it should, ask the people who sent you here."))
    names = {"first_name": text_of(claims, "given_name"), "last_name": text_of(claims, "family_name")}
    contact, _new = Contact.objects.get_or_create(email=address, defaults=names)
    return grant(contact, portal, by=contact, source=Source.REGISTERED)


def text_of(claims, name):
    """A claim that is a text, as a line."""
    return clean_line(claims[name], 150) if isinstance(claims.get(name), str) else ""
