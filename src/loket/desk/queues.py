"""Views of tickets: which tickets, how many, in which order, a page of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from loket.tickets.models import Ticket

PAGE = 50
MOST_COUNTED = 999
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class View:
    """A view of tickets; ``narrow(tickets, agent)`` picks those that stand in it."""

    slug: str
    label: str
    icon: str
    narrow: Callable
    shows_removed: bool = False

    def of(self, tickets, agent):
        """Those of ``tickets`` that stand in this view: what was put away, in the views for it only."""
        return self.narrow(tickets if self.shows_removed else tickets.kept(), agent)


VIEWS = {
    view.slug: view
    for view in (
        View("all-open", _("All open"), "inbox", lambda tickets, agent: tickets.open()),
        View("unassigned", _("Unassigned"), "user-x", lambda tickets, agent: tickets.open().unassigned()),
        View("mine", _("Mine"), "user", lambda tickets, agent: tickets.open().owned_by(agent)),
        View("closed", _("Closed"), "circle-check", lambda tickets, agent: tickets.closed()),
        View("spam", _("Spam"), "shield-alert", lambda tickets, agent: tickets.spam(), shows_removed=True),
        View("bin", _("Bin"), "trash-2", lambda tickets, agent: tickets.in_bin(), shows_removed=True),
    )
}
FIRST = "all-open"


class Place(NamedTuple):
    """A place in a sorted list: the sort key of a row and its ticket's id."""

    key: object
    pk: int


@dataclass(frozen=True)
class Order:
    """A way to sort, by a column with an index; the ticket's id decides between equals."""

    slug: str
    label: str
    column: str
    is_descending: bool
    is_number: bool = False

    def beyond(self, place, is_descending):
        """Rows after ``place`` in this direction; the plain range bounds the scan of the index."""
        side = "lt" if is_descending else "gt"
        tie = Q(**{f"{self.column}__{side}": place.key}) | Q(**{f"pk__{side}": place.pk})
        return Q(**{f"{self.column}__{side}e": place.key}) & tie

    def place_of(self, ticket):
        """Where ``ticket`` stands, as text for an address."""
        key = getattr(ticket, self.column)
        number = key if isinstance(key, int) else (key - EPOCH) // timedelta(microseconds=1)
        return f"{number}.{ticket.pk}"

    def read(self, text):
        """The place that ``place_of`` wrote, or None for what is none."""
        key, dot, pk = (text or "").partition(".")
        if not (dot and key.isascii() and key.isdigit() and pk.isascii() and pk.isdigit()) or len(text) > 40:
            return None
        if self.is_number:
            return Place(int(key), int(pk))
        try:
            return Place(EPOCH + timedelta(microseconds=int(key)), int(pk))
        except OverflowError:
            return None


ORDERS = {
    order.slug: order
    for order in (
        Order("newest", _("Newest activity"), "last_activity_at", True),
        Order("oldest", _("Oldest activity"), "last_activity_at", False),
        Order("created", _("Newest ticket"), "pk", True, is_number=True),
        Order("priority", _("Highest priority"), "priority_rank", True, is_number=True),
    )
}


class Page(NamedTuple):
    """Up to 50 tickets, and the places from which the pages before and after them are read."""

    tickets: list[Ticket]
    before: str | None
    after: str | None


def page_of(tickets, order, *, after=None, before=None):
    """A page of ``tickets`` in ``order``, from the place ``after`` on or up to the place ``before``."""
    is_descending = order.is_descending != (before is not None)
    if place := after or before:
        tickets = tickets.filter(order.beyond(place, is_descending))
    sign = "-" if is_descending else ""
    rows = list(tickets.order_by(f"{sign}{order.column}", f"{sign}pk")[: PAGE + 1])
    is_more, rows = len(rows) > PAGE, rows[:PAGE]
    if before:
        rows.reverse()
    has_previous, has_next = (is_more, True) if before else (after is not None, is_more)
    return Page(
        rows,
        order.place_of(rows[0]) if rows and has_previous else None,
        order.place_of(rows[-1]) if rows and has_next else None,
    )


def counts(tickets, agent):
    """How many tickets stand in each view, as people read it: up to "999+". Nobody counts what was put away."""
    views = {slug: view for slug, view in VIEWS.items() if not view.shows_removed}
    found = {slug: view.of(tickets, agent)[: MOST_COUNTED + 1].count() for slug, view in views.items()}
    return {slug: f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count) for slug, count in found.items()}
