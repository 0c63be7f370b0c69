"""Own texts in several languages: one field, an input for each language, the portal's own first."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from loket.guard.text import clean_line, refuse_unstorable


class TextsWidget(forms.Widget):
    """An input for each language; all but ``language`` are folded."""

    use_fieldset = True
    language = settings.LANGUAGE_CODE

    def value_from_datadict(self, data, files, name):
        return {code: data.get(f"{name}-{code}", "") for code, _name in settings.LANGUAGES}

    def render(self, name, value, attrs=None, renderer=None):
        rows = [
            (code, called, f"{name}-{code}", (value or {}).get(code, ""))
            for code, called in sorted(settings.LANGUAGES, key=lambda pair: pair[0] != self.language)
        ]
        context = {"first": rows[0], "others": rows[1:], "id": (attrs or {}).get("id", name), "widget": self}
        return render_to_string("desk/settings/texts.html", context)


class TextsField(forms.Field):
    """``{language: text}``, of the languages that have one; each a line of at most ``longest`` characters."""

    widget = TextsWidget

    def __init__(self, *, longest=100, placeholder="", **options):
        super().__init__(**options)
        self.longest, self.widget.longest, self.widget.placeholder = longest, longest, placeholder

    def clean(self, value):
        texts = {}
        for code, text in (value or {}).items():
            refuse_unstorable(text)
            if len(text) > self.longest:
                raise ValidationError(_("At most %(most)d characters."), params={"most": self.longest})
            if line := clean_line(text, self.longest):
                texts[code] = line
        return texts

    def in_words(self, value):
        """The texts as people read them."""
        return ", ".join(value.values()) if value else "–"
