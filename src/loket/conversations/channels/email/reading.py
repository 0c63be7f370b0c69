"""A mail as people read it: who, what about, the words, the files. Never raises for what a mail holds."""

import hashlib
import re
from dataclasses import dataclass, field

from loket.conversations.channels.email import charsets, mime, tnef
from loket.conversations.channels.email.bodies import Body, Segment
from loket.conversations.channels.email.uu import without_uu
from loket.guard.quotes import has_words
from loket.guard.text import clean_line

# A text longer than this is shown up to here, and kept whole as a file.
LONGEST_TEXT = 1_000_000
LARGEST_WRAPPED = 60_000_000
MOST_FILES = 500
_BODIES = ("text/plain", "text/html", "text/enriched", "text/richtext")
_ENDINGS = {
    "text/plain": ".txt", "text/html": ".html", "message/rfc822": ".eml", "text/calendar": ".ics", "image/png": ".png",
    "image/jpeg": ".jpg", "image/gif": ".gif", "application/pdf": ".pdf", "text/csv": ".csv", "text/vcard": ".vcf",
    "message/delivery-status": ".txt", "text/rfc822-headers": ".txt", "application/pgp-signature": ".asc",
}  # fmt: skip


@dataclass
class FileOfMail:
    """A file that came along: ``chunks()`` gives its bytes. ``cid`` is the Content-ID that the text names it by."""

    name: str
    chunks: object
    cid: str = ""
    place: str = ""


@dataclass
class Reading:
    """What a mail says. ``root`` is its first Part, ``body`` its words, ``files`` what came along."""

    root: mime.Part
    stream: object
    body: Body = field(default_factory=Body)
    files: list = field(default_factory=list)

    @property
    def headers(self):
        return self.root.headers

    @property
    def sender(self):
        """(name, address) of the first From that has an address; empty texts when none has."""
        return next((pair for pair in self.headers.addresses("from") if "@" in pair[1]), ("", ""))

    @property
    def subject(self):
        return clean_line(self.headers.text("subject"), 500)

    @property
    def message_id(self):
        """Its Message-ID without brackets; empty when there is none."""
        return next(iter(self.headers.ids("message-id")), "")[:500]

    def addressed(self, *names):
        """The addresses in these headers."""
        return [address for name in names for _name, address in self.headers.addresses(name) if "@" in address]

    def fingerprint(self):
        """What two copies of one mail have in common: Message-ID, sender, subject and body, not how they came (hex)."""
        digest = hashlib.sha256(repr((self.message_id, self.headers.all("from"), self.headers.all("subject"))).encode())
        for chunk in self.root.raw(self.stream):
            digest.update(chunk.replace(b"\r", b""))
        return digest.hexdigest()


def read(stream):
    """The ``Reading`` of the mail in ``stream``, a seekable binary file that stays open while its files are read."""
    stream = mime.readable(stream)
    reading = Reading(mime.parse(stream), stream)
    walk = _Walk(reading)
    reading.body = Body.of(walk.segments(reading.root))
    return reading


