"""Plain text from outside: what a database can hold, and what a line may contain."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# PostgreSQL refuses both, SQLite neither: they are refused alike at the edge.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# Direction marks, embeddings, overrides and isolates: they make “exe.fdp” out of “pdf.exe”.
BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"
_DROPPED_IN_LINES = re.compile(f"[{_CONTROL}{BIDI}\ufeff\ufff9-\ufffb\ud800-\udfff]")
_DROPPED_IN_BLOCKS = re.compile(f"[{_CONTROL}\ufeff\ud800-\udfff]")
_BREAKS = re.compile("\r\n|[\r\x85\u2028\u2029]")
_SPACES = re.compile(r"\s+")


def storable(value):
    """Whether both databases can hold ``value`` (str): no NUL, no lone surrogate."""
    return not _UNSTORABLE.search(value)


def refuse_unstorable(value):
    """A validator for form and model fields. Raises ValidationError for text that ``storable`` denies."""
    if not storable(value):
        raise ValidationError(_("The text holds characters that cannot be stored. Type it again."), code="unstorable")


def clean_line(value, limit):
    """``value`` as one line of at most ``limit`` characters, without control characters and direction overrides."""
    line = _BREAKS.sub(" ", str(value))
    line = _DROPPED_IN_LINES.sub("", _SPACES.sub(" ", line))
    return _cut(line.strip(), limit).strip()


def clean_block(value):
    """``value`` with line feeds as its only line ends, and without control characters but those and tabs."""
    return _DROPPED_IN_BLOCKS.sub("", _BREAKS.sub("\n", str(value)))


def number_in(text, most_digits=18):
    """The whole number that ``text``, such as a part of an address, is; None for anything else, and for a longer one."""
    is_number = text.isascii() and text.isdigit() and len(text) <= most_digits
    return int(text) if is_number else None


def _cut(text, limit):
    """The first ``limit`` characters, or fewer: no letter loses its accents at the cut."""
    while 0 < limit < len(text) and unicodedata.combining(text[limit]):
        limit -= 1
    return text[:limit]
