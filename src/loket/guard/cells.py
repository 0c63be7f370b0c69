"""Cells of CSV and XLSX files that a spreadsheet must not take for a formula."""

from decimal import Decimal

from loket.guard.text import clean_block

_FORMULA = frozenset("=+-@\t\r\n|%＝＋－＠﹢﹣﹦﹫−")
_SKIPPED = " \u00a0\u3000\u200b\u200c\u200d\u2060\ufeff\"'`’‘“”«»"


def safe_cell(value):
    """``value`` as text for one cell. Text that could begin a formula gets an apostrophe in front.

    Spaces and quotation marks before the sign do not hide it. Numbers, negative ones too, stay what they are when
    they come as numbers; a telephone number such as “+31 6 …” is text and gets the apostrophe.
    """
    if value is None:
        return ""
    if isinstance(value, int | float | Decimal):
        return str(value)
    text = clean_block(value)
    starts = {str(value).lstrip(_SKIPPED)[:1], text.lstrip(_SKIPPED)[:1]}
    return f"'{text}" if starts & _FORMULA else text
