"""Sessions that belong to one door: a desk session never counts in a portal, nor one portal's in another."""

import time

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.contrib.sessions.models import Session

from loket.access.models import OpenSession
from loket.access.policies import AccessPolicy
from loket.guard.text import clean_line

AUDIENCE, SEEN, LANGUAGE = "audience", "seen_at", "language"
DESK_IDLE_SECONDS = 24 * 60 * 60
# How exact the moment of the last activity is: the row is not written more often.
GRAIN = 15
LIVE_HEADER = "X-Loket-Live"


class SessionMiddleware(DjangoSessionMiddleware):
    """Django's sessions, bound to an audience and ended when idle (A6). Live updates are no activity."""

    def process_request(self, request):
        super().process_request(request)
        if request.mount is None:
            request.session = self.SessionStore()
        elif request.session.session_key and (AUDIENCE in request.session or SESSION_KEY in request.session):
            self._check(request)

    def _check(self, request):
        now = int(time.time())
        idle = now - request.session.get(SEEN, 0)
        # Somebody signed in without an audience belongs nowhere.
        if request.session.get(AUDIENCE) != request.mount.audience or idle > idle_seconds(request.mount):
            # Not flushed: the row may be in good use under another mount.
            request.session = self.SessionStore()
        elif idle >= GRAIN and LIVE_HEADER not in request.headers:
            request.session[SEEN] = now


def idle_seconds(mount):
    """How long a session of this door lasts that nobody uses."""
    return AccessPolicy.of(mount.portal).idle_minutes * 60 if mount.portal else DESK_IDLE_SECONDS


def bind(request):
    """Bind a fresh session to the door it began at."""
    request.session[AUDIENCE] = request.mount.audience
    request.session[SEEN] = int(time.time())


def note(request, user):
    """Write down that ``user`` is signed in here, so that they can see and end it from elsewhere."""
    if not request.session.session_key:
        request.session.save()
    device = clean_line(request.headers.get("User-Agent", ""), 200)
    OpenSession.objects.update_or_create(
        key=request.session.session_key, defaults={"user": user, "audience": request.mount.audience, "device": device}
    )


def open_sessions(request):
    """Where the account is signed in at this door, newest first: (OpenSession, moment last seen, whether it is this one).

    Sessions that are over are not among them.
    """
    rows = OpenSession.objects.filter(user=request.user, audience=request.mount.audience).order_by("-opened_at")
    stored = {each.session_key: each.get_decoded() for each in Session.objects.filter(pk__in=[row.key for row in rows])}
    now, longest = time.time(), idle_seconds(request.mount)
    return [
        (row, seen, row.key == request.session.session_key)
        for row in rows
        if (seen := stored.get(row.key, {}).get(SEEN, 0)) and now - seen <= longest
    ]


def forget_ended(user):
    """Delete the notes of ``user``'s sessions whose rows are gone."""
    rows = OpenSession.objects.filter(user=user)
    rows.exclude(key__in=Session.objects.filter(pk__in=rows.values("key")).values("pk")).delete()
