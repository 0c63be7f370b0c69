"""A copied portal gets the policies of its original."""

from loket.portals.models import copied
from loket.tickets.policies import Policy


def listen():
    """Hear of copied portals."""
    copied.connect(copy_policies, dispatch_uid="policies")


def copy_policies(portal, original, **_more):
    """Copy the row of every policy there is: rooms and doors above have theirs by subclassing ``Policy``."""
    for policy in every(Policy):
        row = policy.objects.filter(portal=original).first()
        if row:
            row.pk, row.portal = None, portal
            row._state.adding = True
            row.save()


def every(policy):
    """The policies below ``policy`` that have a table."""
    for each in policy.__subclasses__():
        yield from every(each)
        if not each._meta.abstract:
            yield each
