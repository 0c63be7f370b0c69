"""Who may enter a portal."""

from allauth.account.forms import default_token_generator
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.http import int_to_base36
from django.utils.translation import gettext_lazy as _

from loket.access.consents import Consent, ConsentWording
from loket.access.groups import AccessGroup, Invitation, people_of
from loket.access.locks import AddressLock
from loket.access.open_sessions import OpenSession
from loket.access.pages import SystemPage
from loket.access.policies import AccessPolicy
from loket.access.providers import Identity, SingleSignOn
from loket.access.second_factors import DeskEntry, RecoveryCode, SecondFactor
from loket.history.models import record
from loket.people.models import Contact, User
from loket.portals.models import Portal
from loket.records.compiled import once

# Those of the room's other files, where Django and doors find them.
__all__ = (
    "AccessGroup",
    "AccessPolicy",
    "AddressLock",
    "Consent",
    "ConsentWording",
    "DeskEntry",
    "Identity",
    "Invitation",
    "OpenSession",
    "RecoveryCode",
    "SecondFactor",
    "SingleSignOn",
    "SystemPage",
)


class Source(models.TextChoices):
    """How somebody became a member."""

    HAND = "hand", _("Let in by an agent")
    REGISTERED = "registered", _("Registered")
    GROUP = "group", _("In an access group")


class Membership(models.Model):
    """A contact may enter a portal since ``granted_at``. Taken away, their next request there meets access denied (A9).

    Who registered, or came by a group, may enter while anyone may register, or while they are in an access group (A1).
    """

    portal = models.ForeignKey(Portal, models.CASCADE, related_name="memberships")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="memberships")
    source = models.CharField(max_length=10, choices=Source, default=Source.HAND)
    granted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["portal", "contact"], name="membership")]


class HandOver(models.Model):
    """An agent's leave to look at a portal (P8). ``digest`` is of the token that begins it, once; without the row it ends."""

    digest = models.CharField(max_length=64, unique=True)
    portal = models.ForeignKey(Portal, models.CASCADE, related_name="+")
    agent = models.ForeignKey(User, models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)


def membership_of(contact, portal):
    """The membership with which ``contact`` may enter ``portal`` now, or None."""
    found = next(iter(memberships(contact.pk, portal.pk)), None)
    if found is None or found.source == Source.HAND or AccessPolicy.of(portal).is_open:
        return found
    return found if people_of(portal).filter(pk=contact.pk).exists() else None


@once
def memberships(contact, portal):
    """Memberships by ids."""
    return Membership.objects.filter(contact=contact, portal=portal)


def may_enter(contact, portal):
    """Whether ``contact`` is a member of ``portal``."""
    return membership_of(contact, portal) is not None


def grant(contact, portal, *, by, source=Source.HAND):
    """Let ``contact`` enter ``portal``; returns their account, made without a password when there was none.

    Who was a member by another ``source`` and is let in by hand stays, whatever the mode becomes.

    Raises ValidationError when the contact has no address.
    """
    if not contact.email:
        raise ValidationError(_("%(name)s has no e-mail address to sign in with."), params={"name": contact.name})
    with transaction.atomic():
        membership, is_new = Membership.objects.get_or_create(
            contact=contact, portal=portal, defaults={"source": source}
        )
        if source == Source.HAND != membership.source:
            membership.source, is_new = source, True
            membership.save(update_fields=["source"])
        names = {"first_name": contact.first_name, "last_name": contact.last_name}
        user, _new = User.objects.get_or_create(email=contact.email, defaults=names | {"password": make_password(None)})
        if user.contact_id != contact.pk:
            user.contact = contact
            user.save(update_fields=["contact"])
        if is_new:
            record(contact, "access_granted", by=by, portal=portal.name)
    return user


def revoke(contact, portal, *, by):
    """End the membership; does nothing when there is none."""
    with transaction.atomic():
        if Membership.objects.filter(contact=contact, portal=portal).delete()[0]:
            record(contact, "access_revoked", by=by, portal=portal.name)


class Registration(models.Model):
    """Somebody's way to an account in ``portal``: whoever typed ``address`` there proves it by the link we mail (A3).

    A row for every address that is typed; the worker finds out whether it has an account, as for a PasswordRequest.
    ``digest`` is of the link's token; ``accepted_at`` is when the link had its one use.
    """

    portal = models.ForeignKey(Portal, models.CASCADE, related_name="registrations")
    address = models.CharField(max_length=254, db_index=True)
    language = models.CharField(max_length=10)
    digest = models.CharField(max_length=64, unique=True, null=True)
    asked_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, db_index=True)
    good_until = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)

    def __str__(self):
        return self.address


class SignInCode(models.Model):
    """A code that signs ``address`` in to ``portal`` once (A4); the worker mails it, if there is somebody to sign in.

    ``digest`` is of the code; after five wrong ones it is worth nothing.
    """

    address = models.CharField(max_length=254, db_index=True)
    portal = models.ForeignKey(Portal, models.CASCADE, related_name="+")
    language = models.CharField(max_length=10)
    digest = models.CharField(max_length=64, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, db_index=True)

    def __str__(self):
        return self.address


class PasswordRequest(models.Model):
    """Somebody asked for a new password for ``address`` (A5): at a portal, or at the desk (no portal).

    A row for every address that is typed. Only the worker finds out whether it has an account, so that the answer to
    who asked is the same in words and in time.
    """

    address = models.CharField(max_length=254)
    portal = models.ForeignKey(Portal, models.CASCADE, null=True, blank=True, related_name="+")
    language = models.CharField(max_length=10)
    asked_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return self.address


def password_address(user, portal=None):
    """A link with which ``user`` sets a password in ``portal``, or at the desk (None): one use, 24 hours (A5)."""
    path = f"password-reset/{int_to_base36(user.pk)}-{default_token_generator.make_token(user)}/"
    return portal.address(path) if portal else desk_address(path)


def desk_address(path=""):
    """The full address of ``path`` (no leading slash) at the desk: from LOKET_URL, never from the Host header."""
    return f"{settings.SITE_URL.geturl().rstrip('/')}/desk/{path}"
