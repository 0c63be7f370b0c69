"""What of this room a portal needs before it can be on, and what keeps an inbox from being deleted."""

from django.utils.translation import gettext as _

from loket.conversations.models import RoutingPolicy, Thread
from loket.records.readiness import Missing
from loket.records.uses import Use

NAMED = 10


def inbox_of(portal):
    """What customers write must arrive somewhere (P5)."""
    if not RoutingPolicy.objects.filter(portal=portal).exists():
        yield Missing("general", _("Choose an inbox."))


def uses_of_inbox(inbox):
    """The portals that send their customers' words to ``inbox`` (P5), and its first ten conversations."""
    for policy in RoutingPolicy.objects.filter(inbox=inbox).select_related("portal").order_by("pk"):
        words = _("what customers write in the portal “%(name)s” arrives in it") % {"name": policy.portal}
        yield Use("portal", policy.portal_id, policy.portal.name, words, "general")
    for thread in Thread.objects.filter(inbox=inbox).exclude(ticket=None).order_by("pk")[:NAMED]:
        words = _("a conversation of ticket #%(number)s is in it") % {"number": thread.ticket_id}
        yield Use("ticket", thread.ticket_id, thread.subject, words)


def uses_of_relay(relay):
    """The inboxes whose mail leaves through ``relay``."""
    for inbox in relay.inboxes.all():
        yield Use(
            "inbox",
            inbox.pk,
            inbox.name,
            _("what agents write in the inbox “%(name)s” leaves through it") % {"name": inbox},
        )
