"""Access groups (A1, A2): segments whose people a portal admits, and the registration mail that each of them gets once."""

from datetime import timedelta

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from loket.history.models import record
from loket.mail.models import Delivery, Letter
from loket.people.models import Contact, Segment
from loket.portals.models import Portal

DELAY = timedelta(minutes=2)


class AccessGroup(models.Model):
    """A portal admits the people of a segment while it asks for membership (A1)."""

    portal = models.ForeignKey(Portal, models.CASCADE, related_name="access_groups")
    segment = models.ForeignKey(Segment, models.CASCADE, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["portal", "segment"], name="access_group")]

    def __str__(self):
        return str(self.segment)


def grant_group(portal, segment, *, by):
    """Admit the people of ``segment``; their mails leave two minutes later. Does nothing when they are admitted."""
    with transaction.atomic():
        if AccessGroup.objects.get_or_create(portal=portal, segment=segment)[1]:
            record(portal, "group_granted", by=by, group=segment.name)


def revoke_group(portal, segment, *, by):
    """Admit the people of ``segment`` no more; mails that wait are cancelled as they come due."""
    with transaction.atomic():
        if AccessGroup.objects.filter(portal=portal, segment=segment).delete()[0]:
            record(portal, "group_revoked", by=by, group=segment.name)


def people_of(portal):
    """The contacts in any access group of ``portal`` now."""
    groups = AccessGroup.objects.filter(portal=portal).select_related("segment")
    chosen = Q(pk__in=[])
    for group in groups:
        chosen |= Q(pk__in=group.segment.contacts().values("pk"))
    return Contact.objects.filter(chosen)


class InvitationQuerySet(models.QuerySet):
    def with_failure(self):
        """Each with ``has_failed``: whether its letter could not be delivered."""
        failed = Delivery.objects.filter(letter=OuterRef("letter"), state=Delivery.State.FAILED)
        return self.annotate(has_failed=Exists(failed)).select_related("contact", "registration")

    def waiting(self):
        """Not mailed yet and not cancelled."""
        return self.filter(registration=None, cancelled_at=None)

    def due(self, now):
        return self.waiting().filter(due_at__lte=now).order_by("due_at", "pk")


class Invitation(models.Model):
    """The registration mail of one person in one portal (A2): due two minutes after they joined, cancellable until then.

    ``registration`` is the link that went out last; ``letter`` the mail it stood in.
    """

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("Waiting")
        PENDING = "pending", _("Pending")
        ACCEPTED = "accepted", _("Accepted")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    portal = models.ForeignKey(Portal, models.CASCADE, related_name="invitations")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="invitations")
    due_at = models.DateTimeField(db_index=True)
    cancelled_at = models.DateTimeField(null=True)
    registration = models.OneToOneField("access.Registration", models.SET_NULL, null=True, related_name="invitation")
    letter = models.ForeignKey(Letter, models.SET_NULL, null=True, related_name="+")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["portal", "contact"], name="invitation")]

    def __str__(self):
        return str(self.contact)

    @property
    def state(self):
        """Where it stands; needs ``with_failure``."""
        if self.cancelled_at:
            return self.State.CANCELLED
        if self.registration is None:
            return self.State.WAITING
        if self.registration.accepted_at:
            return self.State.ACCEPTED
        return self.State.FAILED if self.has_failed else self.State.PENDING

    def cancel(self, *, by):
        """Do not mail it. Does nothing once it is mailed."""
        with transaction.atomic():
            rows = Invitation.objects.waiting().filter(pk=self.pk)
            if rows.update(cancelled_at=timezone.now()):
                record(self.contact, "invitation_cancelled", by=by, portal=self.portal.name)

    def resend(self, *, by):
        """Mail it again, at once, with a new link; the old one works no more. Does nothing once it is accepted."""
        with transaction.atomic():
            row = Invitation.objects.select_for_update(of=("self",)).select_related("registration").get(pk=self.pk)
            if row.registration and row.registration.accepted_at:
                return
            if row.registration:
                row.registration.delete()
            row.registration, row.letter, row.cancelled_at, row.due_at = None, None, None, timezone.now()
            row.save()
            record(self.contact, "invitation_resent", by=by, portal=self.portal.name)
