"""Sessions that belong to one door: a desk session never counts in a portal, nor one portal's in another."""

import time

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware

AUDIENCE, SEEN = "audience", "seen_at"
IDLE_SECONDS = {"portal": 60 * 60, "desk": 24 * 60 * 60}
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
        if request.session.get(AUDIENCE) != request.mount.audience or idle > IDLE_SECONDS[request.mount.door]:
            # Not flushed: the row may be in good use under another mount.
            request.session = self.SessionStore()
        elif idle >= 60 and LIVE_HEADER not in request.headers:
            request.session[SEEN] = now


def bind(request):
    """Bind a fresh session to the door it began at."""
    request.session[AUDIENCE] = request.mount.audience
    request.session[SEEN] = int(time.time())
