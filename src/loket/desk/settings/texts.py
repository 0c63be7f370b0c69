"""A text of one's own in several languages: one field, stored as ``{language: text}``."""

from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from loket.guard.text import clean_line, refuse_unstorable


class TextsWidget(forms.MultiWidget):
    """An input for the portal's language, the others folded below it unless they hold something."""

    def __init__(self, languages, attrs=None):
        self.languages = languages
        super().__init__([forms.TextInput(attrs={"lang": code}) for code, _name in languages], attrs)

    def decompress(self, value):
        """The texts in the order of the inputs."""
        return [(value or {}).get(code, "") for code, _name in self.languages]

    def render(self, name, value, attrs=None, renderer=None):
        inputs = self.get_context(name, value, attrs)["widget"]["subwidgets"]
        rows = [
            (each["attrs"]["id"], label, widget.render(each["name"], each["value"], each["attrs"]))
            for each, widget, (_code, label) in zip(inputs, self.widgets, self.languages, strict=True)
        ]
        is_open = any(each["value"] for each in inputs[1:])
        return render_to_string("desk/settings/texts.html", {"first": rows[0], "rest": rows[1:], "is_open": is_open})


class TextsField(forms.MultiValueField):
    """``{language: text}``, one line each, empty ones left out. ``first`` is the language that is asked for openly."""

    def __init__(self, *, first, max_length=100, **kwargs):
        languages = sorted(settings.LANGUAGES, key=lambda pair: pair[0] != first)
        self.codes = [code for code, _name in languages]
        fields = [
            forms.CharField(required=False, max_length=max_length, validators=[refuse_unstorable])
            for _code in languages
        ]
        kwargs = {"required": False, "help_text": _("Left empty, the usual words stand there."), **kwargs}
        super().__init__(fields, widget=TextsWidget(languages), require_all_fields=False, **kwargs)
        self.longest = max_length

    def compress(self, values):
        texts = {code: clean_line(text, self.longest) for code, text in zip(self.codes, values or (), strict=False)}
        return {code: text for code, text in texts.items() if text}
