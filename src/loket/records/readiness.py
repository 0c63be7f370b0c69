"""What is missing before a portal can be on (P6): each room registers what it needs from its settings."""

from typing import NamedTuple


class Missing(NamedTuple):
    """Something to set first: the tab of the portal's settings where that is done, and what to do in ``words``."""

    tab: str
    words: str


_checks = []


def register(check):
    """``check(portal)`` yields what is ``Missing``, nothing when all is well. Usable as a decorator."""
    if check not in _checks:
        _checks.append(check)
    return check


def missing_for(portal):
    """All that is missing before ``portal`` can be on, in order of registration."""
    return [missing for check in _checks for missing in check(portal)]
