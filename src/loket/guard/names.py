"""File names from outside."""

import re
import unicodedata

from loket.guard.text import BIDI

LONGEST = 150
_EXTENSION = re.compile(r"(\.tar)?\.[A-Za-z0-9]{1,12}\Z")
_FORBIDDEN = re.compile(f'[\x00-\x1f\x7f-\x9f<>:"|?*\ufeff\u200b\u2028\u2029\ud800-\udfff\ufffe\uffff{BIDI}]')
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|\Z)", re.IGNORECASE)


def file_name(raw):
    """A name that is safe in headers, archives and on every disk. Never empty, at most 150 bytes of UTF-8.

    The extension is kept: it is what tells a person's machine how to open the file.
    """
    name = re.split(r"[/\\]", str(raw or "")[:4000])[-1]
    name = unicodedata.normalize("NFC", _FORBIDDEN.sub("", name))
    name = " ".join(name.split()).lstrip(". ").rstrip(". ")
    if _RESERVED.match(name):
        name = "_" + name
    return _shortened(name) or "file"


def _shortened(name):
    """``name`` within ``LONGEST`` bytes, cut before its extension."""
    if len(name.encode()) <= LONGEST:
        return name
    found = _EXTENSION.search(name)
    ending = found.group() if found else ""
    stem = name.removesuffix(ending).encode()[: LONGEST - len(ending.encode())].decode(errors="ignore")
    return stem.rstrip(". ") + ending