class _Walk:
    """Sorts the parts of one mail into words and files."""

    def __init__(self, reading):
        self.stream, self.files, self.root = reading.stream, reading.files, reading.root
        self.has_words = False

    def segments(self, part):
        """The words of ``part`` and what is below it, in order; its files are put among the files."""
        if part.is_nested_mail and part is not self.root:
            self.attach(part)
        elif part.is_nested_mail:
            yield from self.nested(part)
        elif not part.parts:
            yield from self.leaf(part)
        elif part.kind == "multipart/alternative":
            yield from self.alternative(part)
        else:
            for each in part.parts:
                yield from self.segments(each)

    def nested(self, part):
        """A mail that is nothing but another one: its words are shown."""
        for each in part.parts:
            yield from self.segments(each)

    def leaf(self, part):
        if self.is_tnef(part):
            yield from self.unwrapped(part)
        elif not self.is_words(part):
            self.attach(part)
        else:
            text, is_cut = self.text(part)
            if part.kind == "text/plain" or part.kind.startswith("multipart/"):
                text = self.without_uu(text)
            if is_cut or (part.kind == "text/html" and is_unseen(text)):
                self.attach(part)
            if text.strip():
                self.has_words = True
                yield Segment.of(part.kind, text)

    def is_words(self, part):
        """Whether a leaf is to be read here, and not a file."""
        if part.kind.startswith("multipart/"):
            return True  # its boundary never came: what it holds is shown as it stands
        if part.kind not in _BODIES or part.headers.disposition == "attachment":
            return False
        return not part.headers.file_name or (not self.has_words and part.headers.disposition != "inline")

    def alternative(self, part):
        """The same words in several forms: both plain text and HTML are kept; other forms are files."""
        texts = []
        for each in part.parts:
            texts += [(each.kind, segment) for segment in self.segments(each)]
        plain = [segment for _kind, segment in texts if not segment.html]
        rich = [segment for _kind, segment in texts if segment.html]
        if len(rich) == 1 and plain:
            yield Segment(html=rich[0].html, text="\n\n".join(segment.text for segment in plain))
        else:
            yield from rich or plain

    def text(self, part):
        """(text, whether there is more of it)."""
        content = bytearray()
        for chunk in part.content(self.stream):
            content += chunk
            if len(content) > LONGEST_TEXT * 4:
                break
        charset = part.headers.parameter("content-type", "charset")
        if part.kind == "text/html" and charsets.codec_of(charset) is None:
            charset = charsets.charset_of_html(bytes(content)) or charset
        text = charsets.to_text(bytes(content), charset)
        if part.kind == "text/plain" and part.headers.parameter("content-type", "format").lower() == "flowed":
            text = unflowed(text, part.headers.parameter("content-type", "delsp").lower() == "yes")
        return text[:LONGEST_TEXT], len(text) > LONGEST_TEXT

    def attach(self, part):
        """Put ``part`` among the files, unless it is nothing at all."""
        name = part.headers.file_name
        is_empty = part.start == part.end
        if (is_empty and not name) or len(self.files) >= MOST_FILES:
            return
        cid = next(iter(part.headers.ids("content-id")), part.headers.raw("content-id").strip("<> "))
        place = part.headers.text("content-location")
        whole = part.raw if part.is_nested_mail and part.parts else part.content
        self.files.append(FileOfMail(name or self.called(part), lambda: whole(self.stream), cid, place))

    def called(self, part):
        """A name for a part that has none."""
        if part.is_nested_mail:
            inside = part.parts[0].headers.text("subject") if part.parts else ""
            return f"{inside[:100] or 'message'}.eml"
        kind = part.kind.partition("/")
        stem = kind[0] if kind[0] in ("image", "audio", "video", "text", "message") else "file"
        return f"{stem}-{len(self.files) + 1}{_ENDINGS.get(part.kind, '')}"

    def is_tnef(self, part):
        name = part.headers.file_name.lower()
        return part.kind in ("application/ms-tnef", "application/vnd.ms-tnef") or name == "winmail.dat"

    def unwrapped(self, part):
        """The files and words in a winmail.dat; it is kept itself when it cannot be read to its end."""
        content = b""
        if part.end - part.start < LARGEST_WRAPPED:
            content = b"".join(part.content(self.stream))
        wrapped = tnef.unwrap(content)
        if wrapped is None or not wrapped.is_whole or not (wrapped.files or wrapped.html or wrapped.text):
            self.attach(part)
        if wrapped is None:
            return
        for name, inside in wrapped.files:
            self.files.append(FileOfMail(name, lambda inside=inside: iter([inside])))
        if not self.has_words and (wrapped.html or wrapped.text):
            html = charsets.to_text(wrapped.html, charsets.charset_of_html(wrapped.html) or wrapped.codec)
            yield Segment(html=html, text=wrapped.text)

    def without_uu(self, text):
        text, files = without_uu(text)
        self.files += [FileOfMail(name, lambda inside=inside: iter([inside])) for name, inside in files]
        return text


def is_unseen(html):
    """Whether HTML that is not empty would show nothing, such as one that is all script."""
    return bool(html.strip()) and "<img" not in html.lower() and not has_words(html)


def unflowed(text, is_spaced_out):
    """``text`` with the line breaks gone that stand there only for old screens (RFC 3676)."""
    lines, open_depth = [], None
    for line in text.replace("\r\n", "\n").split("\n"):
        depth = len(re.match(r">*", line).group())
        words = line[depth:].removeprefix(" ")
        is_flowed = words.endswith(" ") and words != "-- "
        if open_depth == depth and words != "-- ":
            lines[-1] += words
        else:
            lines.append(">" * depth + (" " if depth else "") + words)
        if is_flowed and is_spaced_out:
            lines[-1] = lines[-1][:-1]
        open_depth = depth if is_flowed else None
    return "\n".join(lines)
