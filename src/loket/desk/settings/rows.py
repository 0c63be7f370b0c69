"""An ordered list in a settings form, such as options or statuses: an editor in which each row is a small form.

Its buttons move, remove and add rows, and save nothing: see ``desk/editors.py``. The page's template draws the rows.
"""

import re
from typing import NamedTuple

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from loket.desk.editors import EditorField
from loket.desk.settings.links import linked
from loket.guard.text import clean_line

MOST_ROWS = 500


class Row(forms.Form):
    """One row. ``told`` and ``values`` turn a value of the list into fields and back; plain fields need neither."""

    is_focused = is_last = False
    place = 0

    @classmethod
    def told(cls, value):
        """The row's initial values for a value of the list."""
        return value

    def values(self):
        """The row's value in the list."""
        return self.cleaned_data


class WordedRow(Row):
    """A row of which customers read other words, in each language: ``customer_label``."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for language, name in settings.LANGUAGES:
            self.fields[f"text_{language}"] = forms.CharField(label=name, max_length=200, required=False)

    @classmethod
    def told(cls, value):
        texts = value.get("customer_label", {})
        return value | {f"text_{language}": text for language, text in texts.items()}

    @property
    def customer_label(self):
        """The words that were typed, by language."""
        typed = {code: clean_line(self.cleaned_data[f"text_{code}"], 200) for code, _name in settings.LANGUAGES}
        return {code: text for code, text in typed.items() if text}

    @property
    def texts(self):
        """The fields of what customers read."""
        return [self[name] for name in self.fields if name.startswith("text_")]


class RowsField(EditorField):
    """A field whose value is a list; each row is asked for by ``row``, a ``Row`` class.

    ``uses(raw)`` says what uses a row: while something does, its button does not remove it.
    """

    def __init__(self, row, **options):
        super().__init__(required=False, **options)
        self.row, self.uses = row, lambda raw: ()

    def get_bound_field(self, form, field_name):
        return BoundRows(form, self, field_name)

    def clean(self, rows):
        """``rows`` as they were sent: ``[{field: raw value}]``."""
        asked = bound(self.row, "row", rows)
        if not all([each.is_valid() for each in asked]):
            raise ValidationError(_("Look at the marked lines."))
        return [each.values() for each in asked]

    def in_words(self, value):
        """A list by the labels of its rows."""
        return ", ".join(each["label"] for each in value or ()) or "–"


class Edited(NamedTuple):
    """Rows as they were sent, a button's deed done: the place to go on at; the uses that keep a row from being removed."""

    rows: list
    focused: int | None = None
    uses: tuple | list = ()


class BoundRows(BoundField):
    """The rows in their form, as they were sent or are stored."""

    @property
    def data(self):
        """What was sent: ``[{field: raw value}]``."""
        return self.edited.rows

    @property
    def uses(self):
        """(use, address) of what keeps the row that somebody wanted to remove."""
        return self.edited.uses if self.form.is_bound else ()

    @cached_property
    def edited(self):
        """What was sent, its button's deed done."""
        sent, name, fields = self.form.data, self.html_name, self.field.row().fields
        found = (re.fullmatch(rf"{re.escape(name)}-(\d{{1,4}})-\w+", key) for key in sent)
        places = sorted({int(each[1]) for each in found if each})[:MOST_ROWS]
        rows = [
            {
                each: field.widget.value_from_datadict(sent, {}, f"{name}-{place}-{each}")
                for each, field in fields.items()
            }
            for place in places
        ]
        return self._edit(rows, sent.get(f"{name}-edit", ""))

    def _edit(self, rows, button):
        """Do what a button asks: "add", "up-2", "down-2", "remove-2"."""
        deed, _dash, place = button.partition("-")
        place = int(place) if re.fullmatch(r"\d{1,4}", place) else len(rows)
        if deed == "add":
            return Edited([*rows, {}], focused=len(rows))
        if place >= len(rows):
            return Edited(rows)
        if deed == "remove":
            uses = linked(self.field.uses(rows[place]))
            return Edited(rows, uses=uses) if uses else Edited(rows[:place] + rows[place + 1 :])
        if deed in ("up", "down"):
            to = min(max(place + (1 if deed == "down" else -1), 0), len(rows) - 1)
            rows.insert(to, rows.pop(place))
            return Edited(rows, focused=to)
        return Edited(rows)

    @cached_property
    def rows(self):
        """The rows as forms, for the template; while they are edited, nothing is wrong with them yet."""
        row, name = self.field.row, self.html_name
        if self.form.is_bound and not self.form.is_redrawn:
            rows = bound(row, name, self.data)
        else:
            values = self.data if self.form.is_bound else [row.told(each) for each in self.initial or ()]
            rows = [row(initial=each, prefix=f"{name}-{place}") for place, each in enumerate(values)]
        focused = self.edited.focused if self.form.is_bound else None
        for place, each in enumerate(rows):
            each.place, each.is_last, each.is_focused = place, place == len(rows) - 1, place == focused
        return rows


def bound(row, name, rows):
    """Row forms over raw values."""
    return [
        row({f"{name}-{place}-{field}": each[field] for field in each}, prefix=f"{name}-{place}")
        for place, each in enumerate(rows or ())
    ]
