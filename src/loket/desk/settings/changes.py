"""Who changed which setting of a portal, from what to what."""

from django.conf import settings
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from loket.access.pages import Design
from loket.access.policies import IdleMinutes, Mode
from loket.history.models import Event
from loket.people.models import User
from loket.portals.themes import Density
from loket.properties.catalogue import catalogue
from loket.properties.filters import Filter
from loket.tickets.pipelines import Status
from loket.tickets.policies import OwnerName, Sharing

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
    "allows_replies_to_closed": gettext_lazy("Customers may answer closed tickets"),
    "reopening_statuses": gettext_lazy("An answer moves a closed ticket to"),
    "allows_closing": gettext_lazy("Customers may close tickets"),
    "closing_statuses": gettext_lazy("Closing moves a ticket to"),
    "mode": gettext_lazy("Who may enter"),
    "mails_members": gettext_lazy("Registration mails"),
    "mail_subject": gettext_lazy("Subject of the registration mail"),
    "mail_text": gettext_lazy("Text of the registration mail"),
    "gives_company": gettext_lazy("Company by the domain of the address"),
    "allows_codes": gettext_lazy("Sign-in with a code"),
    "requires_second_factor": gettext_lazy("Second step of sign-in for everybody"),
    "box": gettext_lazy("Words of the box"),
    "is_required": gettext_lazy("Nobody gets an account without ticking the box"),
    "link_text": gettext_lazy("Words of the link"),
    "link": gettext_lazy("Address of the link"),
    "asks_again": gettext_lazy("Ask everybody again at their next sign-in when the words change"),
    "issuer": gettext_lazy("Issuer"),
    "client_id": gettext_lazy("Client ID"),
    "design": gettext_lazy("Design"),
    "title": gettext_lazy("Heading"),
    "text": gettext_lazy("Text"),
    "panel": gettext_lazy("Sentence on the panel"),
    "idle_minutes": gettext_lazy("Sign out who has been away for"),
    "first_name": gettext_lazy("First name"),
    "last_name": gettext_lazy("Last name"),
    "is_administrator": gettext_lazy("Administrator"),
    "may_set": gettext_lazy("Customer Portal settings"),
    "is_on": gettext_lazy("Link in the portal"),
    "menu_text": gettext_lazy("Menu text"),
    "heading": gettext_lazy("Heading above the form"),
    "position": gettext_lazy("Place in the menu"),
    "is_help_desk": gettext_lazy("Help desk"),
    "tells_received": gettext_lazy("Tell customers that a request arrived"),
    "tells_closed": gettext_lazy("Tell customers that a request is closed"),
    "quotes_history": gettext_lazy("Put the earlier conversation below an answer"),
    "after_agent": gettext_lazy("When an agent wrote, an open ticket moves to"),
    "after_customer": gettext_lazy("When a customer wrote, an open ticket moves to"),
    "texts": gettext_lazy("Texts"),
    "further_languages": gettext_lazy("Further languages"),
    "label": gettext_lazy("Label"),
    "type": gettext_lazy("Type"),
    "options": gettext_lazy("Options"),
    "order": gettext_lazy("Order"),
    "is_closed": gettext_lazy("Closed"),
    "customer_label": gettext_lazy("Customers read"),
    "customer_name": gettext_lazy("Name in each language"),
    "makes_tickets": gettext_lazy("Each submission makes a ticket"),
    "status": gettext_lazy("Status"),
    "priority": gettext_lazy("Priority"),
    "thanks": gettext_lazy("What people read afterwards"),
    "redirect": gettext_lazy("Where they are sent instead"),
    "consent": gettext_lazy("Consent"),
    "notified": gettext_lazy("Who gets a mail of each submission"),
    "is_public": gettext_lazy("It has a page for everybody"),
    "sites": gettext_lazy("Web sites that may hold it"),
    "relay": gettext_lazy("Mail server"),
    "address": gettext_lazy("From address"),
    "host": gettext_lazy("Server"),
    "port": gettext_lazy("Port"),
    "security": gettext_lazy("Encryption"),
    "username": gettext_lazy("User name"),
}
# A theme's own words for names that others have too.
OF_THEMES = {
    "brand": gettext_lazy("Brand"),
    "brand_dark": gettext_lazy("Brand, dark"),
    "background": gettext_lazy("Background"),
    "background_dark": gettext_lazy("Background, dark"),
    "text": gettext_lazy("Text"),
    "text_dark": gettext_lazy("Text, dark"),
    "link": gettext_lazy("Links"),
    "link_dark": gettext_lazy("Links, dark"),
    "button": gettext_lazy("Button"),
    "button_dark": gettext_lazy("Button, dark"),
    "heading_font": gettext_lazy("Font of headings"),
    "body_font": gettext_lazy("Font of text"),
    "radius": gettext_lazy("Corners"),
    "density": gettext_lazy("Density"),
    "logo": gettext_lazy("Logo"),
    "logo_dark": gettext_lazy("Logo on dark pages"),
    "favicon": gettext_lazy("Icon of the browser tab"),
    "header_links": gettext_lazy("Links above every page"),
    "footer_links": gettext_lazy("Links below every page"),
    "announcement": gettext_lazy("Announcement"),
    "announces": gettext_lazy("Announcement shown"),
}
CHOICES = {
    "sharing": Sharing,
    "owner_name": OwnerName,
    "mode": Mode,
    "idle_minutes": IdleMinutes,
    "design": Design,
    "density": Density,
}
FILTERS = {"sharing_filter": "contact", "visibility_filter": "ticket"}
DEEDS = {
    "secret_changed": gettext_noop("changed the client secret"),
    "password_changed": gettext_noop("changed the password"),
    "key_seen": gettext_noop("began to sign with it, as the DNS holds it"),
    "created": gettext_noop("made it"),
    "copied": gettext_noop("made it as a copy of %(what)s"),
    "status_added": gettext_noop("added the status “%(what)s”"),
    "status_removed": gettext_noop("removed the status “%(what)s”"),
    "second_factor_set_up": gettext_noop("set up two-step sign-in"),
    "second_factor_removed": gettext_noop("removed the second step of their sign-in"),
    "lock_lifted": gettext_noop("lifted the lock of their sign-in"),
    "group_granted": gettext_noop("admitted the group “%(what)s”"),
    "group_revoked": gettext_noop("admits the group “%(what)s” no more"),
    "page_reset": gettext_noop("reset the page “%(what)s”"),
    "theme_published": gettext_noop("published the theme"),
    "theme_hard_to_read": gettext_noop("published it although it is hard to read: %(what)s"),
    "turned_on": gettext_noop("turned the portal on"),
    "appointed": gettext_noop("made them an agent"),
    "invited": gettext_noop("sent the invitation"),
    "retired": gettext_noop("deactivated them"),
    "reinstated": gettext_noop("activated them again"),
    "turned_off": gettext_noop("turned the portal off"),
    "previewed": gettext_noop("looked at the portal"),
    "published": gettext_noop("published it"),
    "withdrawn": gettext_noop("withdrew it"),
}


