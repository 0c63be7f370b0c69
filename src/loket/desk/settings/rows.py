"""An ordered list of rows in a settings form, such as options or statuses: each row is a small form.

Buttons move, remove and add rows. A press writes nothing: it answers with the form as it was typed, rearranged. So it works
without scripts, and the page is saved once, as a whole.
"""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from loket.desk.settings.links import linked
from loket.desk.settings.stamps import StampedForm

PRESS = "rearrange"
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


class RowsWidget(forms.Widget):
    """Reads the rows from what was sent: a list of ``{field: raw value}``. The page's template draws them."""

    def __init__(self, row):
        self.row = row
        super().__init__()

    def value_from_datadict(self, data, files, name):
        sent = (re.fullmatch(rf"{re.escape(name)}-(\d{{1,4}})-\w+", key) for key in data)
        places = sorted({int(found[1]) for found in sent if found})[:MOST_ROWS]
        fields = self.row().fields
        return [
            {
                each: field.widget.value_from_datadict(data, files, f"{name}-{place}-{each}")
                for each, field in fields.items()
            }
            for place in places
        ]


class RowsField(forms.Field):
    """A field whose value is a list; each row is asked for by ``row``, a ``Row`` class."""

    def __init__(self, row, **options):
        self.row = row
        super().__init__(widget=RowsWidget(row), required=False, **options)

    def clean(self, value):
        rows = bound(self.row, "row", value)
        if not all([each.is_valid() for each in rows]):
            raise ValidationError(_("Look at the marked lines."))
        return [each.values() for each in rows]


class RowsForm(StampedForm):
    """A settings form with one list of rows, the field named ``listed``."""

    listed = ""
    is_rearranged = False
    focused = None
    uses = ()

    @classmethod
    def asked(cls, request, *, current, uses=lambda raw: (), **options):
        """The form as it is, as sent, or, after a press, as typed and rearranged; only what was sent is bound.

        ``uses(raw)`` says what uses a row: then it stays, and the form's ``uses`` lists each with its address.
        """
        if request.method != "POST":
            return cls(current=current, **options)
        if PRESS not in request.POST:
            return cls(request.POST, current=current, **options)
        form = cls(current=current, **options)
        for name, field in form.fields.items():
            form.initial[name] = field.widget.value_from_datadict(request.POST, {}, name)
        form.rearrange(request.POST[PRESS], uses)
        return form

    def rearrange(self, press, uses):
        """Do what a button asks: "add", "up-2", "down-2", "remove-2"."""
        self.is_rearranged = True
        rows, (deed, _dash, place) = self.initial[self.listed], press.partition("-")
        place = int(place) if re.fullmatch(r"\d{1,4}", place) else len(rows)
        if deed == "add":
            rows.append({})
            self.focused = len(rows) - 1
        elif deed == "remove" and place < len(rows):
            self.uses = linked(uses(rows[place]))
            if not self.uses:
                del rows[place]
        elif deed in ("up", "down") and place < len(rows):
            self.focused = min(max(place + (1 if deed == "down" else -1), 0), len(rows) - 1)
            rows.insert(self.focused, rows.pop(place))

    @property
    def rows(self):
        """The rows as forms, for the template."""
        row = self.fields[self.listed].row
        if self.is_bound:
            rows = bound(row, self.listed, self[self.listed].data)
        else:
            values = self.initial[self.listed] or []
            values = values if self.is_rearranged else [row.told(each) for each in values]
            rows = [row(initial=each, prefix=f"{self.listed}-{place}") for place, each in enumerate(values)]
        for place, each in enumerate(rows):
            each.place, each.is_last, each.is_focused = place, place == len(rows) - 1, place == self.focused
        return rows

    def words(self, name, value):
        """A list by the labels of its rows."""
        if name == self.listed:
            return ", ".join(each["label"] for each in value or ()) or "–"
        return super().words(name, value)


def bound(row, name, value):
    """Row forms over raw values."""
    return [
        row({f"{name}-{place}-{field}": each[field] for field in each}, prefix=f"{name}-{place}")
        for place, each in enumerate(value or ())
    ]
