"""Django's sessions in the database, whose one query a request is compiled once."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from loket.records.compiled import once


class SessionStore(db.SessionStore):
    """Named by ``SESSION_ENGINE``."""

    def _get_session_from_db(self):
        found = next(iter(current(self.session_key, timezone.now())), None)
        if found is None:
            self._session_key = None
        return found


@once
def current(key, now):
    """The session with this key that has not ended by ``now``."""
    return Session.objects.filter(session_key=key, expire_date__gt=now)
