"""A filter while somebody edits it: conditions as they were typed, finished or not, right or wrong.

What is typed is kept until it is saved or removed; nothing is dropped or mended in silence, because a condition that
disappears from a filter shows more.
"""

from copy import copy
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from loket.properties import types
from loket.properties.catalogue import catalogue
from loket.properties.filters import MOST_CONDITIONS, MOST_GROUPS, OPERATORS, Condition, Filter, operators_of

SEVERAL = ("IN", "NOT_IN")
LONGEST = 100_000
MOST_SUGGESTED = 5


class Headings:
    """What the filterable properties of a kind are called: each by a heading of its own, for people to type."""

    def __init__(self, kind):
        self.properties = {name: each for name, each in catalogue(kind).items() if each.is_filterable}
        labels = [str(each.label) for each in self.properties.values()]
        self.by_name = {
            name: str(each.label) if labels.count(str(each.label)) == 1 else f"{each.label} ({name})"
            for name, each in self.properties.items()
        }
        self.names = {heading: name for name, heading in self.by_name.items()}

    def find(self, typed):
        """The property that ``typed`` names by heading or internal name, or None."""
        name = self.names.get(typed) or (typed if typed in self.properties else self._by_any_case(typed))
        return self.properties.get(name)

    def _by_any_case(self, typed):
        return next((name for heading, name in self.names.items() if heading.casefold() == typed.casefold()), None)

    def problem(self, typed):
        """Why ``typed`` names no property, with those that hold its words."""
        if not typed:
            return _("Choose a property, or remove this condition.")
        near = [f"“{heading}”" for heading in self.names if typed.casefold() in heading.casefold()][:MOST_SUGGESTED]
        if near:
            words = _("There is no property “%(name)s”. Did you mean %(near)s?")
            return words % {"name": typed[:100], "near": ", ".join(near)}
        return _("There is no property “%(name)s” to filter by.") % {"name": typed[:100]}


@dataclass
class DraftCondition:
    """One condition as typed. ``typed`` names the property, ``asked`` is the property whose values were asked for."""

    headings: Headings
    typed: str = ""
    operator: str = ""
    values: tuple = ("",)
    high: str = ""
    asked: str = ""
    is_new: bool = False

    @classmethod
    def stored(cls, data, headings):
        """From stored JSON, whatever it holds."""
        data = data if isinstance(data, dict) else {}
        name, operator, several = data.get("propertyName"), data.get("operator"), data.get("values")
        values = several if operator in SEVERAL and isinstance(several, list) else [data.get("value")]
        condition = cls(headings, text(name), text(operator), tuple(map(text, values)), text(data.get("highValue")))
        if isinstance(name, str) and name in headings.properties:
            condition.typed = headings.by_name[name]
            condition.values = tuple(map(condition._local, condition.values))
            condition.high = condition._local(condition.high)
        return condition

    def _local(self, value):
        """A stored moment as the control for it spells it: in the time zone of people here."""
        if self.found.type is not types.DATETIME:
            return value
        try:
            moment = timezone.localtime(self.found.type.parse(value)) if value else None
        except ValidationError:
            return value
        return moment.replace(tzinfo=None).isoformat(timespec=precision(moment)) if moment else ""

    @cached_property
    def found(self):
        """The property it is about, or None."""
        return self.headings.find(self.typed)

    def settle(self):
        """Follow a changed property: values of another one mean nothing; a comparison that fits stays."""
        if self.found and self.asked != self.found.name:
            self.values, self.high = ("",), ""
            if self.operator not in self.found.type.operators:
                self.operator = self.found.type.operators[0]

    @property
    def heading(self):
        """What the property's field says."""
        return self.headings.by_name[self.found.name] if self.found else self.typed

    @property
    def operators(self):
        """[(operator, words, whether it is this one)]; one that does not fit is shown as it is."""
        fitting = operators_of(self.found.type) if self.found else []
        if self.operator and self.operator not in dict(fitting):
            fitting = [(self.operator, OPERATORS.get(self.operator, self.operator)), *fitting]
        return [(operator, words, operator == self.operator) for operator, words in fitting]

    @property
    def control(self):
        """How the value is asked for: none, lines, block, boxes, choice, pair or one."""
        if self.operator in types.ANY:
            return "none"
        has_options = bool(self.found and self.found.choices)
        if self.operator in SEVERAL:
            return "boxes" if has_options else "lines"
        if has_options:
            return "choice"
        if self.operator == "BETWEEN":
            return "pair"
        return "block" if self.found and self.found.type is types.TEXT else "one"

    @property
    def options(self):
        """[(value, label, whether it is chosen)] of a choice; a chosen one that is no option stays to be seen."""
        known = self.found.options
        gone = [(value, _("“%(value)s”, which is gone") % {"value": value}) for value in self.values if value]
        gone = [pair for pair in gone if pair[0] not in known]
        return [(value, label, value in self.values) for value, label in [*gone, *known.items()]]

    @property
    def value(self):
        """The only value."""
        return self.values[0] if self.values else ""

    @property
    def lines(self):
        """Several values, each on a line of its own."""
        return "\n".join(self.values)

    def input_type(self, value):
        """The type of input for ``value``: text where the proper one would not show what was typed."""
        proper = {"date": "date", "datetime": "datetime-local"}.get(self.found.type.name if self.found else "")
        if not proper or not value:
            return proper or "text"
        try:
            (datetime.fromisoformat if proper == "datetime-local" else types.DATE.parse)(value)
        except (ValueError, ValidationError):
            return "text"
        return proper

    @property
    def inputs(self):
        """[(value, type)] of one input, or of two."""
        values = [self.value, self.high] if self.control == "pair" else [self.value]
        return [(value, self.input_type(value)) for value in values]

    def data(self):
        """HubSpot's JSON of what was typed."""
        name = self.found.name if self.found else self.typed
        data = {"propertyName": name, "operator": self.operator}
        if self.operator in SEVERAL:
            return data | {"values": [value for value in self.values if value.strip()]}
        return data | {"value": self.value} | ({"highValue": self.high} if self.operator == "BETWEEN" else {})

    def clean(self):
        """The condition. Raises ValidationError with what is wrong with it."""
        if self.found is None:
            raise ValidationError(self.headings.problem(self.typed))
        condition = Condition.clean(self.data(), self.headings.properties)
        if condition.operator == "BETWEEN" and condition.values[1] < condition.values[0]:
            raise ValidationError(_("The second value is smaller than the first: nothing lies between them."))
        return condition

    @cached_property
    def problem(self):
        """What is wrong with it, in words; "" when nothing is."""
        try:
            self.clean()
        except ValidationError as error:
            return " ".join(error.messages)
        return ""


