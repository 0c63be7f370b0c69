"""Where the desk shows what a list names: what uses a record, what is missing or broken. Each entry is a link."""

from itertools import chain

from django.urls import reverse

from loket.desk.settings.shell import tab_address
from loket.people.needs import broken_segments
from loket.records.readiness import missing_for
from loket.tickets.needs import broken_filters
from loket.tickets.saved_views import broken_views

PAGES = {
    "ticket": "ticket",
    "contact": "contact",
    "company": "company",
    "portal": "settings-general",
    "form": "settings-form",
    "inbox": "settings-inbox",
    "property": "settings-property",
    "pipeline": "settings-pipeline",
    "segment": "settings-segment",
    "view": "saved-view",
    "email_channel": "settings-email-channel",
    "relay": "settings-relay",
}


def linked(uses):
    """[(use, address or "")] of what uses a record."""
    return [(use, page_of(use)) for use in uses]


def page_of(use):
    """Where a use is seen and changed: a tab of a portal's settings, the record's page, or ""."""
    if use.tab:
        return tab_address(use.pk, use.tab)
    return reverse(PAGES[use.kind], args=[use.pk]) if use.kind in PAGES else ""


def missing_of(portal):
    """[(what, address or "")] of what is missing before ``portal`` can be on (P6)."""
    return [(each, tab_address(portal.pk, each.tab)) for each in missing_for(portal)]


def all_broken():
    """[(use, address)] of every filter that makes no sense any more: it lets nothing through, holds nobody."""
    return linked(chain(broken_filters(), broken_segments(), broken_views()))
