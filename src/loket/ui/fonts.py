"""The fonts that a theme may choose from: a closed set, all our own copies, with a sheet of faces each (static/ui/css/fonts)."""

from typing import NamedTuple


class Font(NamedTuple):
    """``family`` is for CSS, with what stands in for it; ``sheet`` is its static file, "" where every page has it."""

    name: str
    family: str
    sheet: str = ""
    features: str = "normal"


SANS, SERIF = "system-ui, sans-serif", "ui-serif, Georgia, serif"
FONTS = {
    "inter": Font("Inter", f'"Inter Variable", "Inter Fallback", {SANS}', features='"cv05", "ss03"'),
    "source-sans-3": Font("Source Sans", f'"Source Sans 3 Variable", {SANS}', "ui/css/fonts/source-sans-3.css"),
    "open-sans": Font("Open Sans", f'"Open Sans Variable", {SANS}', "ui/css/fonts/open-sans.css"),
    "manrope": Font("Manrope", f'"Manrope Variable", {SANS}', "ui/css/fonts/manrope.css"),
    "source-serif-4": Font("Source Serif", f'"Source Serif 4 Variable", {SERIF}', "ui/css/fonts/source-serif-4.css"),
    "literata": Font("Literata", f'"Literata Variable", {SERIF}', "ui/css/fonts/literata.css"),
}
DEFAULT = "inter"
