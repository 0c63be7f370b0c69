from decimal import Decimal

import pytest

from loket.guard.cells import safe_cell


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+31 6 12345678", "-5", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x",
        "  =1", '"=1', "'=1", "\u00a0=1", "\ufeff=1", "\u200b=1", "\x00=1", "\x01\x02=1", "“=1",
    ],
)  # fmt: skip
def test_text_that_could_be_a_formula_gets_an_apostrophe(text):
    assert safe_cell(text).startswith("'")


@pytest.mark.parametrize(
    ("value", "cell"),
    [(None, ""), ("", ""), ("Printer is on fire", "Printer is on fire"), ("a=b", "a=b"), ("5", "5"), ("   ", "   "),
     (-5, "-5"), (-1.5, "-1.5"), (Decimal("-2.50"), "-2.50"), ("a\x00b\r\nc", "ab\nc")],
)  # fmt: skip
def test_other_values_stay_what_they_are(value, cell):
    assert safe_cell(value) == cell


@pytest.mark.parametrize("sign", "=+-@＝−")
@pytest.mark.parametrize("between", [";", "\t", "\n", "\r", "\r\n", '; "', "\n \u00a0"])
def test_a_formula_is_none_in_the_middle_either(between, sign):
    """Excel in Dutch splits at semicolons, whatever the file's quotation marks say."""
    cell = safe_cell(f"Printer{between}{sign}HYPERLINK(1)")
    parts = cell.replace("\t", ";").replace("\n", ";").split(";")
    assert len(parts) == 2
    assert parts[1].startswith("'")


@pytest.mark.parametrize("text", ["a - b", "a;b", "one\ntwo-three", "x=1; y", "mail@example.com"])
def test_signs_within_words_stay(text):
    assert safe_cell(text) == text
