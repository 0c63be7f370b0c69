"""The catalogue: every property of a kind of record, built in or custom, under HubSpot's internal names.

Names from outside reach the ORM only through here. A property is an expression with a type: what it may be compared
with, how it is shown, sorted, asked for. The tickets room derives from it the properties that customers meet.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Expression
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext_lazy as _

from loket.history.settled import remember
from loket.portals.texts import own_text
from loket.properties import types
from loket.properties.built_in import built_in
from loket.properties.models import Definition

YES_NO = (("true", _("Yes")), ("false", _("No")))


@dataclass(frozen=True)
class Property:
    """One property of a kind.

    ``source`` is an ORM path or expression; ``attribute`` what ``write`` sets, None when it is computed;
    ``choices`` gives (value, label) pairs of a choice; ``order`` sorts instead of the type's own key. What customers read
    instead of labels is ``customer_label``, ``{language: text}``, and ``customer_options``, the same by value.
    """

    name: str
    label: str
    type: types.Type
    source: str | Expression
    attribute: str | None = None
    choices: Callable[[], Iterable[tuple[str, str]]] | None = None
    order: Expression | None = None
    is_custom: bool = False
    customer_label: dict = field(default_factory=dict, compare=False)
    customer_options: dict = field(default_factory=dict, compare=False)
    is_filterable: bool = True
    is_sortable: bool = True

    @cached_property
    def expression(self):
        """The database expression of the value, None where there is none."""
        return types.as_expression(self.source)

    @cached_property
    def options(self):
        """The labels of a choice by value, in order; empty for other types."""
        return {str(value): label for value, label in (self.choices() if self.choices else ())}

    @cached_property
    def sort_key(self):
        """A never-null expression to sort by."""
        return self.order if self.order is not None else self.type.sort_key(self.expression)

    def for_customers(self):
        """As customers meet it: label and options in their words, in the active language."""
        if not (self.customer_label or self.customer_options):
            return self
        worded = [(value, own_text(self.customer_options.get(value), label)) for value, label in self.options.items()]
        label = own_text(self.customer_label, self.label)
        return replace(self, label=label, choices=(lambda: worded) if self.choices else None)

    def clean(self, raw):
        """The Python value of ``raw``; raises ValidationError when it is no value of this property."""
        value = self.type.parse(raw)
        if value is not None and self.choices and self.type is types.MULTICHOICE:
            value = ";".join(dict.fromkeys(part.strip() for part in value.split(";") if part.strip()))
            for part in value.split(";"):
                self._refuse_unknown(part)
        elif value is not None and self.choices:
            self._refuse_unknown(value)
        return value

    def _refuse_unknown(self, value):
        if value not in self.options:
            raise ValidationError(
                _("“%(value)s” is no option of “%(property)s”."),
                params={"value": value[:50], "property": self.label},
            )

    def show(self, value):
        """The value in words."""
        if value is not None and self.choices:
            parts = str(value).split(";") if self.type is types.MULTICHOICE else [str(value)]
            return "; ".join(str(self.options.get(part, "")) for part in parts)
        return self.type.show(self._typed(value))

    def export(self, value):
        """The value for a spreadsheet."""
        return self.show(value) if self.choices else self.type.export(self._typed(value))

    def _typed(self, value):
        return self.type.parse(value) if self.is_custom else value

    def write(self, record, raw):
        """Clean ``raw`` and set it on ``record``, unsaved. Raises ValidationError; TypeError when it is computed."""
        value = self.clean(raw)
        if self.is_custom:
            record.custom = record.custom | {self.name: self.type.text(value)}
            if value is None:
                del record.custom[self.name]
        elif self.attribute is None:
            raise TypeError(f"{self.name} is computed")
        else:
            field = record._meta.get_field(self.attribute)
            setattr(record, field.attname, field.to_python(value) if value is not None else field.get_default())

    def form_field(self, **options):
        """A form field that asks for this property."""
        options = {"label": self.label, "required": False} | options
        if not self.choices:
            return self.type.form_field(**options)
        if self.type is types.MULTICHOICE:
            return forms.MultipleChoiceField(choices=list(self.options.items()), **options)
        blank = [] if options["required"] else [("", "–")]
        return forms.ChoiceField(choices=blank + list(self.options.items()), **options)


def catalogue(kind):
    """All properties of ``kind`` by name: built-in ones first, then custom ones. At most one query."""
    return remember(("catalogue", kind), lambda: read_catalogue(kind))


def read_catalogue(kind):
    """The catalogue as it is now."""
    custom = {each.name: from_definition(each) for each in Definition.objects.filter(kind=kind)}
    # A built-in name wins; fresh copies, because a property keeps its options once asked for.
    return custom | {name: replace(each) for name, each in built_in(kind).items()}


def from_definition(definition):
    """The property that a custom definition describes."""
    kind = types.TYPES[definition.type]
    choices = None
    if definition.type == "bool":
        choices = lambda: YES_NO  # noqa: E731
    elif kind in (types.CHOICE, types.MULTICHOICE):
        choices = lambda: [(each["value"], each["label"]) for each in definition.options]  # noqa: E731
    return Property(
        name=definition.name,
        label=definition.label,
        type=kind,
        source=kind.column(KeyTextTransform(definition.name, "custom")),
        choices=choices,
        is_custom=True,
        customer_label=definition.customer_label,
        customer_options={
            each["value"]: each["customer_label"] for each in definition.options if "customer_label" in each
        },
    )
