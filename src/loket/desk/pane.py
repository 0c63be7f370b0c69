"""The list pane: a view of tickets, searched and sorted, beside the ticket that is open. Its state is the address."""

from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from loket.conversations.documents import held_by_agents
from loket.conversations.models import Message
from loket.desk import queues
from loket.desk.agents import tickets_for
from loket.desk.switch import InboxSwitch
from loket.guard.text import clean_line
from loket.portals.models import Portal
from loket.tickets.properties import first_contact
from loket.ui.dates import time_tag
from loket.ui.templatetags.ui import avatar, pill

MOST_PORTALS = 5
MOST_NOTICES = 99
PRIORITY_PILLS = {"HIGH": "warning", "URGENT": "danger"}


class Pane:
    """What the address says of the list: inbox, view, search, order, place. ``current`` is the open ticket, if any."""

    def __init__(self, request, view=None, current=None):
        asked = request.GET
        self.request, self.current = request, current
        self.switch = InboxSwitch(request)
        self.view = views_of(request).get(view or asked.get("view"), queues.VIEWS[queues.FIRST])
        self.order = queues.ORDERS.get(asked.get("sort"), queues.ORDERS["newest"])
        self.query = clean_line(asked.get("q", ""), 200)
        self.is_everywhere = bool(self.query) and asked.get("in") == "all"
        self.after = self.order.read(asked.get("after"))
        self.before = None if self.after else self.order.read(asked.get("before"))
        self.place = {name: asked[name] for name in ("after", "before") if getattr(self, name)}

    def state(self, **changes):
        """The list's state for an address, without what is so by itself."""
        everywhere = "all" if self.is_everywhere else ""
        state = {"inbox": self.switch.slug, "q": self.query, "in": everywhere, "sort": self.order.slug} | changes
        return {name: value for name, value in state.items() if value and (name, value) != ("sort", "newest")}

    def address(self, view=None, **changes):
        """This list's address, with ``changes``; a new order or search begins at its first page."""
        query = urlencode(self.state(**changes))
        return reverse("view", args=[(view or self.view).slug]) + (f"?{query}" if query else "")

    @cached_property
    def suffix(self):
        """The state as the query of a ticket's address, so that the list stays beside it."""
        query = urlencode(self.parameters)
        return f"?{query}" if query else ""

    @property
    def parameters(self):
        """{name: value} of the state for the address of a ticket beside this list."""
        view = {} if self.view.slug == queues.FIRST else {"view": self.view.slug}
        return view | self.state(**self.place)

    def ticket_address(self, ticket_id, **more):
        """The address of a ticket beside this list."""
        query = urlencode(more)
        joined = f"{self.suffix}&{query}" if self.suffix and query else self.suffix or (f"?{query}" if query else "")
        return f"{self._tickets}{ticket_id}/{joined}"

    @cached_property
    def _tickets(self):
        return reverse("ticket", args=[0]).removesuffix("0/")

    @cached_property
    def tickets(self):
        """All tickets of the list, in no order."""
        tickets = self.switch.narrow(tickets_for(self.request))
        tickets = tickets.kept() if self.is_everywhere else self.view.of(tickets, self.request.user)
        return tickets.filter(held_by_agents(self.query)) if self.query else tickets

    @cached_property
    def page(self):
        """The page of tickets at this place. Two queries with ``rows``, whatever their number."""
        tickets = self.tickets.select_related("status", "owner").defer("content", "custom")
        tickets = tickets.annotate(requested_by=first_contact())
        return queues.page_of(tickets, self.order, after=self.after, before=self.before)

    @cached_property
    def rows(self):
        """The page as dicts for the template; dates and labels are made once, here."""
        messages = Message.objects.visible_to_agent(self.request.user).last_of(self.page.tickets)
        now = timezone.now()
        return [self.row(ticket, messages.get(ticket.pk), now) for ticket in self.page.tickets]

    def row(self, ticket, last, now):
        """One ticket of the list; it weighs more while its last word is the customer's: it waits for us."""
        return {
            "address": self.ticket_address(ticket.pk),
            "number": ticket.pk,
            "sender": ticket.requested_by or _("Nobody"),
            "subject": ticket.subject,
            "line": line_of(last, self.request.user),
            "time": time_tag(ticket.last_activity_at, now),
            "owner": ticket.owner and ticket.owner.name,
            "face": avatar(ticket.owner.name, "", "small") if ticket.owner else "",
            "pill": priority_pill(ticket),
            "is_waiting": bool(ticket.waiting_since and not ticket.is_closed),
            "is_current": ticket.pk == self.current,
        }

    @cached_property
    def is_desk_empty(self):
        """Whether there is no ticket at all; asked only where the list is empty."""
        return not (self.rows or tickets_for(self.request).exists())

    @cached_property
    def portals(self):
        """The portals in which customers can file tickets, for an empty desk."""
        return list(Portal.objects.select_related("domain").order_by("name", "pk")[:MOST_PORTALS])

    @property
    def title(self):
        """What the list shows."""
        return _("All tickets") if self.is_everywhere else self.view.label

    @property
    def change_url(self):
        """Where this view is changed, by who may change it."""
        saved = self.view.saved
        may_change = saved and (self.request.user.is_administrator or saved.owner_id == self.request.user.pk)
        return reverse("saved-view", args=[saved.pk]) if may_change else ""

    @property
    def orders(self):
        """The sort menu: (order, address, whether it is this one)."""
        return [(each, self.address(sort=each.slug), each == self.order) for each in queues.ORDERS.values()]

    @property
    def previous_url(self):
        return self.page.before and self.address(before=self.page.before)

    @property
    def next_url(self):
        return self.page.after and self.address(after=self.page.after)

    @property
    def here_url(self):
        """This list itself, at this page."""
        return self.address(**self.place)

    @property
    def cleared_url(self):
        return self.address(**{"q": "", "in": ""})

    @property
    def narrow_url(self):
        return self.address(**{"in": ""})

    @property
    def everywhere_url(self):
        return self.address(**{"in": "all"})


