"""The filter language: OR of groups, each an AND of conditions, in HubSpot's ``filterGroups`` JSON.

    {"filterGroups": [{"filters": [{"propertyName": "subject", "operator": "CONTAINS_TOKEN", "value": "invoice"}]}]}

A filter is cleaned against properties of the catalogue. It becomes one ``Q``, and says the same of values that are not
saved yet (``matches``). A condition that no longer makes sense makes the whole filter *broken*: it then lets nothing
through, and says why.
"""

from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

from django.core.exceptions import ValidationError
from django.db.models import Q, TextField, Value
from django.db.models.functions import Concat
from django.db.models.lookups import (
    Contains,
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    In,
    IsNull,
    LessThan,
    LessThanOrEqual,
)
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from loket.properties import types
from loket.properties.catalogue import Property

NOTHING = Q(pk__in=[])
MOST_GROUPS, MOST_CONDITIONS, MOST_VALUES = 20, 20, 200
LOOKUPS = {"EQ": Exact, "LT": LessThan, "LTE": LessThanOrEqual, "GT": GreaterThan, "GTE": GreaterThanOrEqual}
COMPARE = {
    "EQ": lambda a, b: a == b,
    "LT": lambda a, b: a < b,
    "LTE": lambda a, b: a <= b,
    "GT": lambda a, b: a > b,
    "GTE": lambda a, b: a >= b,
}
NEGATED = {"NEQ": "EQ", "NOT_IN": "IN", "NOT_CONTAINS_TOKEN": "CONTAINS_TOKEN", "NOT_HAS_PROPERTY": "HAS_PROPERTY"}
WORDS = {
    "EQ": gettext_noop("%(property)s is %(value)s"),
    "NEQ": gettext_noop("%(property)s is not %(value)s"),
    "IN": gettext_noop("%(property)s is any of %(value)s"),
    "NOT_IN": gettext_noop("%(property)s is none of %(value)s"),
    "CONTAINS_TOKEN": gettext_noop("%(property)s contains %(value)s"),
    "NOT_CONTAINS_TOKEN": gettext_noop("%(property)s does not contain %(value)s"),
    "LT": gettext_noop("%(property)s is less than %(value)s"),
    "LTE": gettext_noop("%(property)s is at most %(value)s"),
    "GT": gettext_noop("%(property)s is more than %(value)s"),
    "GTE": gettext_noop("%(property)s is at least %(value)s"),
    "BETWEEN": gettext_noop("%(property)s is between %(value)s and %(high)s"),
    "HAS_PROPERTY": gettext_noop("%(property)s is known"),
    "NOT_HAS_PROPERTY": gettext_noop("%(property)s is unknown"),
}
# Of days and moments people say before and after, not less and more.
WORDS_OF_TIME = WORDS | {
    "LT": gettext_noop("%(property)s is before %(value)s"),
    "LTE": gettext_noop("%(property)s is at or before %(value)s"),
    "GT": gettext_noop("%(property)s is after %(value)s"),
    "GTE": gettext_noop("%(property)s is at or after %(value)s"),
}
OPERATORS = {
    "EQ": _("is"),
    "NEQ": _("is not"),
    "IN": _("is any of"),
    "NOT_IN": _("is none of"),
    "CONTAINS_TOKEN": _("contains"),
    "NOT_CONTAINS_TOKEN": _("does not contain"),
    "LT": _("is less than"),
    "LTE": _("is at most"),
    "GT": _("is more than"),
    "GTE": _("is at least"),
    "BETWEEN": _("is between"),
    "HAS_PROPERTY": _("is known"),
    "NOT_HAS_PROPERTY": _("is unknown"),
}
OPERATORS_OF_TIME = OPERATORS | {
    "LT": _("is before"),
    "LTE": _("is at or before"),
    "GT": _("is after"),
    "GTE": _("is at or after"),
}


def is_of_time(kind):
    """Whether a type's values are days or moments."""
    return kind in (types.DATE, types.DATETIME)


