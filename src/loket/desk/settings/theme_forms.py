"""The form of a theme: colours, fonts, shape, pictures, links, announcement (H1)."""

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from loket.desk.settings.stamps import StampedForm
from loket.desk.settings.texts import TextsField
from loket.guard.text import refuse_unstorable
from loket.portals.palettes import DARK, LIGHT, NAMES, Palette, key
from loket.portals.texts import own_text
from loket.portals.themes import (
    FONT_CHOICES,
    MOST_LINKS,
    MOST_RADIUS,
    PICTURES,
    Density,
    refuse_other_colours,
    refuse_other_links,
)

LABELS = {
    "brand": _("Brand"),
    "background": _("Background"),
    "text": _("Text"),
    "link": _("Links"),
    "button": _("Button"),
}


class ColourWidget(forms.TextInput):
    """A line for ``#rrggbb`` with, where scripts run, a picker beside it; ``follows`` is the colour while it is empty."""

    follows = ""

    def render(self, name, value, attrs=None, renderer=None):
        attrs = {"maxlength": 40, "spellcheck": "false", "autocapitalize": "none", "placeholder": self.follows} | (
            attrs or {}
        )
        line = super().render(name, value, attrs, renderer)
        shown = value if value and is_colour(value) else self.follows
        return render_to_string(
            "desk/settings/theme_colour.html", {"line": line, "id": attrs.get("id"), "shown": shown}
        )


class ColourField(forms.CharField):
    """``#rrggbb`` in lower case, or "" for what follows from the others."""

    widget = ColourWidget
    default_validators = [refuse_other_colours]

    def to_python(self, value):
        return super().to_python(value).lower()


def is_colour(value):
    """Whether ``value`` may stand in a stylesheet."""
    try:
        refuse_other_colours(value)
    except ValidationError:
        return False
    return True


class LinksWidget(forms.Widget):
    """A row for each link and an empty one below: its text in each language, its address."""

    use_fieldset = True

    def value_from_datadict(self, data, files, name):
        texts = TextsField().widget
        rows = [
            {
                "text": {
                    code: text
                    for code, text in texts.value_from_datadict(data, files, f"{name}-{at}-text").items()
                    if text
                },
                "url": data.get(f"{name}-{at}-url", "").strip(),
            }
            for at in range(self.most)
        ]
        return [row for row in rows if row["url"] or row["text"]]

    def render(self, name, value, attrs=None, renderer=None):
        value = list(value or [])
        if len(value) < self.most:
            value.append({"text": {}, "url": ""})
        text = TextsField(first=self.language, max_length=60).widget
        text.placeholder = _("Text")
        rows = [
            (
                text.render(f"{name}-{at}-text", row["text"], {"id": f"id_{name}-{at}-text"}),
                f"{name}-{at}-url",
                row["url"],
            )
            for at, row in enumerate(value[: self.most])
        ]
        return render_to_string("desk/settings/theme_links.html", {"rows": rows, "id": (attrs or {}).get("id", name)})


class LinksField(forms.Field):
    """``[{"text": {language: text}, "url": …}]``, at most ``most``; rows without anything are none."""

    widget = LinksWidget

    def __init__(self, *, most, language, **options):
        super().__init__(**{"required": False, **options})
        self.widget.most, self.widget.language = most, language
        self.texts = TextsField(first=language, max_length=60)

    def clean(self, value):
        links = []
        for link in value:
            refuse_unstorable(link["url"])
            links.append({"text": self.texts.clean(link["text"]), "url": link["url"]})
        refuse_other_links(links)
        return links

    def in_words(self, value):
        """The links as people read them."""
        return ", ".join(f"{own_text(link['text'])} ({link['url']})" for link in value) or "–"


class ThemeForm(StampedForm):
    """A draft as its portal's administrators type it."""

    heading_font = forms.ChoiceField(label=_("Headings"), choices=FONT_CHOICES)
    body_font = forms.ChoiceField(label=_("Text"), choices=FONT_CHOICES)
    radius = forms.IntegerField(
        label=_("Corners"),
        min_value=0,
        max_value=MOST_RADIUS,
        help_text=_("How round they are, in pixels from 0 to 20."),
    )
    density = forms.ChoiceField(label=_("Density"), choices=Density)
    logo = forms.FileField(label=_("Logo"), required=False)
    logo_dark = forms.FileField(label=_("Logo on dark pages"), required=False)
    favicon = forms.FileField(label=_("Icon of the browser tab"), required=False)
    announces = forms.BooleanField(label=_("Show it above every page"), required=False)

    def __init__(self, data=None, files=None, *, draft):
        self.draft = draft
        current = {name: value for name, value in draft.values.items() if name not in PICTURES}
        super().__init__(data, files=files, current=current)
        for scheme in (LIGHT, DARK):
            self._add_colours(Palette(draft.colours, scheme), scheme)
        language = draft.portal.language
        for name, label in (
            ("header_links", _("Links above every page")),
            ("footer_links", _("Links below every page")),
        ):
            self.fields[name] = LinksField(most=MOST_LINKS[name], language=language, label=label)
        self.fields["announcement"] = TextsField(first=language, max_length=200, label=_("Text"))
        for name in PICTURES:
            self.fields[name].widget = forms.FileInput({"accept": "image/png,image/jpeg,image/gif,image/webp"})

    def _add_colours(self, palette, scheme):
        for name in NAMES:
            field = ColourField(label=LABELS[name], required=False)
            field.widget.follows = getattr(palette, name)
            self.fields[key(name, scheme)] = field

    def colours(self):
        """The fields of the light scheme."""
        return [self[key(name, LIGHT)] for name in NAMES]

    def dark_colours(self):
        """The fields of the dark scheme."""
        return [self[key(name, DARK)] for name in NAMES]

    @property
    def dark_is_open(self):
        """Whether there is something to see among the dark colours."""
        return any(bound.value() for bound in self.dark_colours())

    def type_and_shape(self):
        """Fonts, corners, density."""
        return [self[name] for name in ("heading_font", "body_font", "radius", "density")]

    def links(self):
        """The links above and below."""
        return [self[name] for name in MOST_LINKS]

    def pictures(self):
        """(bound field, the address of the picture that is there or "")."""
        return [(self[name], getattr(self.draft, f"{name}_address")) for name in PICTURES]
