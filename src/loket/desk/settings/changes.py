"""Who changed which setting of a portal, from what to what."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from loket.history.models import Event

SHOWN = 20
NAMES = {
    "name": gettext_lazy("Name"),
    "domain": gettext_lazy("Domain"),
    "slug": gettext_lazy("Address"),
    "inbox": gettext_lazy("Inbox"),
    "sharing": gettext_lazy("Who sees what"),
    "sharing_filter": gettext_lazy("Contacts who see the company’s tickets"),
    "visibility_filter": gettext_lazy("Ticket visibility"),
    "singular": gettext_lazy("Display name, one"),
    "plural": gettext_lazy("Display name, several"),
    "owner_name": gettext_lazy("Owner’s name"),
    "owner_alias": gettext_lazy("Name for all agents"),
    "shows_status_labels": gettext_lazy("Status labels"),
    "columns": gettext_lazy("Columns"),
}
DEEDS = {
    "created": gettext_noop("made this portal"),
    "copied": gettext_noop("made this portal as a copy of %(what)s"),
    "turned_on": gettext_noop("turned the portal on"),
    "turned_off": gettext_noop("turned the portal off"),
}


def changes_of(record):
    """The last changes of ``record``, newest first: (event, [line])."""
    events = Event.objects.about(record).reverse()[:SHOWN]
    return [(event, lines(event)) for event in events]


def lines(event):
    """What an event says, a line for each setting."""
    if event.verb in DEEDS:
        return [_(DEEDS[event.verb]) % {"what": next(iter(event.details.values()), "")}]
    found = [line(name, *value) for name, value in event.details.items() if is_change(value) and value[0] != value[1]]
    return found or [event.verb.replace("_", " ")]


def line(name, was, to):
    """One setting's change in words."""
    words = {"setting": NAMES.get(name, name.replace("_", " ")), "was": shown(was), "to": shown(to)}
    return _("%(setting)s: %(was)s → %(to)s") % words


def shown(value):
    """A stored value in words."""
    if isinstance(value, bool):
        return _("on") if value else _("off")
    if isinstance(value, dict):
        texts = [text for text in value.values() if isinstance(text, str) and text]
        return ", ".join(texts) or (_("a filter") if any(value.values()) else "–")
    if isinstance(value, list):
        return ", ".join(str(each.get("name", "")) if isinstance(each, dict) else str(each) for each in value) or "–"
    return str(value) if value not in (None, "") else "–"


def is_change(value):
    """Whether a detail holds from and to."""
    return isinstance(value, list) and len(value) == 2