def operators_of(kind):
    """[(operator, words)] that a type of property can be compared by."""
    words = OPERATORS_OF_TIME if is_of_time(kind) else OPERATORS
    return [(operator, words[operator]) for operator in kind.operators]


@dataclass(frozen=True)
class Condition:
    """One comparison. ``values`` holds no value, one, two (BETWEEN) or several (IN), cleaned by the property."""

    property: Property
    operator: str
    values: tuple

    @classmethod
    def clean(cls, data, properties):
        """From HubSpot's JSON; raises ValidationError that names what is wrong."""
        if not isinstance(data, dict):
            raise ValidationError(_("A condition must name a property, an operator and a value."))
        name, operator = data.get("propertyName"), data.get("operator")
        found = properties.get(name) if isinstance(name, str) else None
        if found is None or not found.is_filterable:
            raise ValidationError(_("There is no property “%(name)s” to filter by."), params={"name": str(name)[:100]})
        if operator not in found.type.operators:
            params = {"operator": str(operator)[:50], "property": found.label}
            raise ValidationError(_("“%(operator)s” does not fit “%(property)s”."), params=params)
        values = tuple(found.clean(raw) for raw in cls._raw_values(data, operator))
        if None in values:
            raise ValidationError(_("“%(property)s” needs a value to compare with."), params={"property": found.label})
        return cls(found, operator, values)

    @staticmethod
    def _raw_values(data, operator):
        if operator in types.ANY:
            return []
        if operator == "BETWEEN":
            return [data.get("value"), data.get("highValue")]
        if operator in ("IN", "NOT_IN"):
            values = data.get("values")
            if not isinstance(values, list) or not 0 < len(values) <= MOST_VALUES:
                raise ValidationError(_("Name between 1 and %(most)d values."), params={"most": MOST_VALUES})
            return values
        return [data.get("value")]

    def q(self):
        """The condition as a Q. A record without a value meets only negated conditions."""
        empty = Q(IsNull(self.property.expression, True))
        if isinstance(self.property.type, types.Type) and self.property.type.name in (
            "string",
            "text",
            "choice",
            "multichoice",
        ):
            empty |= Q(Exact(types.Cast(self.property.expression, TextField()), Value("")))
        positive = NEGATED.get(self.operator)
        if positive == "HAS_PROPERTY":
            return empty
        if positive:
            return empty | ~self._positive(positive)
        return ~empty if self.operator == "HAS_PROPERTY" else ~empty & self._positive(self.operator)

    def _positive(self, operator):
        kind = self.property.type
        expression = kind.compared(self.property.expression)
        values = [kind.comparable(value) for value in self.values]
        if kind is types.MULTICHOICE:
            joined = Concat(Value(";"), expression, Value(";"), output_field=TextField())
            return reduce(or_, (Q(Contains(joined, f";{value};")) for value in values))
        if operator == "IN":
            return Q(In(expression, values))
        if operator == "CONTAINS_TOKEN":
            return Q(Contains(expression, values[0]))
        if operator == "BETWEEN":
            return Q(GreaterThanOrEqual(expression, values[0])) & Q(LessThanOrEqual(expression, values[1]))
        return Q(LOOKUPS[operator](expression, values[0]))

    def matches(self, values):
        """Whether ``values`` (cleaned values by property name) meet the condition: the same answer as ``q``."""
        value = values.get(self.property.name)
        positive = NEGATED.get(self.operator)
        if value is None or value == "":
            return positive is not None
        met = self._met(positive or self.operator, value)
        return not met if positive else met

    def _met(self, operator, value):
        kind = self.property.type
        mine, theirs = kind.comparable(value), [kind.comparable(each) for each in self.values]
        if operator == "HAS_PROPERTY":
            return True
        if kind is types.MULTICHOICE:
            return bool(set(mine.split(";")) & set(theirs))
        if operator == "IN":
            return mine in theirs
        if operator == "CONTAINS_TOKEN":
            return theirs[0] in mine
        if operator == "BETWEEN":
            return theirs[0] <= mine <= theirs[1]
        return COMPARE[operator](mine, theirs[0])

    def describe(self):
        """The condition in words, in the active language."""
        shown = [f"“{self.property.show(value)}”" for value in self.values] + ["", ""]
        value = ", ".join(shown[: len(self.values)]) if self.operator in ("IN", "NOT_IN") else shown[0]
        words = WORDS_OF_TIME if is_of_time(self.property.type) else WORDS
        return str(_(words[self.operator])) % {"property": self.property.label, "value": value, "high": shown[1]}

    def data(self):
        """The condition as HubSpot's JSON: what ``clean`` reads."""
        texts = [self.property.type.text(value) for value in self.values]
        data = {"propertyName": self.property.name, "operator": self.operator}
        if self.operator in ("IN", "NOT_IN"):
            return data | {"values": texts}
        return data | dict(zip(("value", "highValue"), texts, strict=False))


