"""The frame of every settings page: who may open it, the sections at the left, a portal's tabs and its picker."""

from functools import wraps
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from loket.desk.agents import agent_required
from loket.desk.settings.changes import changes_of
from loket.portals.models import Portal
from loket.tickets.needs import broken_filters


class Section(NamedTuple):
    """An entry at the left. ``address`` is a URL name; ``is_of_team`` ones are for administrators only."""

    slug: str
    label: str
    icon: str
    address: str
    is_of_team: bool = False


class Tab(NamedTuple):
    """A tab of one portal's settings; ``address`` is a URL name that takes the portal's id."""

    slug: str
    label: str
    address: str


GROUPS = (
    (
        _("Portals"),
        (
            Section("customer-portal", _("Customer portal"), "panels-top-left", "settings-customer-portal"),
            Section("portals", _("All portals"), "layers", "settings-portals"),
            Section("domains", _("Domains"), "globe", "settings-domains"),
            Section("forms", _("Forms"), "clipboard-list", "settings-forms", is_of_team=True),
        ),
    ),
    (
        _("Records"),
        (
            Section("properties", _("Properties"), "list", "settings-all-properties", is_of_team=True),
            Section("pipelines", _("Pipelines"), "waypoints", "settings-pipelines", is_of_team=True),
            Section("segments", _("Segments"), "contact", "settings-segments", is_of_team=True),
        ),
    ),
    (
        _("Team"),
        (
            Section("agents", _("Agents"), "users", "settings-agents", is_of_team=True),
            Section("locks", _("Locked sign-ins"), "lock", "settings-locks", is_of_team=True),
            Section("inboxes", _("Inboxes"), "inbox", "settings-inboxes", is_of_team=True),
            Section("email", _("E-mail"), "mail", "settings-email", is_of_team=True),
        ),
    ),
)
TABS = (
    Tab("general", _("General"), "settings-general"),
    Tab("tickets", _("Tickets"), "settings-tickets"),
    Tab("form", _("Form"), "settings-form-links"),
    Tab("access", _("Access"), "settings-access"),
    Tab("mails", _("E-mails"), "settings-mails"),
    Tab("theme", _("Theme"), "settings-theme"),
    Tab("pages", _("Pages"), "settings-pages"),
    Tab("languages", _("Languages"), "settings-languages"),
)


def right_required(has_right):
    """A decorator for views: agents for whom ``has_right(user)`` come in, others meet 403, strangers the sign-in page."""

    def guard(view):
        @agent_required
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not has_right(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return guard


settings_required = right_required(lambda user: user.may_set_portals)
# What concerns the whole desk, or who may do what, is not for the portals' right alone.
administrator_required = right_required(lambda user: user.is_administrator)


def portal_or_404(portal_id, *, lock=False):
    """The portal with its domain. With ``lock``, inside a transaction, no other administrator saves meanwhile."""
    portals = Portal.objects.select_related("domain").filter(pk=portal_id)
    portal = (portals.select_for_update(of=("self",)) if lock else portals).first()
    if portal is None:
        raise Http404
    return portal


def render_settings(request, template, section, *, status=200, portal=None, **context):
    """Answer with ``template`` (extends desk/settings/base.html) inside the shell.

    ``section`` is a section's slug; with ``portal`` it is a tab's slug: the page then has tabs, picker and changes.
    """
    frame = {"groups": groups(request.user, "customer-portal" if portal else section), "section": section}
    if portal:
        frame |= {
            "portal": portal,
            "tabs": [(tab.label, reverse(tab.address, args=[portal.pk]), tab.slug == section) for tab in TABS],
            "portals": picker(portal, section),
            "changes": changes_of(portal),
            "broken": [(each, tab_address(portal.pk, each.tab)) for each in broken_filters(portal)],
        }
    return render(request, template, frame | context, status=status)


def tab_address(portal_id, slug):
    """Where a portal's tab is, "" for a tab that is not there."""
    return next((reverse(tab.address, args=[portal_id]) for tab in TABS if tab.slug == slug), "")


def groups(user, here):
    """The sections that ``user`` may open: (label, [(section, address, whether it is ``here``)])."""
    shown = []
    for label, sections in GROUPS:
        mine = [each for each in sections if user.is_administrator or not each.is_of_team]
        shown.append((label, [(each, reverse(each.address), each.slug == here) for each in mine]))
    return [(label, rows) for label, rows in shown if rows]


def picker(portal, here):
    """All portals, each at the tab that is open: (portal, address, whether it is this one)."""
    address = next((tab.address for tab in TABS if tab.slug == here), "settings-general")
    every = Portal.objects.select_related("domain").order_by("name", "pk")
    return [(each, reverse(address, args=[each.pk]), each.pk == portal.pk) for each in every]
