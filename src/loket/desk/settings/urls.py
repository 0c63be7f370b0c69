"""Addresses of the settings, mounted at /desk/settings/. A section joins by its module's name in ``SECTIONS``."""

from itertools import chain

from loket.desk.settings import (
    access,
    agents,
    consent,
    domains,
    email,
    form_builder,
    form_elements,
    form_links,
    form_sending,
    general,
    groups,
    inboxes,
    languages,
    locks,
    mailbox_sign_in,
    mails,
    memberships,
    pages,
    pipelines,
    portals,
    previews,
    properties,
    relays,
    second_factors,
    segments,
    sending_domains,
    single_sign_on,
    statuses,
    submissions,
    themes,
    tickets,
)

SECTIONS = (
    access, groups, pages, single_sign_on, consent, locks, second_factors, memberships,
    portals, domains, general, tickets, form_links, mails, themes, languages, previews,
    properties, pipelines, statuses, segments, inboxes, email, mailbox_sign_in, relays, sending_domains, agents,
    form_builder, form_elements, form_sending, submissions,
)  # fmt: skip

urlpatterns = list(chain.from_iterable(section.urlpatterns for section in SECTIONS))
