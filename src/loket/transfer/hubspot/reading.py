"""A file as it comes: whatever its encoding and separator, it becomes numbered rows, one at a time."""

import codecs
import csv
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from loket.transfer.hubspot.headings import plain, recognised

SEPARATORS = ",;\t"
LONGEST_CELL = 1_000_000
CHUNK = 1 << 20
ZIP = b"PK\x03\x04"


class NoExportError(Exception):
    """The file is no export that can be read; the message says why in one line."""


class Row(NamedTuple):
    """One row of a file: ``problem`` says why ``cells`` could not be read. ``line`` is its first line, from 1."""

    line: int
    cells: list[str]
    problem: str = ""


@dataclass
class Sheet:
    """One CSV file: how it is written, and its headings."""

    name: str
    encoding: str
    separator: str = ","
    headings: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, name):
        """Find out how the file ``name`` is written. Raises NoExportError."""
        try:
            encoding = encoding_of(name)
        except OSError as error:
            raise NoExportError(f"{name}: {error.strerror}") from error
        candidates = [cls(name, encoding, separator) for separator in SEPARATORS]
        for sheet in candidates:
            sheet.headings = next((row.cells for row in sheet._records()), [])
        best = max(candidates, key=lambda sheet: recognised(sheet.headings))
        if not recognised(best.headings):
            raise NoExportError(f"{name}: its first line holds no headings of a HubSpot export.")
        return best

    def rows(self):
        """Yield every row below the headings that holds anything."""
        records = self._records()
        next(records)
        width = len(self.headings)
        for row in records:
            if not row.problem and len(row.cells) != width and (len(row.cells) < width or any(row.cells[width:])):
                problem = f"{len(row.cells)} columns, where the headings have {width}"
                row = row._replace(problem=problem)
            yield row

    def _records(self):
        csv.field_size_limit(LONGEST_CELL)
        errors = "replace" if self.encoding.startswith("utf-16") else "surrogateescape"
        with open(self.name, encoding=self.encoding, errors=errors, newline="") as lines:
            reader = csv.reader(lines, delimiter=self.separator, strict=True)
            while True:
                line = reader.line_num + 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    yield Row(line, [], in_words(error))
                    continue
                # A spreadsheet program may write “sep=;” before the headings.
                if any(cells) and not (line == 1 and plain(cells[0]) == "sep"):
                    yield Row(line, cells)


def in_words(error):
    """What the csv module means."""
    if "unexpected end of data" in str(error):
        return "a quotation mark is opened and never closed; nothing after it could be read"
    if "field limit" in str(error):
        return "a cell is too long; perhaps a quotation mark is not closed"
    return f"no valid CSV: {error}"


def encoding_of(name):
    """UTF-8, UTF-16 or, when it is neither, CP1252. Raises NoExportError for what is no text at all, and OSError."""
    path = Path(name)
    if path.exists() and not path.is_file():
        raise NoExportError(f"{name}: is not a file.")
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip():
        raise NoExportError(f"{name}: is empty.")
    if head.startswith(ZIP):
        is_workbook = path.suffix.lower() == ".xlsx"
        advice = "is an Excel workbook: export as CSV" if is_workbook else "is a ZIP file: unpack it first"
        raise NoExportError(f"{name}: {advice}.")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.count(0) > len(head) // 3:
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    return "utf-8" if is_mostly_utf8(path) else "cp1252"


def is_mostly_utf8(path):
    """Whether the bytes beyond ASCII form more letters of UTF-8 than they break. One bad byte spoils only its row."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    letters = broken = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            text = decoder.decode(chunk)
            if not text.isascii():
                beyond = [letter for letter in text if letter > "\x7f"]
                bad = sum("\udc80" <= letter <= "\udcff" for letter in beyond)
                letters, broken = letters + len(beyond) - bad, broken + bad
    return letters >= broken
