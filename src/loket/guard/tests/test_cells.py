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