@dataclass(frozen=True)
class Filter:
    """OR of groups of conditions. No groups: everything. ``problem`` says why a broken filter lets nothing through."""

    groups: tuple[tuple[Condition, ...], ...] = ()
    problem: str = ""

    @classmethod
    def clean(cls, data, properties):
        """A filter from JSON against ``properties`` (by name). Raises ValidationError."""
        groups = data.get("filterGroups", []) if isinstance(data, dict) else None
        if not isinstance(groups, list) or len(groups) > MOST_GROUPS:
            raise ValidationError(_("A filter is a list of at most %(most)d groups."), params={"most": MOST_GROUPS})
        return cls(tuple(cls._clean_group(group, properties) for group in groups))

    @staticmethod
    def _clean_group(group, properties):
        conditions = group.get("filters") if isinstance(group, dict) else None
        if not isinstance(conditions, list) or not 0 < len(conditions) <= MOST_CONDITIONS:
            params = {"most": MOST_CONDITIONS}
            raise ValidationError(_("A group holds between 1 and %(most)d conditions."), params=params)
        return tuple(Condition.clean(condition, properties) for condition in conditions)

    @classmethod
    def stored(cls, data, properties):
        """A filter that was saved earlier: broken, and so closed, when it makes sense no more. Never raises."""
        try:
            return cls.clean(data, properties)
        except ValidationError as error:
            return cls(problem=" ".join(error.messages))

    def q(self):
        """The filter as one Q."""
        if self.problem:
            return NOTHING
        return reduce(or_, (reduce(and_, (each.q() for each in group)) for group in self.groups), Q())

    def matches(self, values):
        """Whether cleaned ``values`` by property name pass."""
        if self.problem:
            return False
        return not self.groups or any(all(each.matches(values) for each in group) for group in self.groups)

    def describe(self):
        """The filter in words, in the active language."""
        if self.problem:
            return self.problem
        both, either = f" {_('and')} ", f" {_('or')} "
        return either.join(both.join(each.describe() for each in group) for group in self.groups)

    def data(self):
        """The filter as HubSpot's JSON, ``{}`` for everything. Not for a broken one, whose conditions are unknown."""
        groups = [{"filters": [each.data() for each in group]} for group in self.groups]
        return {"filterGroups": groups} if groups else {}


def mentions(data, name, value=None):
    """Whether stored JSON of a filter, broken or not, names the property ``name``; with ``value``, compared with that."""
    groups = data.get("filterGroups") if isinstance(data, dict) else None
    groups = [group.get("filters") for group in groups or () if isinstance(group, dict)]
    conditions = [each for group in groups for each in group or () if isinstance(each, dict)]
    mine = [each for each in conditions if each.get("propertyName") == name]
    return bool(mine) if value is None else any(value in compared_with(each) for each in mine)


def compared_with(condition):
    """The raw values of a condition's JSON, as text."""
    several = condition.get("values")
    values = [condition.get("value"), condition.get("highValue"), *(several if isinstance(several, list) else ())]
    return [str(each) for each in values if each is not None]
