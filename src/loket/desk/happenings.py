"""What happened, in words: an event of history as a line between the letters."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

ICONS = {
    "created": "ticket",
    "forwarded": "forward",
    "closed": "circle-check",
    "reopened": "rotate-ccw",
    "status_changed": "circle-dot",
    "assigned": "user-check",
    "changed": "pencil",
    "conversations_shown": "eye",
    "contact_added": "user-plus",
    "contact_removed": "user-minus",
    "participant_added": "user-plus",
    "company_added": "building-2",
    "company_removed": "building-2",
    "primary_company_changed": "building-2",
    "answers_ticket": "link",
    "answered_in_ticket": "link",
    "mail_bounce": "mail-warning",
    "marked_spam": "shield-alert",
    "discarded": "trash-2",
    "restored": "undo-2",
    "access_granted": "key-round",
    "access_revoked": "key-round",
}
OTHER_TICKETS = ("answers_ticket", "answered_in_ticket")
DEEDS = {
    "created": gettext_noop("filed this ticket"),
    "replied": gettext_noop("replied"),
    "forwarded": gettext_noop("forwarded the conversation to %(what)s"),
    "closed": gettext_noop("closed this ticket as %(to)s"),
    "reopened": gettext_noop("opened this ticket again as %(to)s"),
    "status_changed": gettext_noop("changed the status from %(was)s to %(to)s"),
    "conversations_shown": gettext_noop("chose what customers see: %(to)s"),
    "contact_added": gettext_noop("added %(what)s as a contact"),
    "contact_removed": gettext_noop("removed %(what)s from the contacts"),
    "participant_added": gettext_noop("added %(what)s as a participant"),
    "company_added": gettext_noop("added the company %(what)s"),
    "company_removed": gettext_noop("removed the company %(what)s"),
    "primary_company_changed": gettext_noop("made %(to)s the primary company"),
    "access_granted": gettext_noop("gave access to %(what)s"),
    "access_revoked": gettext_noop("ended the access to %(what)s"),
    "registered": gettext_noop("registered at %(what)s"),
    "identity_joined": gettext_noop("signed in to %(what)s by single sign-on for the first time"),
    "second_factor_set_up": gettext_noop("set up two-step sign-in"),
    "second_factor_removed": gettext_noop("removed the second step of their sign-in"),
    "consent_given": gettext_noop("answered the question for consent, wording %(what)s"),
    "invitation_cancelled": gettext_noop("cancelled the registration mail of %(what)s"),
    "invitation_resent": gettext_noop("sent the registration mail of %(what)s again"),
    "answers_ticket": gettext_noop("took this for an answer to %(what)s"),
    "answered_in_ticket": gettext_noop("filed an answer to this as %(what)s"),
    "mail_bounce": gettext_noop("got a mail back that was not delivered: %(what)s"),
    "mail_auto_reply": gettext_noop("got an automatic answer from %(what)s"),
    "mail_calendar_answer": gettext_noop("got a calendar’s answer from %(what)s"),
    "mail_report": gettext_noop("got a report from %(what)s"),
    "mail_list": gettext_noop("got a mail to many from %(what)s"),
    "mail_automatic": gettext_noop("got an automatic mail from %(what)s"),
    "marked_spam": gettext_noop("put this ticket into the spam"),
    "discarded": gettext_noop("put this ticket into the bin"),
    "restored": gettext_noop("restored this ticket"),
    "mail_retried": gettext_noop("sent this again to %(what)s"),
    "mail_cancelled": gettext_noop("stopped sending this to %(what)s"),
}


def icon_of(event):
    """The icon's name for an event."""
    return ICONS.get(event.verb, "circle-dot")


def other_ticket(event):
    """The number of another ticket that an event names, or None."""
    if event.verb not in OTHER_TICKETS:
        return None
    number = str(event.details.get("ticket", "")).partition(" ")[0].lstrip("#")
    return int(number) if number.isascii() and number.isdigit() else None


def sentence(events, properties):
    """What one actor did at one go, as one line. ``properties`` is the catalogue of the record's kind."""
    if events[0].verb == "created":
        events = events[:1]  # what a ticket is filed with stands beside it
    deeds = dict.fromkeys(deed(event, properties) for event in events)
    return _("%(who)s %(deeds)s") % {"who": events[0].actor_name or _("Loket"), "deeds": ", ".join(deeds)}


def deed(event, properties):
    """What an event's actor did, without the actor."""
    if event.verb == "assigned":
        return assignment(event)
    if event.verb == "changed":
        return changes(event, properties)
    if event.verb not in DEEDS:
        return event.verb.replace("_", " ")
    was, to, what = "", "", ""
    for value in event.details.values():
        was, to = value if is_change(value) else (was, to)
        what = what if is_change(value) else str(value)
    return _(DEEDS[event.verb]) % {"was": was or "–", "to": to or "–", "what": what}


def assignment(event):
    """Who got the ticket, or who lost it."""
    was, to = event.details.get("hubspot_owner_id", ["", ""])
    if not to:
        return _("took this ticket from %(name)s") % {"name": was}
    if to == event.actor_name:
        return _("took this ticket")
    return _("assigned this ticket to %(name)s") % {"name": to}


def changes(event, properties):
    """Which properties changed, from what to what."""
    by_column = {each.attribute or each.name: each for each in properties.values()}
    said = [
        change(by_column.get(name), name, *value) for name, value in sorted(event.details.items()) if is_change(value)
    ]
    return ", ".join(said) or _("changed the description")


def change(found, name, was, to):
    """One property's change; a property that is no more keeps its internal name."""
    words = {"property": found.label if found else name, "was": shown(found, was), "to": shown(found, to)}
    if was in ("", None):
        return _("set %(property)s to “%(to)s”") % words
    if to in ("", None):
        return _("cleared %(property)s") % words
    return _("changed %(property)s from “%(was)s” to “%(to)s”") % words


def shown(found, value):
    """A stored value in words; a choice by its label."""
    if found and found.choices:
        return found.show(value) or value
    return value


def is_change(value):
    """Whether a detail holds from and to."""
    return isinstance(value, list) and len(value) == 2
