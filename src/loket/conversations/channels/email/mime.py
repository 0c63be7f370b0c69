"""The parts of a mail, read from a stream in one pass whatever is broken about it.

The standard library's parser keeps a mail several times in memory, and raises for some of those that people send. This
one never raises, notes only where each part begins and ends, and so needs as little memory for 25 MB as for 25 kB.
"""

import io
import re
from dataclasses import dataclass, field

from loket.conversations.channels.email import transfer
from loket.conversations.channels.email.headers import Headers

# Beyond these a container stays closed: what it holds is one part, whole.
DEEPEST = 40
MOST_PARTS = 2_000
MOST_HEADER_BYTES = 4_000_000
LINE = 65_536
_HEADER = re.compile(rb"[!-9;-~\x80-\xff]{1,200}[ \t]*:")
_MBOX = re.compile(rb">?From [^:]*")
_IDENTITY = ("", "7bit", "8bit", "binary")


@dataclass(eq=False)
class Part:
    """One part: its headers, and the place of its body in the stream (``start`` up to ``end``)."""

    head: bytearray = field(default_factory=bytearray, repr=False)
    start: int = 0
    end: int = 0
    depth: int = 0
    parts: list = field(default_factory=list)
    headers: Headers = field(default_factory=Headers)

    @property
    def kind(self):
        """Its content type in small letters, such as ``text/plain``."""
        return self.headers.content_type

    @property
    def encoding(self):
        """Its transfer encoding in small letters; empty when it names none."""
        words = self.headers.text("content-transfer-encoding").lower().split()
        return words[0].strip(";") if words else ""

    @property
    def is_nested_mail(self):
        """Whether it is a mail within the mail."""
        return self.kind in ("message/rfc822", "message/global", "message/news")

    def walk(self):
        """This part and all below it, in order."""
        todo = [self]
        while todo:
            part = todo.pop()
            yield part
            todo += reversed(part.parts)

    def raw(self, stream):
        """Its body as it stands in ``stream``, in chunks of bytes."""
        stream.seek(self.start)
        left = self.end - self.start
        while left > 0 and (chunk := stream.read(min(left, LINE))):
            left -= len(chunk)
            yield chunk

    def content(self, stream):
        """Its body without its transfer encoding, in chunks of bytes."""
        return transfer.decoded(self.encoding, self.raw(stream))


def readable(stream):
    """``stream``, or the same mail with line feeds when its only line ends are carriage returns."""
    stream.seek(0)
    head = stream.read(LINE)
    if b"\n" in head or b"\r" not in head:
        return stream
    return io.BytesIO((head + stream.read()).replace(b"\r", b"\n"))


def parse(stream):
    """The root Part of the mail in ``stream``, a seekable ``readable`` file. Never raises for what it holds."""
    return _Pass().over(stream)


class _Pass:
    """One pass over the lines of a mail."""

    def __init__(self):
        self.root = self.part = Part()
        self.open = []  # [(boundary, multipart) or (None, nested mail)], outermost first
        self.in_head, self.doubt, self.count = True, None, 1

    def over(self, stream):
        at, eol, is_start = 0, 0, True
        stream.seek(0)
        while line := stream.readline(LINE):
            if is_start:
                self._line(at, line, eol)
            at += len(line)
            is_start = line.endswith(b"\n")
            eol = 2 if line.endswith(b"\r\n") else int(is_start)
        if self.in_head and self.part:
            self._end_head(at if self.doubt is None else self.doubt)
        self._close(at, down_to=0)
        return self.root

    def _line(self, at, line, eol):
        level = self._boundary(line) if line.startswith(b"--") and self.open else None
        if level is not None:
            self._cross(level, at, eol, line)
        elif self.in_head:
            was = self.part
            self._head_line(at, line)
            if line.strip() and was.start and was.start <= at:  # the body begins here, or began a line ago
                self._line(at, line, eol)

    def _boundary(self, line):
        """The level of the open multipart whose boundary this line is, the innermost first; or None."""
        found = line.rstrip()
        for level in range(len(self.open) - 1, -1, -1):
            boundary = self.open[level][0]
            if boundary and found in (b"--" + boundary, b"--" + boundary + b"--"):
                return level
        return None

    def _cross(self, level, at, eol, line):
        """Close what is open inside the multipart at ``level``, and begin its next part."""
        if self.in_head and self.part:
            self._end_head(at)
        self._close(max(at - eol, 0), down_to=level + 1)
        boundary, multipart = self.open[level]
        if line.rstrip() != b"--" + boundary or self.count >= MOST_PARTS:
            self.part, self.in_head = None, False  # after the last part: nothing, unless the boundary comes again
            return
        self._begin(multipart)

    def _begin(self, parent):
        self.part, self.in_head, self.doubt = Part(depth=parent.depth + 1), True, None
        parent.parts.append(self.part)
        self.count += 1

    def _close(self, end, *, down_to):
        """Set where the open parts below ``down_to`` end."""
        leaf = self.part
        if leaf:
            leaf.end = max(end, leaf.start)
        for _boundary, container in self.open[down_to:]:
            container.end = max(end, container.start)
        del self.open[down_to:]

    def _head_line(self, at, line):
        part, head = self.part, self.part.head
        bare = line.strip()
        if not bare and head and line.strip(b"\r\n"):
            self.doubt = at + len(line)  # a line of spaces: the end, or a gap in a folded header
        elif not bare and (head or part is not self.root):
            self._end_head(at + len(line) if self.doubt is None else self.doubt)
        elif not bare or (not head and _MBOX.match(line)):
            return  # before the first header of all
        elif (line[:1] in b" \t" and head) or _HEADER.match(line) or (not head and line[:3] == b"\xef\xbb\xbf"):
            self.doubt = None
            if len(head) < MOST_HEADER_BYTES:
                head += line if line.endswith(b"\n") else line + b"\n"
        elif not head or self.doubt is not None or self._is_boundary_of(head, line):
            self._end_head(at if self.doubt is None else self.doubt)
        else:
            self.doubt = at  # rubbish among the headers, or the body without an empty line before it

    def _is_boundary_of(self, head, line):
        """Whether these headers, without an empty line below them, name ``line`` as their boundary."""
        if not line.startswith(b"--"):
            return False
        boundary = Headers.read(bytes(head)).parameter("content-type", "boundary").rstrip()
        return bool(boundary) and line.rstrip() == b"--" + boundary.encode("utf-8", "surrogateescape")

    def _end_head(self, start):
        """The headers are complete; the body begins at ``start``."""
        part = self.part
        part.headers, part.start, part.end = Headers.read(bytes(part.head)), start, start
        part.head, self.in_head, self.doubt = bytearray(), False, None
        if part.depth >= DEEPEST or self.count >= MOST_PARTS:
            return
        boundary = part.headers.parameter("content-type", "boundary").encode("utf-8", "surrogateescape").rstrip()
        if part.kind.startswith("multipart/") and boundary:
            self.open.append((boundary, part))
            self.part = None
        elif part.is_nested_mail and part.encoding in _IDENTITY:
            self.open.append((None, part))
            self._begin(part)
