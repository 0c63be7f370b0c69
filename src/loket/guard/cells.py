"""Cells of CSV and XLSX files that a spreadsheet must not take for a formula."""

import re
from decimal import Decimal

from loket.guard.text import clean_block

_SIGNS = "=+-@＝＋－＠﹢﹣﹦﹫−"
_FORMULA = frozenset(f"{_SIGNS}\t\r\n|%")
_SKIPPED = " \u00a0\u3000\u200b\u200c\u200d\u2060\ufeff\"'`’‘“”«»"

# A program that takes semicolons or tabs for the separator begins a cell here, as it does on a new line.
_WITHIN = re.compile(f"([;\\t\\n])(?=[{re.escape(_SKIPPED)}]*[{re.escape(_SIGNS)}])")

# Most cells: nothing in them can mean anything but itself.
_PLAIN = re.compile(r"[0-9A-Za-z][ -:<-~]*")


def safe_cell(value):
    """``value`` as text for one cell. Text that could begin a formula gets an apostrophe in front.

    Spaces and quotation marks before the sign do not hide it. So does what follows a semicolon, tab or line feed within
    the text, which some programs take for the beginning of the next cell. Numbers, negative ones too, stay what they are when
    they come as numbers; a telephone number such as “+31 6 …” is text and gets the apostrophe.
    """
    if value is None:
        return ""
    if isinstance(value, int | float | Decimal):
        return str(value)
    if isinstance(value, str) and _PLAIN.fullmatch(value):
        return value
    text = clean_block(value)
    starts = {str(value).lstrip(_SKIPPED)[:1], text.lstrip(_SKIPPED)[:1]}
    text = _WITHIN.sub(r"\1'", text)
    return f"'{text}" if starts & _FORMULA else text
