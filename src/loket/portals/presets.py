"""Themes to begin with: colours, fonts, corners. A portal's pictures, links and announcement stay as they are."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from loket.portals.contrasts import LIGHT
from loket.portals.palettes import DARK, NAMES, Palette, key
from loket.portals.themes import Density
from loket.ui.fonts import DEFAULT

UNSET = {key(name, scheme): "" for scheme in (LIGHT, DARK) for name in NAMES}
PLAIN = {"heading_font": DEFAULT, "body_font": DEFAULT, "radius": 8, "density": Density.COMFORTABLE}


class Preset(NamedTuple):
    """``values`` are those of a theme's fields that it sets."""

    label: str
    values: dict

    @property
    def swatches(self):
        """Background, text, button and brand in the light, for a small picture of it."""
        palette = Palette(self.values, LIGHT)
        return palette.background, palette.text, palette.button, palette.brand


def preset(label, **values):
    return Preset(label, UNSET | PLAIN | values)


PRESETS = {
    "loket": preset(_("Loket")),
    "harbour": preset(
        _("Harbour"), brand="#1d4ed8", background="#fafbff", text="#111c33", heading_font="manrope",
        body_font="source-sans-3", radius=10,
    ),
    "letter": preset(
        _("Letter"), brand="#7a2e2e", background="#fdf8ef", text="#2b211a", background_dark="#1a1613",
        heading_font="source-serif-4", body_font="source-serif-4", radius=3, density=Density.SPACIOUS,
    ),
    "meadow": preset(
        _("Meadow"), brand="#2f6b3a", background="#f7faf3", text="#1c2a1c", link="#1f5c8a", heading_font="literata",
        body_font="open-sans", radius=14,
    ),
    "graphite": preset(
        _("Graphite"), brand="#333a45", background="#ffffff", text="#15181d", link="#0b57c2", button="#15181d",
        button_dark="#e6e9ef", radius=4, density=Density.COMPACT,
    ),
    "clementine": preset(
        _("Clementine"), brand="#b8480b", background="#fffdfa", text="#26190f", link="#8a3a0e", heading_font="manrope",
        body_font="manrope", radius=16,
    ),
}  # fmt: skip
