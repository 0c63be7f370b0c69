import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from loket.guard.text import clean_block, clean_line, refuse_unstorable, storable


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "x\udfff"])
def test_what_postgresql_cannot_hold_is_refused(text):
    assert not storable(text)
    with pytest.raises(ValidationError):
        refuse_unstorable(text)


def test_every_living_language_and_emoji_can_be_stored():
    refuse_unstorable("Grüße, नमस्ते, 你好, 👩‍👩‍👧, \U0010fffd")


def test_a_line_has_no_breaks_controls_or_direction_overrides():
    assert clean_line("  a\r\nb\u2028c\x00\x1b[0m \u202egnp.exe\u2069 ", 100) == "a b c[0m gnp.exe"


def test_a_line_is_cut_before_a_letter_that_would_lose_its_accent():
    assert clean_line("abe\u0301", 3) == "ab"
    assert clean_line("\u0301" * 10, 3) == ""


def test_a_block_keeps_tabs_and_knows_one_line_end():
    assert clean_block("a\r\nb\rc\u2028d\te\x00\x07\ud800") == "a\nb\nc\nd\te"


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=())), st.integers(0, 50))
def test_cleaned_text_can_always_be_stored(text, limit):
    assert storable(clean_line(text, limit)) and len(clean_line(text, limit)) <= limit
    assert storable(clean_block(text))
