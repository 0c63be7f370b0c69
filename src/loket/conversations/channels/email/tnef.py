"""winmail.dat (MS-OXTNEF): the files and the text that Outlook wraps up for nobody but itself."""

import struct
from dataclasses import dataclass, field

SIGNATURE = 0x223E9F78
MOST_FILES = 500
_TITLE, _DATA, _RENDER, _ATTACHMENT = 0x00018010, 0x0006800F, 0x00069002, 0x00069005
_BODY, _CODEPAGE, _PROPERTIES = 0x0002800C, 0x00069007, 0x00069003
_LONG_NAME, _SHORT_NAME, _OBJECT, _HTML, _PLAIN, _MIME_ID = 0x3707, 0x3704, 0x3701, 0x1013, 0x1000, 0x3712
_FIXED = {0x01: 0, 0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_STRING, _WIDE, _BINARY, _EMBEDDED = 0x1E, 0x1F, 0x102, 0x0D


@dataclass
class Wrapped:
    """What was inside. ``files`` are pairs (name, bytes); ``html`` and ``text`` are bytes and str or empty."""

    files: list = field(default_factory=list)
    html: bytes = b""
    text: str = ""
    codec: str = "cp1252"
    is_whole: bool = True


def unwrap(content):
    """A ``Wrapped``, or None when ``content`` (bytes) is no TNEF. What is cut off in the middle is not whole."""
    if len(content) < 6 or struct.unpack_from("<I", content)[0] != SIGNATURE:
        return None
    wrapped, file = Wrapped(), {}
    try:
        for tag, value in _attributes(content):
            if tag == _RENDER:
                _finish(wrapped, file)
                file = {"data": b""}
            elif not _read(wrapped, file, tag, value):
                break
    except (struct.error, IndexError, UnicodeError, LookupError, ValueError):
        wrapped.is_whole = False
    _finish(wrapped, file)
    return wrapped


def _attributes(content):
    """Pairs (tag, value) of the stream."""
    at = 6
    while at + 9 <= len(content):
        tag, length = struct.unpack_from("<II", content, at + 1)
        value = content[at + 9 : at + 9 + length]
        if len(value) < length:
            raise ValueError("cut off")
        yield tag, value
        at += 9 + length + 2


def _read(wrapped, file, tag, value):
    """Take in one attribute. False when there are too many files."""
    if tag == _CODEPAGE and len(value) >= 4:
        wrapped.codec = f"cp{struct.unpack_from('<I', value)[0]}"
    elif tag == _BODY:
        wrapped.text = value.rstrip(b"\0").decode(wrapped.codec, "replace")
    elif tag == _TITLE:
        file["name"] = value.rstrip(b"\0").decode(wrapped.codec, "replace")
    elif tag == _DATA:
        file["data"] = value
    elif tag == _ATTACHMENT:
        _read_file(file, dict(_properties(value, wrapped.codec)))
    elif tag == _PROPERTIES:
        found = dict(_properties(value, wrapped.codec))
        html, text = found.get(_HTML, b""), found.get(_PLAIN, "")
        wrapped.html = html.encode() if isinstance(html, str) else html
        wrapped.text = wrapped.text or (text if isinstance(text, str) else "")
    return len(wrapped.files) < MOST_FILES


def _read_file(file, found):
    name = found.get(_LONG_NAME) or found.get(_SHORT_NAME)
    if name:
        file["name"] = name
    if isinstance(found.get(_OBJECT), bytes):
        file["data"] = file.get("data") or found[_OBJECT]


def _finish(wrapped, file):
    """The file that was being read is complete."""
    if file.get("data") or file.get("name"):
        wrapped.files.append((file.get("name") or "file", file.get("data", b"")))
    file.clear()


def _properties(value, codec):
    """Pairs (property id, value) of a MAPI property list; strings as text, binaries as bytes, the rest is skipped."""
    count, at = struct.unpack_from("<I", value)[0], 4
    for _each in range(min(count, 10_000)):
        kind, name = struct.unpack_from("<HH", value, at)
        at += 4
        if name >= 0x8000:
            at = _skip_name(value, at)
        is_many, kind = kind & 0x1000, kind & 0x0FFF
        if kind in (_STRING, _WIDE, _BINARY, _EMBEDDED) or is_many:
            values, at = _values(value, at, None if kind in (_STRING, _WIDE, _BINARY, _EMBEDDED) else _FIXED[kind])
            yield name, _as_value(kind, values[0] if values else b"", codec)
        else:
            at += _FIXED[kind]


def _values(value, at, size):
    """The values of one property: so many, each with its length unless they have a fixed ``size``."""
    count = struct.unpack_from("<I", value, at)[0]
    at += 4
    found = []
    for _each in range(count):
        if size is None:
            length = struct.unpack_from("<I", value, at)[0]
            at += 4
        else:
            length = size
        if at + length > len(value):
            raise ValueError("cut off")
        found.append(value[at : at + length])
        at += length + (-length % 4)
    return found, at


def _skip_name(value, at):
    """The place behind a named property's name."""
    kind = struct.unpack_from("<I", value, at + 16)[0]
    if kind == 0:
        return at + 24
    length = struct.unpack_from("<I", value, at + 20)[0]
    return at + 24 + length + (-length % 4)


def _as_value(kind, content, codec):
    if kind == _STRING:
        return content.rstrip(b"\0").decode(codec, "replace")
    if kind == _WIDE:
        return content.decode("utf-16-le", "replace").rstrip("\0")
    return content[16:] if kind == _EMBEDDED else content
