"""What of this room a portal needs before it can be on, and what keeps it from being deleted."""

from django.utils.translation import gettext as _

from loket.access.models import AccessGroup, Membership
from loket.access.policies import AccessPolicy
from loket.records.readiness import Missing
from loket.records.uses import Use

NAMED = 10


def entry_to(portal):
    """Somebody must be let in, or let themselves in."""
    if AccessPolicy.of(portal).is_open or AccessGroup.objects.filter(portal=portal).exists():
        return
    if not Membership.objects.filter(portal=portal).exists():
        words = _("Let anyone register, choose an access group, or let a contact in: nobody may enter yet.")
        yield Missing("access", words)


def members_of(portal):
    """The first ten members of ``portal``."""
    memberships = Membership.objects.filter(portal=portal).select_related("contact").order_by("pk")
    for each in memberships[:NAMED]:
        yield Use("contact", each.contact_id, each.contact.name, _("%(name)s may enter it") % {"name": each.contact})


def portals_admitting(segment):
    """The portals that have ``segment`` as an access group."""
    for group in AccessGroup.objects.filter(segment=segment).select_related("portal").order_by("portal__name"):
        words = _("portal “%(name)s” admits its people") % {"name": group.portal}
        yield Use("portal", group.portal_id, group.portal.name, words)
