"""What a settings form was rendered from, so that of two administrators the second is told what the first changed."""

import hashlib
import json

from django import forms
from django.db.models import Model
from django.utils.translation import gettext as _


def stamp(values):
    """A short text that stands for ``{field: value}`` as they are now, to travel with the rendered form."""
    return " ".join(f"{name}:{digest(value)}" for name, value in sorted(values.items()))


def digest(value):
    """Eight hexadecimal digits of a value: a model by its key, anything else as JSON."""
    return hashlib.sha256(plain(value).encode()).hexdigest()[:8]


def plain(value):
    """A value as text, alike for alike values: what is empty is empty in every way."""
    if isinstance(value, Model):
        value = value.pk
    return "" if value in (None, "", [], {}) else json.dumps(value, sort_keys=True, default=str)


def changed_meanwhile(form, current):
    """What somebody else changed since ``form`` was rendered: ``{field: (theirs, mine)}``; ``current`` as for ``stamp``.

    Fields that both gave the same value are none. A form without a stamp counts as rendered from nothing.
    """
    rendered = dict(part.partition(":")[::2] for part in form.data.get(form.add_prefix("stamp"), "").split())
    mine = {name: form.cleaned_data.get(name) for name in current if name in form.fields and name not in form.errors}
    return {
        name: (current[name], value)
        for name, value in mine.items()
        if rendered.get(name) != digest(current[name]) and plain(current[name]) != plain(value)
    }


class StampedForm(forms.Form):
    """A settings form that begins as ``current`` (``{field: value}``) and refuses one save over others' changes.

    What was typed stays; each field says what it became meanwhile; the second save goes through.
    """

    stamp = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput)

    def __init__(self, data=None, *, current, **kwargs):
        self.current = current
        super().__init__(data, initial=current | {"stamp": stamp(current)}, **kwargs)

    def clean(self):
        """Tell what changed meanwhile, beside the field."""
        cleaned = super().clean()
        changed = changed_meanwhile(self, self.current)
        for name, (theirs, _mine) in changed.items():
            words = _("Somebody else changed this to “%(value)s” meanwhile. Save again to keep yours.")
            self.add_error(name, words % {"value": self.words(name, theirs)})
        if changed:
            self.data = self.data.copy()
            self.data[self.add_prefix("stamp")] = stamp(self.current)
        return cleaned

    def words(self, name, value):
        """A value of a field as people read it."""
        if isinstance(value, bool):
            return _("on") if value else _("off")
        if hasattr(self.fields[name], "in_words"):
            return self.fields[name].in_words(value)
        if isinstance(value, list) and value:
            return ", ".join(self.words(name, each) for each in value)
        choices = getattr(self.fields[name], "choices", None) if not isinstance(value, Model) else None
        return str(dict(choices or ()).get(value, value)) if value not in (None, "", []) else "–"

    def values(self):
        """What was typed, cleaned, without the stamp."""
        return {name: value for name, value in self.cleaned_data.items() if name != "stamp"}
