"""What a customer filters the list by (C2): one filter for each column, read from the address.

A parameter is ``<property>.<comparison>``, such as ``createdate.from``; the dot keeps properties of any name apart from
the list's own parameters.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loket.properties import types
from loket.properties.filters import Condition
from loket.ui import dates

LONGEST = 200
KINDS = {
    "string": "text", "text": "text", "number": "number", "date": "date", "datetime": "date",
    "choice": "choice", "multichoice": "choice", "bool": "choice",
}  # fmt: skip
COMPARISONS = {
    "text": {"has": ("CONTAINS_TOKEN", gettext_lazy("Contains"))},
    "choice": {"is": ("EQ", gettext_lazy("Is"))},
    "date": {"from": ("GTE", gettext_lazy("From")), "to": ("LTE", gettext_lazy("To"))},
    "number": {"min": ("GTE", gettext_lazy("At least")), "max": ("LTE", gettext_lazy("At most"))},
}


@dataclass
class Box:
    """One field of a filter: what was typed, and what is wrong with it."""

    parameter: str
    label: str
    typed: str
    error: str = ""

    @property
    def id(self):
        return f"filter-{self.parameter.replace('.', '-')}"


class ColumnFilter:
    """The filter of one column. What makes no sense is said beside its field and not applied."""

    def __init__(self, column, query):
        self.column, self.kind = column, KINDS[column.property.type.name]
        self.boxes, self.conditions = [], []
        for comparison, (operator, label) in COMPARISONS[self.kind].items():
            parameter = f"{column.name}.{comparison}"
            box = Box(parameter, label, query.get(parameter, "").strip()[:LONGEST])
            self.boxes.append(box)
            if box.typed:
                self._apply(box, operator)

    def _apply(self, box, operator):
        try:
            self.conditions.append(self._condition(operator, box.typed))
        except ValidationError as error:
            box.error = " ".join(error.messages)

    def _condition(self, operator, typed):
        found = self.column.property
        data = {"propertyName": found.name, "operator": operator, "value": typed}
        if found.type is types.MULTICHOICE:
            data |= {"operator": "IN", "values": [typed]}
        elif found.type is types.DATETIME:
            data |= whole_days(operator, types.DATE.parse(typed))
        return Condition.clean(data, {found.name: found})

    @property
    def is_set(self):
        return any(box.typed for box in self.boxes)

    @property
    def has_error(self):
        return any(box.error for box in self.boxes)

    @property
    def options(self):
        """Values and labels to choose from."""
        return self.column.property.options.items()

    @property
    def parameters(self):
        """{parameter: typed} of what is set."""
        return {box.parameter: box.typed for box in self.boxes if box.typed}

    @property
    def said(self):
        """What is set, in words; empty when nothing is."""
        if not self.is_set or self.has_error:
            return ""
        words = [self._said(box.typed) for box in self.boxes]
        if len(words) == 1:
            return f"“{words[0]}”"
        if all(words):
            return words[0] if words[0] == words[1] else f"{words[0]} – {words[1]}"
        pattern = _("from %(value)s") if words[0] else _("up to %(value)s")
        return pattern % {"value": words[0] or words[1]}

    def _said(self, typed):
        return dates.day(types.DATE.parse(typed)) if typed and self.kind == "date" else typed


def whole_days(operator, day):
    """A condition on a moment that means all of ``day`` in the current time zone."""
    try:
        start = day if operator == "GTE" else day + timedelta(days=1)
    except OverflowError as error:
        raise ValidationError(_("Choose an earlier date.")) from error
    return {"operator": "GTE" if operator == "GTE" else "LT", "value": datetime.combine(start, time()).isoformat()}
