"""What of this room uses a status, so that it is not deleted unseen."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from loket.records.uses import Use
from loket.tickets.closing import ClosingPolicy, ReplyPolicy

CHOSEN = {
    ClosingPolicy: gettext_noop("customers of “%(name)s” close tickets in it"),
    ReplyPolicy: gettext_noop("answered closed tickets of “%(name)s” move to it"),
}


def portals_naming(status):
    """The portals that have chosen ``status`` for closing or for replies (T10, T11)."""
    for policy, words in CHOSEN.items():
        for row in policy.objects.select_related("portal").order_by("pk"):
            if status.pk in getattr(row, policy.choices).values():
                yield Use("portal", row.portal_id, row.portal.name, _(words) % {"name": row.portal})
