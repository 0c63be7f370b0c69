"""Addresses of the settings, mounted at /desk/settings/. A section joins by its module's name in ``SECTIONS``."""

from itertools import chain

from loket.desk.settings import (
    access,
    agents,
    domains,
    email,
    form_links,
    general,
    inboxes,
    locks,
    mailbox_sign_in,
    mails,
    pages,
    pipelines,
    portals,
    previews,
    properties,
    segments,
    single_sign_on,
    statuses,
    tickets,
)

SECTIONS = (
    access, pages, single_sign_on, locks,
    portals, domains, general, tickets, form_links, mails, previews,
    properties, pipelines, statuses, segments, inboxes, email, mailbox_sign_in, agents,
)  # fmt: skip

urlpatterns = list(chain.from_iterable(section.urlpatterns for section in SECTIONS))
