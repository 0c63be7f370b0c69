"""Views of tickets: which tickets, how many, in which order, a page of them."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from loket.guard.deadlines import Deadline, TimeUpError
from loket.properties.catalogue import catalogue
from loket.tickets.models import SavedView, Ticket

PAGE = 50
MOST_COUNTED = 999
# What saved views count depends on what somebody typed: together they may take this long, in seconds.
COUNTING = 0.25
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class View:
    """A view of tickets; ``narrow(tickets, agent)`` picks those that stand in it.

    ``saved`` is the row of one that somebody saved; ``problem`` says why a broken one shows nothing.
    """

    slug: str
    label: str
    icon: str
    narrow: Callable
    shows_removed: bool = False
    saved: SavedView | None = None
    problem: str = ""

    def of(self, tickets, agent):
        """Those of ``tickets`` that stand in this view: what was put away, in the views for it only."""
        return self.narrow(tickets if self.shows_removed else tickets.kept(), agent)


VIEWS = {
    view.slug: view
    for view in (
        View("all-open", _("All open"), "inbox", lambda tickets, agent: tickets.open()),
        View("unassigned", _("Unassigned"), "user-x", lambda tickets, agent: tickets.open().unassigned()),
        View("mine", _("Mine"), "user", lambda tickets, agent: tickets.open().owned_by(agent)),
        View("waiting", _("Waiting"), "hourglass", lambda tickets, agent: tickets.waiting().newest_first()),
        View("closed", _("Closed"), "circle-check", lambda tickets, agent: tickets.closed()),
        View("spam", _("Spam"), "shield-alert", lambda tickets, agent: tickets.spam(), shows_removed=True),
        View("bin", _("Bin"), "trash-2", lambda tickets, agent: tickets.in_bin(), shows_removed=True),
    )
}
FIRST = "all-open"


def views_for(agent):
    """The views that ``agent`` works with, by slug: everybody's, then their own and the shared ones. One query or two."""
    saved = list(SavedView.objects.of(agent))
    properties = catalogue("ticket") if saved else {}
    kept = [view for view in VIEWS.values() if not view.shows_removed]
    views = [*kept, *(of_saved(each, properties) for each in saved)]
    return {view.slug: view for view in views} | VIEWS


def of_saved(saved, properties):
    """A saved view as a View."""
    rule = saved.filter(properties)
    icon = "users" if saved.is_shared else "list-filter"
    narrow = lambda tickets, agent: tickets.filter(rule.q())  # noqa: E731
    return View(f"saved-{saved.pk}", saved.name, icon, narrow, saved=saved, problem=rule.problem)


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


def counts(tickets, agent, views):
    """How many tickets stand in each of ``views``, as people read it: up to "999+"; "" where it took too long.

    The built-in views have an index each; saved ones share a deadline. Nobody counts what was put away.
    """
    found, deadline = dict.fromkeys(views, ""), Deadline(COUNTING)
    counting = {slug: view.of(tickets, agent) for slug, view in views.items() if not view.shows_removed}
    saved = {slug for slug in counting if views[slug].saved}
    for slug in counting.keys() - saved:
        found[slug] = counted(counting[slug])

    def count_saved():
        for slug in saved:
            if deadline.left:
                found[slug] = counted(counting[slug])

    if saved:
        with suppress(TimeUpError):
            deadline.read(count_saved)
    return found


def counted(tickets):
    """The number of ``tickets`` up to "999+"."""
    count = tickets[: MOST_COUNTED + 1].count()
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count)