def views_of(request):
    """The views that the agent works with, asked for once in a request: the rail and the list show the same."""
    if not hasattr(request, "ticket_views"):
        request.ticket_views = queues.views_for(request.user)
    return request.ticket_views


def line_of(message, reader):
    """One line of a ticket's last message; an agent's begins with whose it is."""
    if message is None:
        return ""
    line = " ".join(message.line.split())
    if message.is_incoming:
        return line
    if message.agent_id == reader.pk:
        return _("You: %(text)s") % {"text": line}
    return _("%(name)s: %(text)s") % {"name": message.author_name.partition(" ")[0], "text": line}


def priority_pill(ticket):
    """A pill for what is urgent; the usual says nothing."""
    kind = PRIORITY_PILLS.get(ticket.priority)
    return pill(ticket.get_priority_display(), kind) if kind else ""


class Rail(NamedTuple):
    """The desk's rail: its views as dicts, the chosen inbox's name, the menu of the inbox switch (see ``offers``),
    and how many notices are unread, "" for none."""

    views: list[dict]
    inbox: str
    inboxes: list[tuple]
    notices: str


def rail(request, pane=None):
    """The rail's views with their counts in the chosen inbox; the one that ``pane`` shows is marked."""
    switch, views = pane.switch if pane else InboxSwitch(request), views_of(request)
    found = queues.counts(switch.narrow(tickets_for(request)), request.user, views)
    here = pane.view if pane and not pane.is_everywhere else None
    rows = [
        {
            "label": view.label,
            "icon": "triangle-alert" if view.problem else view.icon,
            "problem": view.problem,
            "count": found[slug],
            "address": switch.view_address(view),
            "is_here": here is not None and slug == here.slug,
        }
        for slug, view in views.items()
    ]
    return Rail(rows, switch.title, switch.offers(here or queues.VIEWS[queues.FIRST]), unread(request.user))


def unread(agent):
    """How many notices wait, as the rail shows it."""
    count = len(agent.notices.unread().values("pk")[: MOST_NOTICES + 1])
    return f"{MOST_NOTICES}+" if count > MOST_NOTICES else str(count or "")
