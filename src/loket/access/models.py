"""Who may enter a portal."""

from allauth.account.forms import default_token_generator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.http import int_to_base36
from django.utils.translation import gettext_lazy as _

from loket.history.models import record
from loket.people.models import Contact, User
from loket.portals.models import Portal


class Membership(models.Model):
    """A contact may enter a portal since ``granted_at``. Taken away, their next request there meets access denied (A9)."""

    portal = models.ForeignKey(Portal, models.CASCADE, related_name="memberships")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="memberships")
    granted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["portal", "contact"], name="membership")]


class HandOver(models.Model):
    """An agent's leave to begin a preview of a portal (P8): ``digest`` is of its token; used, it is gone."""

    digest = models.CharField(max_length=64, unique=True)
    portal = models.ForeignKey(Portal, models.CASCADE, related_name="+")
    agent = models.ForeignKey(User, models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)


def membership_of(contact, portal):
    """The membership of ``contact`` in ``portal``, or None."""
    return Membership.objects.filter(contact=contact, portal=portal).first()


def may_enter(contact, portal):
    """Whether ``contact`` is a member of ``portal``."""
    return membership_of(contact, portal) is not None


def grant(contact, portal, *, by):
    """Let ``contact`` enter ``portal``; returns their account, made without a password when there was none.

    Raises ValidationError when the contact has no address.
    """
    if not contact.email:
        raise ValidationError(_("%(name)s has no e-mail address to sign in with."), params={"name": contact.name})
    with transaction.atomic():
        _membership, is_new = Membership.objects.get_or_create(contact=contact, portal=portal)
        user = User.objects.filter(email=contact.email).first() or User.objects.create_user(
            email=contact.email, first_name=contact.first_name, last_name=contact.last_name
        )
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


def password_address(user, portal):
    """A link with which ``user`` sets a password in ``portal``, or at the desk (None): one use, 24 hours (A5).

    It begins with a configured address, never with the Host header.
    """
    path = f"password-reset/{int_to_base36(user.pk)}-{default_token_generator.make_token(user)}/"
    return portal.address(path) if portal else f"{settings.SITE_URL.geturl().rstrip('/')}/desk/{path}"
