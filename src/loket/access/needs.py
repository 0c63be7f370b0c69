"""What of this room a portal needs before it can be on, and what keeps it from being deleted."""

from django.utils.translation import gettext as _

from loket.access.models import Membership
from loket.access.policies import AccessPolicy
from loket.records.readiness import Missing
from loket.records.uses import Use

NAMED = 10


def entry_to(portal):
    """Somebody must be let in, or let themselves in."""
    if not AccessPolicy.of(portal).is_open and not Membership.objects.filter(portal=portal).exists():
        yield Missing("access", _("Let anyone register, or give at least one contact access: nobody may enter yet."))


def members_of(portal):
    """The first ten members of ``portal``."""
    memberships = Membership.objects.filter(portal=portal).select_related("contact").order_by("pk")
    for each in memberships[:NAMED]:
        yield Use("contact", each.contact_id, each.contact.name, _("%(name)s may enter it") % {"name": each.contact})
