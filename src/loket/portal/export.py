"""The current view as CSV (C3): UTF-8 with a mark for spreadsheets, RFC 4180, no cell a formula, memory flat."""

import csv
from io import StringIO
from itertools import batched

from django.utils import timezone, translation

from loket.guard.cells import safe_cell
from loket.guard.names import file_name

CHUNK = 1_000
BYTE_ORDER_MARK = "\ufeff"


def name_of(plural):
    """The name of the file: what tickets are called, and the day."""
    return file_name(f"{plural} {timezone.localdate():%Y-%m-%d}.csv")


def as_csv(listing):
    """An iterator of the parts of the file, in the language of now."""
    return parts(listing, translation.get_language())


def parts(listing, language):
    """The language is set for each part: the last middleware has ended before the first part is asked for."""
    writers = [column.writer() for column in listing.columns]
    yield BYTE_ORDER_MARK + csv_text([[safe_cell(column.heading) for column in listing.columns]])
    for lines in batched(listing.walk(CHUNK), CHUNK):
        with translation.override(language):
            text = csv_text([write(value) for write, value in zip(writers, line.values, strict=True)] for line in lines)
        yield text


def csv_text(rows):
    """Rows of cells as CSV with CRLF."""
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()
