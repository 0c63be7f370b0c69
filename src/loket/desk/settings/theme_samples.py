"""What the preview of a theme shows: invented tickets, or those that the portal could show, as the agent may read them."""

from datetime import timedelta
from functools import cached_property
from typing import NamedTuple

from django.db.models import F
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from loket.conversations import pictures
from loket.conversations.models import Message
from loket.properties.catalogue import catalogue
from loket.tickets.models import Ticket
from loket.tickets.visibility import Onlooker, Sight

TICKETS = 10
LETTERS = 4
FIELDS = ("subject", "requested_by")


class Line(NamedTuple):
    """A row of the list; ``time`` is its last activity."""

    pk: int
    subject: str
    requested_by: str
    time: object
    is_closed: bool
    is_unread: bool = False


class Sample:
    """Of a portal's tickets: ``lines`` are the list, ``newest`` is the ticket that is open, ``letters`` what was said in it."""

    @property
    def newest(self):
        return next(iter(self.lines), None)

    @property
    def counts(self):
        closed = sum(each.is_closed for each in self.lines)
        return {"all": len(self.lines), "open": len(self.lines) - closed, "closed": closed}


class Invented(Sample):
    """Words that nobody wrote."""

    @cached_property
    def lines(self):
        now = timezone.now()
        return [
            Line(1042, _("The invoice of October shows the old address"), "Alice Jansen",
                 now - timedelta(minutes=5), is_closed=False, is_unread=True),
            Line(1038, _("How do we add a second delivery address?"), "Bob de Vries",
                 now - timedelta(days=1), is_closed=False),
            Line(1017, _("The parcel arrived damaged"), "Alice Jansen", now - timedelta(days=7), is_closed=True),
        ]  # fmt: skip

    @property
    def letters(self):
        """A question and its answer."""
        asked = _("We moved in September, and the invoice still shows our old address. Could you send it anew?")
        answer, link = _("It is changed, and the new invoice is on its way."), _("See what you need to check")
        answered = format_html('<p>{} <a href="#">{}</a></p>', answer, link)
        now = timezone.now()
        return [
            letter(1, "customer", "Alice Jansen", now - timedelta(days=1), format_html("<p>{}</p>", asked)),
            letter(2, "agent", "Dora", now - timedelta(minutes=5), answered),
        ]


class Real(Sample):
    """The newest tickets that the portal could show (T3), of those that ``agent`` may read."""

    def __init__(self, portal, wording, agent):
        self.portal, self.wording, self.agent = portal, wording, agent

    @cached_property
    def lines(self):
        properties = catalogue("ticket")
        fields = [F("closed_at"), *(self.wording.shown(name, properties).expression for name in FIELDS)]
        sight = Sight.of(Onlooker(self.agent), self.portal)
        return [
            Line(place.pk, subject, requested_by or "", place.key, is_closed=closed_at is not None)
            for place, closed_at, subject, requested_by in sight.rows(
                Ticket.objects.visible_to_agent(self.agent), fields, n=TICKETS
            )
        ]

    @property
    def letters(self):
        """The last words that customers see of the newest ticket."""
        found = Message.objects.shown_of(self.newest.pk).order_by("-created_at", "-pk")[:LETTERS]
        return [self.letter(each) for each in reversed(found)]

    def letter(self, message):
        """One message, without its files; an agent goes by the name that customers meet (T7)."""
        is_agents = not message.is_incoming
        customer = message.contact.name if message.contact else message.author_name
        name = self.wording.agent_name(message.agent) if is_agents else customer
        html = pictures.shown(message.html, message.pictures, [])
        return letter(message.pk, "agent" if is_agents else "customer", name, message.created_at, html)


def letter(pk, kind, name, time, html):
    """A letter for ``ui/message.html``."""
    role = _("Support team") if kind == "agent" else ""
    return {"id": f"message-{pk}", "kind": kind, "name": name, "role": role, "time": time, "html": html}
