"""Whether workers stand still, for pages that say so: asked of the database once in a few seconds, not by each page."""

import time

from loket.mail.models import Pause

KEEP_SECONDS = 5
_seen = {"until": float("-inf"), "pause": None}


def lasting():
    """The pause that lasts, or None, as it was at most KEEP_SECONDS ago."""
    if time.monotonic() > _seen["until"]:
        look()
    return _seen["pause"]


def look():
    """Ask now; returns the pause that lasts, or None."""
    _seen.update(pause=Pause.objects.current(), until=time.monotonic() + KEEP_SECONDS)
    return _seen["pause"]
