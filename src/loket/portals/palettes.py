"""A theme's colours in one scheme: those that were set, and those that follow from them.

The theme's stylesheet carries the colours computed here; what ``tokens.css`` mixes from them (the neutrals) is mixed
here in the same way where contrast is measured. A journey compares the two in a browser.
"""

from functools import cached_property
from typing import NamedTuple

from coloraide import Color

LIGHT, DARK = "light", "dark"
NAMES = ("brand", "background", "text", "link", "button")
BRAND = "#14595c"
WHITE, BLACK = "#ffffff", "#000000"
# How much text is mixed into the background, in the light and in the dark: the steps of tokens.css by their numbers.
MIXES = {2: (0.025, 0.04), 3: (0.053, 0.085), 8: (0.472, 0.494), 10: (0.683, 0.717)}
# Errors are written in a red that no theme changes.
RED = {LIGHT: (0.5, 0.17, 25), DARK: (0.78, 0.125, 24)}


class Oklch(NamedTuple):
    """Lightness 0–1, chroma, hue in degrees."""

    lightness: float
    chroma: float
    hue: float


def oklch(hexadecimal):
    """The colour as people see it; a grey has the hue 0."""
    lightness, chroma, hue = Color(hexadecimal).convert("oklch").coords(nans=False)
    return Oklch(lightness, chroma, hue)


def hexadecimal(lightness, chroma, hue):
    """``#rrggbb``; less chroma where a screen cannot show as much."""
    return Color("oklch", [lightness, chroma, hue]).convert("srgb").fit(method="oklch-chroma").to_string(hex=True)


def mixed(ground, front, share):
    """``share`` of ``front`` in ``ground``, as ``color-mix(in oklab, …)``."""
    return Color(ground).mix(front, share, space="oklab").convert("srgb").fit(method="clip").to_string(hex=True)


def contrast(one, other):
    """WCAG's ratio, 1 to 21."""
    return Color(one).contrast(other, method="wcag21")


def lifted(colour):
    """A colour of the light scheme as the dark one shows it."""
    light = oklch(colour)
    return hexadecimal(max(light.lightness, 0.76), min(light.chroma, 0.12), light.hue)


def ink(colour):
    """What can be read on ``colour``: white where that is enough, else what is better."""
    on_white = contrast(colour, WHITE)
    return WHITE if on_white >= 4.5 or on_white >= contrast(colour, BLACK) else BLACK


def pressed(colour):
    """A button under the pointer: away from its words, so that they never get harder to read."""
    now = oklch(colour)
    return hexadecimal(now.lightness + (-0.06 if ink(colour) == WHITE else 0.05), now.chroma, now.hue)


def key(name, scheme):
    """What a colour of a scheme is called among a theme's values."""
    return name if scheme == LIGHT else f"{name}_dark"


class Palette:
    """The colours of one scheme; ``values`` (``{name: "#rrggbb" or ""}``) as a theme has them."""

    def __init__(self, values, scheme):
        self.values, self.scheme = values, scheme

    def own(self, name):
        """The colour as it was set for this scheme, "" when it was not."""
        return self.values.get(key(name, self.scheme)) or ""

    @cached_property
    def brand(self):
        light = self.values.get("brand") or BRAND
        return self.own("brand") or (light if self.scheme == LIGHT else lifted(light))

    @cached_property
    def hue(self):
        """Whether or not the brand is lifted, neutrals lean towards its hue."""
        return oklch(self.values.get("brand") or BRAND).hue

    @cached_property
    def background(self):
        shade = (0.998, 0.001) if self.scheme == LIGHT else (0.185, 0.008)
        return self.own("background") or hexadecimal(*shade, self.hue)

    @cached_property
    def text(self):
        shade = (0.24, 0.02) if self.scheme == LIGHT else (0.945, 0.006)
        return self.own("text") or hexadecimal(*shade, self.hue)

    @cached_property
    def link(self):
        if own := self.own("link"):
            return own
        if self.scheme == DARK:
            return lifted(self.values["link"]) if self.values.get("link") else self.brand
        brand = oklch(self.brand)
        return hexadecimal(min(brand.lightness, 0.48), brand.chroma, brand.hue)

    @cached_property
    def button(self):
        if own := self.own("button"):
            return own
        return lifted(self.values["button"]) if self.scheme == DARK and self.values.get("button") else self.brand

    def step(self, number):
        """A neutral of tokens.css."""
        return mixed(self.background, self.text, MIXES[number][self.scheme == DARK])

    @cached_property
    def raised(self):
        """What stands out from the page: fields and cards."""
        if self.scheme == DARK:
            return self.step(3)
        page = oklch(self.background)
        return hexadecimal(min(page.lightness + 0.02, 1), page.chroma, page.hue)

    @cached_property
    def tint(self):
        """A touch of the brand under links and states."""
        brand = oklch(self.values.get("brand") or BRAND)
        if self.scheme == LIGHT:
            return hexadecimal(0.97, min(brand.chroma * 0.15, 0.013), brand.hue)
        return hexadecimal(0.248, min(brand.chroma * 0.3, 0.021), brand.hue)

    @cached_property
    def focus(self):
        """The ring round what has the focus."""
        brand = oklch(self.brand)
        if self.scheme == DARK:
            return self.brand
        return hexadecimal(min(brand.lightness, 0.52), max(brand.chroma, 0.09), brand.hue)

    def served(self):
        """The custom properties of this scheme, ``{name: "#rrggbb"}``, as the stylesheet carries them."""
        ending = "" if self.scheme == LIGHT else "-dark"
        colours = {name: getattr(self, name) for name in NAMES}
        colours |= {
            "brand-ink": ink(self.brand),
            "button-ink": ink(self.button),
            "button-strong": pressed(self.button),
            "raised": self.raised,
        }
        return {f"--theme-{name}{ending}": colour for name, colour in colours.items()}
