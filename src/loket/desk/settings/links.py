"""Where the desk shows a record of each kind: for lists of uses, each a link."""

from django.urls import reverse

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
}


def linked(uses):
    """[(use, address or "")] of what uses a record."""
    return [(use, reverse(PAGES[use.kind], args=[use.pk]) if use.kind in PAGES else "") for use in uses]
