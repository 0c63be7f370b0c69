"""A column of the list: a ticket property as customers meet it, with its heading."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from html import escape

from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.text import Truncator

from loket.guard.cells import safe_cell
from loket.properties import types
from loket.properties.catalogue import Property
from loket.tickets.models import ListPolicy
from loket.ui import dates

LONGEST = 140


@dataclass(frozen=True)
class Column:
    """``property`` is what ``WordingPolicy.shown`` gives: nothing behind it can be read, filtered or sorted by."""

    property: Property
    heading: str

    @property
    def name(self):
        return self.property.name

    @property
    def is_sortable(self):
        """Long texts are no key to sort by: a page's address could not hold them."""
        return self.property.is_sortable and self.property.type is not types.TEXT

    def value(self, raw):
        """The typed value of what the database gave."""
        return self.property.type.parse(raw) if self.property.is_custom else raw

    def words(self, raw):
        """The value in words."""
        if self.name == "hubspot_owner_id":
            return raw or ""  # the name that is shown (T7), also of an agent who left and is no option any more
        return str(self.property.show(raw))

    def teller(self, now, *, long=False):
        """``tell(raw)`` for many: the value for a page, escaped; a moment relative to ``now``.

        When ``long`` with the time of day, and long texts uncut.
        """
        if self.property.type is types.DATETIME:
            say = dates.teller(now, long=long)
        elif self.property.type is types.DATE:
            say = dates.day
        elif self.property.type is types.TEXT and not long:
            say = shortened
        else:
            say = cache(self._escaped) if self.property.choices else self._escaped

        def tell(raw):
            value = self.value(raw)
            return "" if value is None else say(value)

        return tell

    def _escaped(self, value):
        # Not Django's escape, whose laziness costs more than the escaping.
        return mark_safe(escape(self.words(value)))

    def writer(self):
        """``write(raw)`` for many: the value for a spreadsheet (C3)."""
        if self.property.choices:
            return cache(lambda raw: safe_cell(self.words(self.value(raw))))
        if self.property.type is types.DATETIME:
            zone = timezone.get_current_timezone()
            return lambda raw: "" if (value := self.value(raw)) is None else in_zone(value, zone)
        if self.property.type is types.NUMBER:
            return lambda raw: safe_cell(None if self.value(raw) is None else Decimal(self.property.export(raw)))
        return lambda raw: safe_cell(str(self.property.export(raw)))


def in_zone(moment, zone):
    """``moment`` as a spreadsheet reads it: strftime takes ten times as long."""
    return moment.astimezone(zone).replace(tzinfo=None).isoformat(" ", "seconds")


def shortened(text):
    """A long text cut to what a cell holds, escaped."""
    return mark_safe(escape(Truncator(" ".join(str(text).split())).chars(LONGEST)))


def columns_of(portal, wording):
    """The columns of ``portal``'s list as customers meet them under ``wording``."""
    return [Column(*shown) for shown in ListPolicy.shown_in(portal, wording)]
