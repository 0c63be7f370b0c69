"""The editor of a list's columns (T6): add, head, move, remove, reset; ten at most."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from loket.desk.editors import EditorField
from loket.guard.text import clean_line, storable
from loket.properties.catalogue import catalogue
from loket.tickets.lists import MOST_COLUMNS, offered, recommended

LONGEST_HEADING = 60


class ColumnsField(EditorField):
    """``[{"name": property, "heading": {language: text}}]``, in order; ``language`` is whose heading is asked for."""

    default_error_messages = {
        "missing": _("The columns did not arrive whole. Reload the page and try again."),
        "none": _("A list needs at least one column."),
        "unstorable": _("The text holds characters that cannot be stored. Type it again."),
    }
    language = settings.LANGUAGE_CODE

    def get_bound_field(self, form, field_name):
        return BoundColumns(form, self, field_name)

    def clean(self, columns):
        if columns is None:
            raise ValidationError(self.error_messages["missing"], code="missing")
        if not columns:
            raise ValidationError(self.error_messages["none"], code="none")
        if not all(storable(text) for each in columns for text in each["heading"].values()):
            raise ValidationError(self.error_messages["unstorable"], code="unstorable")
        return columns

    def in_words(self, columns):
        """The columns as people read them."""
        labels = {name: each.label for name, each in catalogue("ticket").items()}
        return ", ".join(str(labels.get(each["name"], each["name"])) for each in columns)


class BoundColumns(BoundField):
    """The columns in their form, as they were sent or are stored."""

    refusal = ""
    moved_to = None  # the place of the column that was moved just now, where the focus stays

    @cached_property
    def data(self):
        """What was sent, its button's deed done; None when the form came without columns."""
        sent, name = self.form.data, self.html_name
        if name not in sent:
            return None
        columns = [self._read(place) for place in sent.getlist(f"{name}-order")[: MOST_COLUMNS + 1]]
        return self._edited(columns, sent.get(f"{name}-edit", ""), sent.get(f"{name}-new", ""))

    def _read(self, place):
        sent, base = self.form.data, f"{self.html_name}-{place[:4]}"
        headings = {
            code: sent.get(f"{base}-heading-{code}", "")[:LONGEST_HEADING] for code, _name in settings.LANGUAGES
        }
        headings = {code: clean_line(text, LONGEST_HEADING) for code, text in headings.items() if text.strip()}
        return {"name": sent.get(f"{base}-property", "")[:100], "heading": headings}

    def _edited(self, columns, button, typed):
        deed, _dash, place = button.partition("-")
        at = int(place) if place.isascii() and place.isdigit() and len(place) < 3 else -1
        if deed == "reset":
            return recommended()
        if deed == "add":
            self._add(columns, typed.strip())
        elif 0 <= at < len(columns):
            if deed == "remove":
                del columns[at]
            elif deed in ("up", "down"):
                self.moved_to = min(max(at + (1 if deed == "down" else -1), 0), len(columns) - 1)
                columns.insert(self.moved_to, columns.pop(at))
        return columns

    def _add(self, columns, typed):
        """Add the property that ``typed`` names by label or internal name, or say why not."""
        wanted = [each for each in offered() if typed.casefold() in (str(each.label).casefold(), each.name.casefold())]
        if not wanted:
            self.refusal = _("There is no property “%(name)s” to add. Choose one of the list.") % {"name": typed[:100]}
        elif any(each["name"] == wanted[0].name for each in columns):
            self.refusal = _("“%(name)s” is a column already.") % {"name": wanted[0].label}
        elif len(columns) >= MOST_COLUMNS:
            self.refusal = _("A list has at most %(most)d columns. Remove one first.") % {"most": MOST_COLUMNS}
        else:
            columns.append({"name": wanted[0].name, "heading": {}})

    @cached_property
    def columns(self):
        """What the page shows."""
        return (self.form.is_bound and self.data) or self.initial

    def value(self):
        return self.columns

    def rows(self):
        """(label, internal name, heading in the field's language, headings in others) of each column."""
        known, own = catalogue("ticket"), self.field.language
        for each in self.columns:
            found, heading = known.get(each["name"]), each.get("heading") or {}
            others = [(code, called, heading.get(code, "")) for code, called in settings.LANGUAGES if code != own]
            yield found.label if found else each["name"], each["name"], heading.get(own, ""), others

    def __str__(self):
        chosen = {each["name"] for each in self.columns}
        context = {
            "field": self,
            "name": self.html_name,
            "id": self.auto_id,
            "language": self.field.language,
            "rest": [each.label for each in offered() if each.name not in chosen],
            "is_full": len(self.columns) >= MOST_COLUMNS,
            "longest": LONGEST_HEADING,
        }
        return render_to_string("desk/settings/columns.html", context)

    __html__ = __str__