class Draft:
    """A filter over ``kind`` as it is on the page: groups of DraftConditions, to be read, edited and cleaned."""

    def __init__(self, kind):
        self.headings, self.groups, self.refusal = Headings(kind), [], ""

    @classmethod
    def stored(cls, kind, data):
        """From stored JSON; what cannot be read becomes a condition to be mended or removed."""
        draft = cls(kind)
        groups = data.get("filterGroups", []) if isinstance(data, dict) else [data] if data else []
        for group in groups if isinstance(groups, list) else [groups]:
            filters = group.get("filters") if isinstance(group, dict) else None
            filters = filters if isinstance(filters, list) and filters else [None]
            draft.groups.append([DraftCondition.stored(each, draft.headings) for each in filters])
        return draft

    def edit(self, deed):
        """Do one deed of the page: "add", "add-G", "clone-G", "remove-G", "remove-G-C", "choose"; counted from 0."""
        verb, *numbers = deed.split("-")
        place = [int(each) for each in numbers if each.isascii() and each.isdigit() and len(each) < 4]
        edits = {("add", 0): self.add_group, ("add", 1): self.add, ("clone", 1): self.clone}
        edits |= {("remove", 1): self.remove_group, ("remove", 2): self.remove}
        if (verb, len(place)) in edits and (not place or place[0] < len(self.groups)):
            edits[verb, len(place)](*place)

    def add_group(self):
        """Another group, with a condition to fill in."""
        self._take_in([DraftCondition(self.headings, is_new=True)])

    def clone(self, group):
        """A group like ``group``, at the end."""
        copies = [copy(each) for each in self.groups[group]]
        copies[0].is_new = True
        self._take_in(copies)

    def _take_in(self, group):
        if len(self.groups) < MOST_GROUPS:
            self.groups.append(group)
        else:
            self.refusal = _("A filter has at most %(most)d groups.") % {"most": MOST_GROUPS}

    def add(self, group):
        """Another condition in ``group``."""
        if len(self.groups[group]) < MOST_CONDITIONS:
            self.groups[group].append(DraftCondition(self.headings, is_new=True))
        else:
            self.refusal = _("A group has at most %(most)d conditions.") % {"most": MOST_CONDITIONS}

    def remove_group(self, group):
        """Take ``group`` away."""
        del self.groups[group]

    def remove(self, group, condition):
        """Take a condition away, and its group with the last one."""
        del self.groups[group][condition : condition + 1]
        if not self.groups[group]:
            self.remove_group(group)

    @property
    def conditions(self):
        """All conditions, in order."""
        return [each for group in self.groups for each in group]

    def clean(self):
        """The filter. Raises ValidationError; each condition says itself what is wrong with it."""
        if any(each.problem for each in self.conditions):
            raise ValidationError(_("Mend or remove the conditions marked here."), code="conditions")
        data = {"filterGroups": [{"filters": [each.data() for each in group]} for group in self.groups]}
        return Filter.clean(data, self.headings.properties)

    @property
    def words(self):
        """The filter in words, "" while it is empty or not finished."""
        try:
            return self.clean().describe()
        except ValidationError:
            return ""


def text(value):
    """A stored value as typed text."""
    return "" if value is None else str(value)[:LONGEST]


def precision(moment):
    """How exactly a control must spell ``moment``."""
    return "milliseconds" if moment.microsecond else "seconds" if moment.second else "minutes"
