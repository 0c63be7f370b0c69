"""Own texts in several languages: one field, an input for each language, the portal's own first."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from loket.guard.text import clean_block, clean_line, refuse_unstorable


class TextsWidget(forms.Widget):
    """An input for each language; all but ``language`` are folded."""

    use_fieldset = True
    is_block = False

    def value_from_datadict(self, data, files, name):
        return {code: data.get(f"{name}-{code}", "") for code, _name in settings.LANGUAGES}

    def render(self, name, value, attrs=None, renderer=None):
        rows = [
            (code, called, f"{name}-{code}", (value or {}).get(code, ""))
            for code, called in sorted(settings.LANGUAGES, key=lambda pair: pair[0] != self.language)
        ]
        context = {
            "first": rows[0],
            "others": rows[1:],
            "is_open": any(each[3] for each in rows[1:]),
            "id": (attrs or {}).get("id", name),
            "widget": self,
        }
        return render_to_string("desk/settings/texts.html", context)


class TextsField(forms.Field):
    """``{language: text}``, of the languages that have one; each a line of at most ``longest`` characters, or a block."""

    widget = TextsWidget

    def __init__(self, *, first=settings.LANGUAGE_CODE, max_length=100, is_block=False, **options):
        super().__init__(**{"required": False, **options})
        self.is_block = self.widget.is_block = is_block
        self.longest = self.widget.longest = max_length
        self.ask_first(first)

    def ask_first(self, language, placeholder=""):
        """Ask openly for ``language``, where nothing typed means ``placeholder``."""
        self.widget.language, self.widget.placeholder = language, placeholder

    def clean(self, value):
        texts = {}
        for code, text in (value or {}).items():
            refuse_unstorable(text)
            if len(text) > self.longest:
                raise ValidationError(_("At most %(most)d characters."), params={"most": self.longest})
            if words := clean_block(text).strip() if self.is_block else clean_line(text, self.longest):
                texts[code] = words
        if self.required and not texts:
            raise ValidationError(self.error_messages["required"], code="required")
        return texts

    def in_words(self, value):
        """The texts as people read them."""
        return ", ".join(value.values()) if value else "–"