def changes_of(record):
    """The last changes of ``record``, newest first: (event, [line])."""
    told, events = Told(), Event.objects.about(record).reverse()[:SHOWN]
    return [(event, told.lines(event)) for event in events]


class Told:
    """Changes in words. What stored values are called is read once for all of them, and only when one needs it."""

    @cached_property
    def catalogues(self):
        return {kind: catalogue(kind) for kind in set(FILTERS.values())}

    @cached_property
    def statuses(self):
        return dict(Status.objects.values_list("pk", "label"))

    @cached_property
    def agents(self):
        return {each.pk: each.name for each in User.objects.agents_ever()}

    def lines(self, event):
        """What an event says, a line for each setting. The details "of" and "form" name the part that it is about."""
        part = event.details.get("of") or (event.verb == "form_link_changed" and event.details.get("form")) or ""
        changed = {name: value for name, value in event.details.items() if is_change(value) and value[0] != value[1]}
        names = NAMES | OF_THEMES if event.verb == "theme_published" else NAMES
        found = [self.line(names.get(name, name.replace("_", " ")), name, *value) for name, value in changed.items()]
        deed = DEEDS.get(event.verb)
        if not deed:
            return [f"“{part}” – {each}" if part else each for each in found] or [event.verb.replace("_", " ")]
        told = [_(deed) % {"what": part or next(iter(event.details.values()), "")}]
        if event.details.get("tickets"):
            told.append(went(event.details))
        return told if event.verb == "created" else told + found

    def line(self, setting, name, was, to):
        """The change of the setting ``name``, which people call ``setting``, in words."""
        words = {"setting": setting, "was": self.shown(was, name), "to": self.shown(to, name)}
        return _("%(setting)s: %(was)s → %(to)s") % words

    def shown(self, value, name):
        """A stored value of the setting ``name`` in words."""
        if value in (None, "", {}, []):
            return "–"
        if isinstance(value, bool):
            return _("on") if value else _("off")
        if name in CHOICES and value in CHOICES[name]:
            return CHOICES[name](value).label
        if name in FILTERS:
            return Filter.stored(value, self.catalogues[FILTERS[name]]).describe()
        if name == "notified":
            return ", ".join(self.agents.get(pk, "–") for pk in value)
        if name == "further_languages":
            return ", ".join(dict(settings.LANGUAGES).get(code, code) for code in value)
        if name.endswith("_statuses"):
            return ", ".join(self.statuses.get(pk, "–") for pk in value.values())
        if isinstance(value, dict):
            return ", ".join(self.shown(each, name) for each in value.values())
        if isinstance(value, list):
            return ", ".join(self.called(each) for each in value)
        return str(value)

    def called(self, value):
        """One of a list: a column by its property's label, an option by its own."""
        if not isinstance(value, dict):
            return str(value)
        found = self.catalogues["ticket"].get(value["name"]) if "name" in value else None
        return str(found.label if found else value.get("label") or value.get("name") or value.get("url", ""))


def went(details):
    """Where the tickets of a removed status went."""
    words = ngettext(
        "%(tickets)d ticket got the status “%(to)s”", "%(tickets)d tickets got the status “%(to)s”", details["tickets"]
    )
    return words % details


def is_change(value):
    """Whether a detail holds from and to."""
    return isinstance(value, list) and len(value) == 2
