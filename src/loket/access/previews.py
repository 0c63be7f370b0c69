"""Previews: an agent with the right looks at a portal from the desk, read-only (P7, P8).

The desk hands over by a token, good once and for a minute, as desk and portal may be on different hosts. The portal
begins a session of its own with it, in which nobody is signed in and nothing can be written.
"""

import hashlib
import secrets
import time
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from loket.access.models import HandOver, membership_of
from loket.access.sign_in.sessions import bind
from loket.history.models import record
from loket.people.models import Contact, User
from loket.tickets.visibility import Onlooker

KEY = "preview"
GOOD_FOR = timedelta(seconds=60)
LONGEST = 30 * 60


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
        HandOver.objects.filter(created_at__lt=timezone.now() - GOOD_FOR).delete()
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
    known = HandOver.objects.filter(
        digest=digest(token), portal=request.portal, created_at__gte=timezone.now() - GOOD_FOR
    ).first()
    if known is None or not HandOver.objects.filter(pk=known.pk).delete()[0]:
        return False
    request.session.flush()
    request.session[KEY] = {"agent": known.agent_id, "contact": known.contact_id, "until": int(time.time()) + LONGEST}
    bind(request)
    return True


def preview_of(request):
    """The preview of this session, or None. The agent's right and the contact are looked up anew each time."""
    kept = request.session.get(KEY)
    if not kept or kept["until"] < time.time():
        return None
    agent = User.objects.filter(pk=kept["agent"], is_active=True).first()
    contact = Contact.objects.filter(pk=kept["contact"]).first() if kept["contact"] else None
    if agent is None or not agent.may_set_portals or (kept["contact"] and contact is None):
        return None
    return Preview(agent, contact)


def news_begin(preview, portal):
    """Since when activity is news to whom the preview shows: since they were let in, else since now."""
    membership = membership_of(preview.contact, portal) if preview.contact else None
    return membership.granted_at if membership else timezone.now()
