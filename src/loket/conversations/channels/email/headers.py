"""Headers of a mail, read forgivingly: encoded words, parameters, addresses, Message-IDs."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from loket.conversations.channels.email import transfer
from loket.conversations.channels.email.charsets import to_text
from loket.guard.text import clean_line

LONGEST, LONGEST_LIST = 200_000, 1_000_000
MOST_ADDRESSES = 10_000
_WORD = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,20})?\?([bBqQ])\?(.*?)\?=", re.DOTALL)
_BETWEEN = re.compile(r"(\?=)\s+(?==\?[^?\s]+\?[bBqQ]\?)")
_FOLD = re.compile(rb"\r*\n(?=[ \t])")
_TYPE = re.compile(r"[\w.+-]{1,80}/[\w.+*-]{1,100}")
_ID = re.compile(r"<([^<>\s]{1,500})>")
_TYPE_BEFORE = re.compile(r"\s*+(?:[^;\s=]++(?=[;\s]))?+[;\s]*+")
_PARAMETER = re.compile(r"""([^\s=;"]{1,80})\s*=\s*("(?:[^"\\]|\\.)*(?:"|\Z)|[^;]*)""", re.DOTALL)


@dataclass
class Headers:
    """``values`` maps a name in small letters to its raw values, in order."""

    values: dict = field(default_factory=dict)
    names: list = field(default_factory=list)

    @classmethod
    def read(cls, block):
        """From the bytes of a header block."""
        headers = cls()
        for line in re.split(rb"\r*\n(?![ \t])", block.removeprefix(b"\xef\xbb\xbf")):
            name, colon, value = line.partition(b":")
            if colon:
                name = name.strip().decode("latin-1").lower()
                headers.values.setdefault(name, []).append(raw_text(_FOLD.sub(b"", value).strip()))
                headers.names.append(name)
        return headers

    def all(self, name):
        """The raw values of a header, not decoded."""
        return self.values.get(name, [])

    def raw(self, name):
        """The first raw value, or nothing."""
        return next(iter(self.all(name)), "")

    def text(self, name):
        """The first value as people read it, on one line."""
        return clean_line(decoded(self.raw(name)[:LONGEST]), LONGEST)

    def __contains__(self, name):
        return name in self.values

    @property
    def content_type(self):
        """The content type in small letters; ``text/plain`` when there is none that can be read."""
        found = _TYPE.match(self.raw("content-type").strip().lower())
        return found.group() if found else "text/plain"

    def parameter(self, header, name):
        """A parameter such as ``boundary``, also when split or encoded (RFC 2231); empty when absent."""
        return parameters(self.raw(header)[:LONGEST]).get(name, "")

    @property
    def disposition(self):
        """``attachment``, ``inline`` or nothing."""
        return self.raw("content-disposition").partition(";")[0].strip().lower()

    @property
    def file_name(self):
        """The file name that the part names, as it stands; empty when it names none."""
        return self.parameter("content-disposition", "filename") or self.parameter("content-type", "name")

    def ids(self, *names):
        """The Message-IDs in these headers, without brackets, in order."""
        return [found for name in names for value in self.all(name) for found in _ID.findall(value[:LONGEST])]

    def addresses(self, name):
        """The addresses of a header as pairs (name, address)."""
        return [pair for value in self.all(name) for pair in addresses(value)]


def raw_text(value):
    """The text of raw header bytes: UTF-8, or what else 8-bit headers may be."""
    return to_text(value).replace("\0", "")


def decoded(value):
    """``value`` with its encoded words (RFC 2047) read; neighbours in one charset are read together."""
    if "=?" not in value:
        return value
    out, pending, at = [], None, 0
    value = _BETWEEN.sub(r"\1", value)
    for found in _WORD.finditer(value):
        content = word(found[2], found[3])
        if pending and found.start() == at and pending[0].lower() == found[1].lower():
            pending = (pending[0], pending[1] + content)
        else:
            out += [to_text(pending[1], pending[0])] if pending else []
            out.append(value[at : found.start()])
            pending = (found[1], content)
        at = found.end()
    out += [to_text(pending[1], pending[0])] if pending else []
    return "".join([*out, value[at:]])


def word(encoding, text):
    """The bytes of one encoded word."""
    content = text.encode("utf-8", "replace")
    if encoding in "bB":
        return b"".join(transfer.from_base64([content]))
    return b"".join(transfer.from_quoted_printable([re.sub(rb"\s", b" ", content).replace(b"_", b" ")]))


def parameters(value):
    """The parameters of a structured header as {name: text}."""
    plain, split = {}, {}
    for found in _PARAMETER.finditer(value, _TYPE_BEFORE.match(value).end()):
        name, text = found[1].lower(), found[2].strip()
        if text.startswith('"'):
            text = re.sub(r"\\(.)", r"\1", text[1:-1] if text.endswith('"') and len(text) > 1 else text[1:])
        base, star, rest = name.partition("*")
        if star:
            split.setdefault(base, {})[rest] = text
        else:
            plain.setdefault(base, clean_line(decoded(text), 4_000))
    return plain | {name: clean_line(_joined(pieces), 4_000) for name, pieces in split.items()}


def _joined(pieces):
    """The pieces of one parameter in their order (RFC 2231): “*0*”, “*1” …; or the single “*”."""
    charset, content = "", b""
    for key in sorted(pieces, key=lambda each: int(each.rstrip("*")) if each.rstrip("*").isdecimal() else 0):
        text = pieces[key]
        if key == "" or key.endswith("*"):
            if not content and text.count("'") >= 2:
                charset, _language, text = text.split("'", 2)
            content += unquote_to_bytes(text)
        else:
            content += text.encode("utf-8", "replace")
    text = to_text(content, charset)
    return decoded(text) if "=?" in text else text


def addresses(value):
    """The addresses in a header's raw value as pairs (name, address); groups are opened, rubbish has no address."""
    pairs = []
    for piece in _pieces(value[:LONGEST_LIST]):
        name, address, comment = _taken_apart(piece)
        if address or name:
            pairs.append((clean_line(decoded(name or comment), 200).strip("\"' "), clean_line(address, 320)))
        if len(pairs) >= MOST_ADDRESSES:
            break
    return pairs


def _pieces(value):
    """The value split at commas and semicolons that stand in no quotes, brackets or comments; group names are gone."""
    piece, closing, depth = [], "", 0
    escaped = False
    for sign in value:
        if escaped or (sign == "\\" and closing):
            escaped = not escaped
        elif closing:
            depth += (sign == "(") * (closing == ")")
            if sign == closing:
                depth -= 1
                closing = closing if depth > 0 else ""
        elif sign in '"(<':
            closing, depth = {'"': '"', "(": ")", "<": ">"}[sign], 1
        elif sign in ",;":
            yield "".join(piece)
            piece = []
            continue
        elif sign == ":" and "@" not in "".join(piece):
            piece = []
            continue
        piece.append(sign)
    yield "".join(piece)


def _taken_apart(piece):
    """(name, address, comment) of one address as it is written."""
    comment = " ".join(re.findall(r"\(([^()]*)\)", piece)).strip()
    found = re.search(r"<([^<>]*)>?", piece)
    if found and (found[1].strip() or "@" not in piece):
        name = piece[: found.start()].strip()
        address = found[1].rpartition(":")[2] if found[1].startswith("@") else found[1]
    else:
        bare = re.sub(r"\([^()]*\)|<\s*>", "", piece).strip()
        name, _space, address = bare.rpartition(" ")
        if "@" not in address:
            name, address = bare, ""
    if name.startswith('"') and name.endswith('"') and len(name) > 1:
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return name, re.sub(r"\s", "", address).strip("'\""), comment
