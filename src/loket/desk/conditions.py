"""The filter editor: a form field that asks for a filter over the properties of a kind of record.

    class RulesForm(WithEditors, StampedForm):
        visibility_filter = FilterField("ticket", required=False, empty=_("All tickets."))

Its initial and its cleaned value are HubSpot's filterGroups JSON, ``{}`` for everything. The buttons in the editor (add,
clone, remove, choose) send the form to its own address and save nothing: the form then ``is_redrawn``, is not valid, has
no errors, and shows all that was typed. A form shows the field by ``{% field form.visibility_filter %}``.
"""

import re

from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from loket.desk.drafts import LONGEST, SEVERAL, Draft, DraftCondition
from loket.desk.editors import EditorField
from loket.guard.text import storable
from loket.properties import types
from loket.properties.catalogue import catalogue
from loket.properties.filters import MOST_CONDITIONS, MOST_GROUPS, Filter


class FilterField(EditorField):
    """A filter over records of ``kind``; ``empty`` says what no condition at all means."""

    default_error_messages = {
        "required": _("Add at least one condition."),
        "missing": _("The filter did not arrive whole. Reload the page and try again."),
        "unstorable": _("The text holds characters that cannot be stored. Type it again."),
    }

    def __init__(self, kind, *, empty="", **options):
        super().__init__(**options)
        self.kind, self.empty = kind, empty

    def get_bound_field(self, form, field_name):
        return BoundFilter(form, self, field_name)

    def clean(self, draft):
        """JSON of a Draft as it was sent; None for one that was not."""
        if draft is None:
            # An absent filter must not count as an empty one, which lets everything through.
            raise ValidationError(self.error_messages["missing"], code="missing")
        if not all(storable(text) for each in draft.conditions for text in (each.typed, *each.values, each.high)):
            raise ValidationError(self.error_messages["unstorable"], code="unstorable")
        data = draft.clean().data()
        if self.required and not data:
            raise ValidationError(self.error_messages["required"], code="required")
        return data

    def in_words(self, data):
        """Stored JSON as people read it."""
        return Filter.stored(data, catalogue(self.kind)).describe() if data else str(self.empty)


class BoundFilter(BoundField):
    """The filter in its form, as a Draft."""

    @cached_property
    def data(self):
        """The Draft that was sent, its button's deed done; None when the form came without one."""
        if self.html_name not in self.form.data:
            return None
        draft = read(self.field.kind, self.form.data, self.html_name)
        draft.edit(self.form.data.get(f"{self.html_name}-edit", ""))
        return draft

    @cached_property
    def draft(self):
        """What the page shows: what was sent, else what is stored."""
        return (self.form.is_bound and self.data) or Draft.stored(self.field.kind, self.initial)

    def value(self):
        return self.draft

    def rows(self):
        """The draft's groups for the page: [[(place, condition, what is wrong with it)]]."""
        return [
            [(f"{number}-{place}", each, self.told(each)) for place, each in enumerate(group)]
            for number, group in enumerate(self.draft.groups)
        ]

    def told(self, condition):
        """What is wrong with ``condition``; while it is still being made, only that its property is not found."""
        is_told = not self.form.is_redrawn or (condition.typed and not condition.found)
        return condition.problem if is_told else ""

    def __str__(self):
        context = {"field": self, "draft": self.draft, "name": self.html_name, "id": self.auto_id}
        limits = {"most_groups": MOST_GROUPS, "most_conditions": MOST_CONDITIONS}
        return render_to_string("desk/conditions.html", context | limits)

    __html__ = __str__


def read(kind, sent, name):
    """The Draft over ``kind`` from the fields ``name-GROUP-CONDITION-…`` of ``sent`` (a QueryDict or dict)."""
    draft, pattern, groups = Draft(kind), re.compile(rf"{re.escape(name)}-([0-9]{{1,4}})-([0-9]{{1,4}})-property"), {}
    for group, place in (found.groups() for found in map(pattern.fullmatch, sent) if found):
        condition = read_condition(draft.headings, sent, f"{name}-{group}-{place}")
        groups.setdefault(int(group), {})[int(place)] = condition
    draft.groups = [[group[place] for place in sorted(group)] for _number, group in sorted(groups.items())]
    return draft


def read_condition(headings, sent, name):
    """One condition from its fields."""
    values = sent.getlist(f"{name}-value") if hasattr(sent, "getlist") else [sent.get(f"{name}-value", "")]
    condition = DraftCondition(
        headings,
        typed=sent.get(f"{name}-property", "").strip()[:LONGEST],
        operator=sent.get(f"{name}-operator", "")[:100],
        values=tuple(value[:LONGEST] for value in values) or ("",),
        high=sent.get(f"{name}-high", "")[:LONGEST],
        asked=sent.get(f"{name}-asked", ""),
    )
    condition.settle()
    has_lines = condition.operator in SEVERAL or (condition.found and condition.found.type is not types.TEXT)
    if has_lines:
        condition.values = tuple(line for value in condition.values for line in value.splitlines() if line) or ("",)
    return condition
