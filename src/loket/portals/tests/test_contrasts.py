"""H1: each pair of a theme's colours against WCAG AA, and the nearest colour that passes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loket.portals.contrasts import pairs
from loket.portals.palettes import contrast, oklch
from loket.portals.presets import PRESETS

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def failing(**values):
    return {(str(pair.label), pair.scheme): pair for pair in pairs(values) if not pair.passes}


def test_what_every_portal_begins_with_can_be_read():
    assert failing() == {}


@pytest.mark.parametrize("slug", PRESETS)
def test_a_preset_can_be_read_in_the_light_and_in_the_dark(slug):
    values = PRESETS[slug].values
    assert failing(**{name: values[name] for name in values if str(values[name]).startswith("#")}) == {}


def test_contrast_is_what_wcag_says():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


def test_a_pale_link_fails_and_the_nearest_darker_one_of_its_hue_passes():
    pair = failing(link="#66aaff")["Links", "light"]
    assert (pair.name, pair.needed) == ("link", 4.5)
    assert pair.ratio < 2.5
    assert abs(oklch(pair.better).hue - oklch("#66aaff").hue) < 2
    assert not failing(link=pair.better)
    # Nearest: a touch lighter, and it fails again.
    lightness, chroma, hue = oklch(pair.better)
    assert lightness > 0.5
    ground = pair.ground
    assert 4.5 <= contrast(pair.better, ground) < 4.7


def test_a_dark_colour_that_fails_is_mended_in_the_dark_scheme_only():
    pair = failing(link_dark="#222266")["Links", "dark"]
    assert pair.name == "link_dark"
    assert not failing(link_dark=pair.better)


def test_a_ratio_is_never_rounded_up_to_what_would_pass():
    pair = failing(link="#767676", background="#ffffff")["Links", "light"]
    assert float(pair.shown) <= pair.ratio


def test_quiet_words_count_too():
    assert ("Quiet text", "light") in failing(text="#666666")


@settings(max_examples=25, deadline=None)
@given(name=st.sampled_from(["text", "link", "button", "brand", "link_dark", "text_dark"]), colour=COLOURS)
def test_the_colour_offered_passes_whatever_was_chosen(name, colour):
    for pair in failing(**{name: colour}).values():
        if pair.better:
            mended = {name: colour, pair.name: pair.better}
            assert (str(pair.label), pair.scheme) not in failing(**mended)
