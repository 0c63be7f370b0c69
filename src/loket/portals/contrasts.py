"""Can a theme be read? Each pair of colours is measured against WCAG 2.2 AA, in the light and in the dark."""

from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from loket.portals.palettes import DARK, LIGHT, NAMES, RED, Palette, contrast, hexadecimal, ink, key, oklch

TEXT, CONTROL = 4.5, 3.0
STEPS = 9  # halvings: closer than two thousandths of lightness


class Rule(NamedTuple):
    """``front`` must stand out from each of ``grounds`` by ``needed``; when it does not, the colour ``name`` is to change."""

    label: str
    name: str
    needed: float
    front: object
    grounds: object


RULES = (
    Rule(_("Text"), "text", TEXT, lambda p: p.text, lambda p: (p.background, p.step(2), p.raised)),
    Rule(_("Quiet text"), "text", TEXT, lambda p: p.step(10), lambda p: (p.background, p.step(2), p.raised)),
    Rule(_("Links"), "link", TEXT, lambda p: p.link, lambda p: (p.background, p.step(2), p.tint)),
    Rule(_("Words on the button"), "button", TEXT, lambda p: ink(p.button), lambda p: (p.button,)),
    Rule(_("The button"), "button", CONTROL, lambda p: p.button, lambda p: (p.background,)),
    Rule(_("Edges of fields"), "text", CONTROL, lambda p: p.step(8), lambda p: (p.background,)),
    Rule(_("The ring of focus"), "brand", CONTROL, lambda p: p.focus, lambda p: (p.background,)),
    Rule(
        _("Error messages"), "background", TEXT, lambda p: hexadecimal(*RED[p.scheme]), lambda p: (p.background, p.raised)
    ),
)  # fmt: skip


class Pair(NamedTuple):
    """A front on its worst ground. ``better`` is the nearest colour for ``name`` that passes, "" when none does."""

    label: str
    scheme: str
    name: str
    front: str
    ground: str
    ratio: float
    needed: float
    better: str

    @property
    def passes(self):
        return self.ratio >= self.needed

    @property
    def shown(self):
        """The ratio to two digits, rounded down: 4.499 does not read as 4.50."""
        return f"{int(self.ratio * 100) / 100:.2f}"


def pairs(values):
    """Every pair of a theme with these ``values`` (``{name: "#rrggbb" or ""}``), the light scheme first."""
    return _pairs(tuple(sorted((name, colour) for name, colour in values.items() if colour)))


@lru_cache(maxsize=128)
def _pairs(colours):
    values = dict(colours)
    return [_pair(rule, values, scheme) for scheme in (LIGHT, DARK) for rule in RULES]


def _pair(rule, values, scheme):
    palette = Palette(values, scheme)
    front, ground = _worst(rule, palette)
    ratio, name = contrast(front, ground), key(rule.name, scheme)
    better = "" if ratio >= rule.needed else _nearest(rule, values, scheme)
    return Pair(rule.label, scheme, name, front, ground, ratio, rule.needed, better)


def _worst(rule, palette):
    front = rule.front(palette)
    return front, min(rule.grounds(palette), key=lambda ground: contrast(front, ground))


def _passes(rule, palette):
    front = rule.front(palette)
    return all(contrast(front, ground) >= rule.needed for ground in rule.grounds(palette))


def _nearest(failing, values, scheme):
    """The same hue, as little lighter or darker as all rules of that colour allow; else as this one rule does."""
    siblings = [rule for rule in RULES if rule.name == failing.name]
    return _searched(siblings, failing.name, values, scheme) or _searched([failing], failing.name, values, scheme)


def _searched(rules, name, values, scheme):
    start = oklch(getattr(Palette(values, scheme), name))

    def tried(distance):
        colour = hexadecimal(start.lightness + distance, start.chroma, start.hue)
        palette = Palette(values | {key(name, scheme): colour}, scheme)
        return colour if all(_passes(rule, palette) for rule in rules) else ""

    found = [_closest(tried, end) for end in (1 - start.lightness, -start.lightness)]
    return min((each for each in found if each), default=(0, ""))[1]


def _closest(tried, end):
    """(distance, colour) of the smallest step towards ``end`` that passes, None when not even ``end`` does."""
    near, far = 0, end
    best = tried(end)
    if not best:
        return None
    for _each in range(STEPS):
        middle = (near + far) / 2
        if colour := tried(middle):
            far, best = middle, colour
        else:
            near = middle
    return abs(far), best


def values_of(look):
    """The colours of a theme or a draft, as ``pairs`` takes them."""
    return {key(name, scheme): getattr(look, key(name, scheme)) for scheme in (LIGHT, DARK) for name in NAMES}
