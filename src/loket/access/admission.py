"""What the worker does for access groups (A2): admits who joined, turns out who left, mails each person once.

Small batches, so that 10,000 people are mailed steadily and an administrator can stop it between two.
"""

import secrets
from datetime import timedelta

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from loket.access.groups import DELAY, AccessGroup, Invitation, people_of
from loket.access.models import Membership, OpenSession, Registration, Source, grant
from loket.access.policies import AccessPolicy
from loket.access.previews import digest
from loket.access.single_sign_on import sso_of
from loket.history.models import record
from loket.mail import outbox
from loket.portals.models import Portal
from loket.portals.placeholders import fill
from loket.tickets.policies import own_text

BATCH = 20
GOOD_FOR = timedelta(days=30)
# What an administrator's own text may hold; each stands for what the mail says in its place. Nothing else is replaced.
PLACEHOLDERS = ("first_name", "portal")


def admit():
    """Bring memberships in line with the groups. Returns how many people came or went."""
    portals = Portal.objects.select_related("access_policy", "domain__single_sign_on")
    asked = portals.filter(pk__in=AccessGroup.objects.values("portal")) | portals.filter(
        memberships__source=Source.GROUP
    )
    return sum(
        admit_to(portal) + turn_out_of(portal) for portal in asked.distinct() if not AccessPolicy.of(portal).is_open
    )


def admit_to(portal):
    """Make members of those who are in a group and none yet; each is to be mailed in two minutes."""
    members = Membership.objects.filter(portal=portal).values("contact")
    found = people_of(portal).exclude(email=None).exclude(pk__in=members).order_by("pk")[:BATCH]
    with transaction.atomic():
        for contact in found:
            grant(contact, portal, by=None, source=Source.GROUP)
            due = {"due_at": timezone.now() + DELAY}
            invitation, is_new = Invitation.objects.get_or_create(portal=portal, contact=contact, defaults=due)
            if not is_new and invitation.registration_id is None:
                Invitation.objects.filter(pk=invitation.pk).update(cancelled_at=None, **due)
    return len(found)


def turn_out_of(portal):
    """End the memberships of those who are in no group any more, and their sessions with them."""
    rows = Membership.objects.filter(portal=portal, source=Source.GROUP)
    gone = list(rows.exclude(contact__in=people_of(portal).values("pk")).select_related("contact")[:BATCH])
    with transaction.atomic():
        for membership in gone:
            membership.delete()
            record(membership.contact, "access_revoked", by=None, portal=portal.name)
        sessions = OpenSession.objects.filter(audience=f"portal:{portal.pk}")
        OpenSession.end_all(sessions.filter(user__contact__in=[each.contact_id for each in gone]))
    return len(gone)


def mail_due():
    """Mail the invitations that are due, a few at a time. Returns how many there were."""
    now = timezone.now()
    stopped = AccessPolicy.objects.filter(mails_members=False).values("portal")
    due = Invitation.objects.due(now).exclude(portal__in=stopped)
    if not due.exists():
        return 0
    with transaction.atomic():
        found = list(due.select_for_update(skip_locked=True, of=("self",)).select_related("contact", "portal")[:BATCH])
        for invitation in found:
            mail(invitation, now)
    return len(found)


def mail(invitation, now):
    """Send one, or cancel it when the person has left all groups meanwhile."""
    portal = Portal.objects.select_related("access_policy", "domain__single_sign_on").get(pk=invitation.portal_id)
    contact = invitation.contact
    membership = Membership.objects.filter(portal=portal, contact=contact).first()
    if membership is None or not contact.email:
        invitation.cancelled_at = now
        invitation.save(update_fields=["cancelled_at"])
        return
    token, user = secrets.token_urlsafe(32), grant(contact, portal, by=None, source=membership.source)
    has_account = user.has_usable_password() or bool(sso_of(portal))
    invitation.registration = Registration.objects.create(
        portal=portal, address=contact.email, language=portal.spoken(contact.language), digest=digest(token), sent_at=now,
        good_until=now + GOOD_FOR, accepted_at=now if has_account else None,
    )  # fmt: skip
    with portal.speaking(contact.language):
        link = portal.address() if has_account else portal.address(f"register/{token}/")
        letter = letter_for(portal, AccessPolicy.of(portal), contact.first_name, link, has_account)
    invitation.letter = outbox.queue(to=(contact.name, contact.email), private=True, about=contact, **letter)
    invitation.save(update_fields=["registration", "letter"])


def letter_for(portal, policy, first_name, link, has_account=False):
    """The mail in the active language: ``{subject, text, html}``."""
    called = {"first_name": first_name, "portal": portal.called}
    subject = fill(own_text(policy.mail_subject, ""), called) or _("Your access to %(portal)s") % {
        "portal": portal.called
    }
    context = {
        "portal": portal,
        "brand_name": portal.called,
        "language": translation.get_language(),
        "own_text": fill(own_text(policy.mail_text, ""), called),
        "has_account": has_account,
        "button_url": link,
        "button_text": _("Open the portal") if has_account else _("Set up your account"),
    }
    texts = {kind: render_to_string(f"access/mail/invitation.{kind}", context) for kind in ("txt", "html")}
    return {"subject": subject, "text": texts["txt"], "html": texts["html"]}
