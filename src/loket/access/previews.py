"""Previews: an agent with the right looks at a portal from the desk, read-only (P7, P8).

The desk hands over by a token, good once and for a minute, as desk and portal may be on different hosts. The portal
begins a session of its own with it, in which nobody is signed in and nothing can be written. It lasts no longer than
the hand-over's row: half an hour, or until the agent signs out of the desk.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from loket.access.models import HandOver, membership_of
from loket.access.sign_in.sessions import LANGUAGE, bind
from loket.history.models import record
from loket.people.models import Contact, User
from loket.tickets.visibility import Onlooker

KEY = "preview"
GOOD_FOR = timedelta(seconds=60)
LONGEST = timedelta(minutes=30)


@dataclass(frozen=True)
class Preview:
    """``agent`` looks on, as ``contact`` would see it, or (None) at all that T3 lets through."""

    agent: User
    contact: Contact | None

    @property
    def viewer(self):
        """Whose sight it is."""
        return self.contact or Onlooker(self.agent)


def hand_over(portal, contact=None, *, by):
    """The address at which ``by`` begins a preview of ``portal``; history tells of it."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        HandOver.objects.filter(created_at__lt=timezone.now() - GOOD_FOR - LONGEST).delete()
        HandOver.objects.create(digest=digest(token), portal=portal, agent=by, contact=contact)
        if contact:
            record(contact, "viewed_as", by=by, portal=portal.name)
        else:
            record(portal, "previewed", by=by)
    return portal.address(f"preview/{token}/")


def digest(token):
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin(request, token):
    """Begin the preview that ``token`` stands for, in a fresh session; False when it is used, old or another portal's."""
    current = HandOver.objects.select_related("contact")
    known = current.filter(
        digest=digest(token), portal=request.portal, created_at__gte=timezone.now() - GOOD_FOR
    ).first()
    used = digest(secrets.token_urlsafe(32))  # nobody has its token
    if known is None or not HandOver.objects.filter(pk=known.pk, digest=known.digest).update(digest=used):
        return False
    request.session.flush()
    request.session[KEY] = known.pk
    if known.contact:
        request.session[LANGUAGE] = known.contact.language
    bind(request)
    return True


def preview_of(request):
    """The preview of this session, or None. The agent's right and the contact are looked up anew each time."""
    kept = request.session.get(KEY)
    lasting = HandOver.objects.filter(created_at__gte=timezone.now() - LONGEST).select_related("agent", "contact")
    known = lasting.filter(pk=kept).first() if kept else None
    if known is None or not (known.agent.is_active and known.agent.may_set_portals):
        return None
    return Preview(known.agent, known.contact)


def end_all(agent):
    """End the previews that ``agent`` began, wherever they are open."""
    HandOver.objects.filter(agent=agent).delete()


def news_begin(preview, portal):
    """Since when activity is news to whom the preview shows: since they were let in, else since now."""
    membership = membership_of(preview.contact, portal) if preview.contact else None
    return membership.granted_at if membership else timezone.now()
