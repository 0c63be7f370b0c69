"""What keeps a domain or a portal from being deleted."""

from django.utils.translation import gettext as _

from loket.records.uses import Use


def portals_on(domain):
    """The portals that have their address on ``domain``."""
    for portal in domain.portals.order_by("name", "pk"):
        yield Use("portal", portal.pk, portal.name, _("portal “%(name)s” has its address there") % {"name": portal})


def customers_of(portal):
    """A portal that is on is in use."""
    if portal.is_on:
        yield Use("portal", portal.pk, portal.name, _("it is on: turn it off first"))
