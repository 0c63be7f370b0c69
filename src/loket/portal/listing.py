"""The list of tickets as one customer asks for it: page and export are made from the same object (C1–C3, T4)."""

from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import F, Q
from django.utils.translation import get_language

from loket.guard.text import clean_line
from loket.portal import cursors
from loket.portal.columns import columns_of
from loket.portal.filters import ColumnFilter
from loket.portal.offer import Offer
from loket.tickets.models import Ticket
from loket.tickets.visibility import NEWEST, Order, Sight

SIZE = 25
MOST_COUNTED = 999
# More are read by the index of their last activity only: to sort them otherwise means to read them all.
MOST_SORTED = 10_000
ACTIVITY = "hs_lastactivitydate"
STATUSES = {"all": None, "open": True, "closed": False}


class Line(NamedTuple):
    """One ticket of a list. ``values`` belong to the listing's columns, in their order."""

    pk: int
    last_activity_at: object
    is_closed: bool
    values: list


class Page(NamedTuple):
    """Up to 25 lines; ``previous`` and ``next`` are cursors, "" where there is nothing more."""

    lines: list
    previous: str
    next: str
    is_whole: bool


class Listing:
    """What ``query`` (a QueryDict, never trusted) asks for, of what ``member`` sees in ``portal``.

    Whatever in it makes no sense is left out: an unknown sort, a wrong date, a broken cursor.
    """

    def __init__(self, query, member, portal, wording):
        sight = Sight.of(member, portal)
        self.query, self.member = query, member
        self.has_views = sight.sees_company
        self.is_own = self.has_views and query.get("view") == "own"
        self.q = clean_line(query.get("q", ""), 200)
        part = sight.only_own() if self.is_own else sight
        self.sight = part.holding(self.q) if self.q else part
        self.columns = columns_of(portal, wording)
        self.status = query.get("status") if query.get("status") in STATUSES else "all"
        self.sort, self.order = self._sorting(query.get("sort", ""))
        # With "Open" and "Closed" the segments above the list say it all.
        filtered = [
            each
            for each in self.columns
            if each.property.is_filterable and list(each.property.options) != ["open", "closed"]
        ]
        self.offer = Offer(sight, filtered)
        self.filters = [ColumnFilter(self.offer.narrowed(each), query) for each in filtered]
        self.is_too_long = self.order.key is not None and self._is_too_long()
        if self.is_too_long:
            self.sort, self.order = "", NEWEST

    def _sorting(self, wanted):
        name, is_descending = wanted.removeprefix("-"), wanted.startswith("-")
        column = next((each for each in self.columns if each.name == name and each.is_sortable), None)
        if column is None or wanted == f"-{ACTIVITY}":
            return "", NEWEST
        return wanted, Order(None if name == ACTIVITY else column.property.sort_key, is_descending)

    def _is_too_long(self):
        """Whether there are too many tickets to sort them by a column that has no index."""
        is_open = STATUSES[self.status]
        return self.sight.count(Ticket.objects, where=self.where, is_open=is_open, most=MOST_SORTED) > MOST_SORTED

    @cached_property
    def where(self):
        """The filters as one Q."""
        where = Q()
        for each in self.filters:
            for condition in each.conditions:
                where &= condition.q()
        return where

    @property
    def is_narrowed(self):
        """Whether something besides the status hides tickets that could be shown."""
        return bool(self.q or self.filters_set)

    @property
    def filters_set(self):
        """How many filters are set."""
        return sum(each.is_set for each in self.filters)

    def _asked(self):
        fields = [F("last_activity_at"), F("closed_at"), *(each.property.expression for each in self.columns)]
        return {"fields": fields, "where": self.where, "is_open": STATUSES[self.status], "order": self.order} | {
            "shape": (get_language(), self.sort)
        }

    def page(self):
        """The page that the address asks for."""
        after, before = (self._place(self.query.get(name, "")) for name in ("after", "before"))
        rows = self._read(after=after, before=before)
        if (before and len(rows) <= SIZE) or (after and not rows):
            after = before = None
            rows = self._read()
        is_more, places = len(rows) > SIZE, rows[-SIZE:] if before else rows[:SIZE]
        first, last = (self._cursor(places[at][0]) if places else "" for at in (0, -1))
        lines = [line(row) for row in places]
        is_whole = not (after or before or is_more or STATUSES[self.status] is not None)
        if is_whole and not self.is_narrowed and not self.is_own:
            self.offer.take(self.columns, [each.values for each in lines])
        return Page(
            lines=lines,
            previous=first if (is_more if before else after) else "",
            next=last if before or is_more else "",
            is_whole=is_whole,
        )

    def _read(self, **places):
        return self.sight.rows(Ticket.objects, n=SIZE + 1, **places, **self._asked())

    def walk(self, chunk):
        """Every line of every page in order, read ``chunk`` at a time."""
        return map(line, self.sight.walk(Ticket.objects, chunk=chunk, **self._asked()))

    def counts(self, page):
        """How many tickets there are, in words, by status; a page that holds all of them counts itself."""
        if page.is_whole:
            closed = sum(each.is_closed for each in page.lines)
            found = {"open": len(page.lines) - closed, "closed": closed}
        else:
            found = {
                status: self.sight.count(Ticket.objects, where=self.where, is_open=is_open, most=MOST_COUNTED)
                for status, is_open in STATUSES.items()
                if is_open is not None
            }
        found["all"] = found["open"] + found["closed"]
        return {status: str(n) if n <= MOST_COUNTED else f"{MOST_COUNTED}+" for status, n in found.items()}

    def _place(self, text):
        return cursors.unpack(text, self._sorted_by) if text else None

    def _cursor(self, place):
        return cursors.pack(place, self._sorted_by)

    @property
    def _sorted_by(self):
        """What a cursor is good for: a changed setting may sort by keys of another kind under the same name."""
        return f"{self.sort} {self.order.kind(Ticket)}"

    def parameters(self, **changes):
        """What stands in the address of this list, without its place, changed by ``changes``; None or "" removes."""
        found = {
            "view": "own" if self.is_own else "",
            "status": "" if self.status == "all" else self.status,
            "q": self.q,
            "sort": self.sort,
        }
        for each in self.filters:
            found |= each.parameters
        return {name: value for name, value in (found | changes).items() if value}

    def address(self, **changes):
        """A relative address of this list with ``changes``."""
        parameters = self.parameters(**changes)
        return f"?{urlencode(parameters)}" if parameters else "./"


def line(row):
    """A row of sight as a Line."""
    place, last_activity_at, closed_at, *values = row
    return Line(place.pk, last_activity_at, closed_at is not None, values)
