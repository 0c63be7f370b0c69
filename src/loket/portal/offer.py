"""What the filters offer to choose from: no agent, status or choice that only tickets out of sight have."""

from dataclasses import replace
from functools import cached_property, partial

from django.utils.translation import get_language

from loket.properties import types
from loket.tickets.models import Ticket


class Offer:
    """The options of ``columns`` that tickets in ``sight`` have; read once, when the first of them is asked for."""

    def __init__(self, sight, columns):
        self.sight = sight
        self.columns = [each for each in columns if each.property.type in (types.CHOICE, types.MULTICHOICE)]

    def narrowed(self, column):
        """``column`` with these options only: another one is refused like one that does not exist."""
        if column not in self.columns:
            return column
        return replace(column, property=replace(column.property, choices=partial(self._options, column)))

    def take(self, columns, lines):
        """Need no query: ``lines``, the values of ``columns`` in each, are of all tickets in sight."""
        at = [columns.index(each) for each in self.columns]
        self._met = {tuple(values[place] for place in at) for values in lines}

    def _options(self, column):
        met = {values[self.columns.index(column)] for values in self._met} - {None}
        if column.property.type is types.MULTICHOICE:
            met = {part for value in met for part in value.split(";")}
        met = set(map(str, met))
        return [pair for pair in column.property.options.items() if pair[0] in met]

    @cached_property
    def _met(self):
        fields = [each.property.expression for each in self.columns]
        return self.sight.values(Ticket.objects, fields, shape=("offer", get_language()))
