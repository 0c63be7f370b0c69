"""The words of a mail made ready: cleaned, pictures marked, quoted history and signature folded (trap 18: never gone)."""

import re
from dataclasses import dataclass, field

from loket.conversations.pictures import mark
from loket.guard.markup import clean_html, from_text, to_text
from loket.guard.quotes import fold_html_quote, fold_quote, fold_signature
from loket.guard.text import clean_block


@dataclass
class Segment:
    """One piece of a mail's words: as HTML, as plain text, or both."""

    html: str = ""
    text: str = ""

    @classmethod
    def of(cls, kind, text):
        """A piece of the content type ``kind``."""
        if kind == "text/html":
            return cls(html=text)
        if kind in ("text/enriched", "text/richtext"):
            return cls(text=without_enrichment(text))
        return cls(text=text)


@dataclass
class Body:
    """``html`` and ``quoted`` are clean; ``text`` is what is fresh, in plain text. ``pictures`` says what was marked."""

    html: str = ""
    quoted: str = ""
    text: str = ""
    pictures: list = field(default_factory=list)

    @classmethod
    def of(cls, segments):
        """Of all pieces together, in their order."""
        body = cls()
        segments = list(segments)
        for segment in segments:
            body.add(segment, is_last=segment is segments[-1])
        return body

    def add(self, segment, *, is_last):
        """Add one piece. Only the last one can end with history: what came between stands where it stood."""
        if segment.html.strip():
            fresh, quoted = fold_html_quote(segment.html) if is_last else (segment.html, "")
            self.html += self._clean(fresh)
            self.quoted += self._clean(quoted) if quoted else ""
            words = to_text(fresh)
            self._say(fold(segment.text)[0] if segment.text.strip() and not quoted else words)
        else:
            fresh, quoted = fold(segment.text) if is_last else (segment.text, "")
            self.html += from_text(fresh)
            self.quoted += from_text(quoted) if quoted else ""
            self._say(fresh)

    def _clean(self, html):
        return clean_html(mark(html, self.pictures))

    def _say(self, words):
        self.text = f"{self.text}\n\n{clean_block(words).strip()}".strip()


def fold(text):
    """(what is fresh, the signature and the history below it)."""
    text = clean_block(text)
    fresh, quoted = fold_quote(text)
    fresh, signature = fold_signature(fresh)
    return fresh, signature + quoted


def without_enrichment(text):
    """text/enriched (RFC 1896) as plain text."""
    text = re.sub(r"<param>.{0,2000}?</param>", "", text, flags=re.IGNORECASE | re.DOTALL)
    text = re.sub(r"<(?!<)/?[A-Za-z][\w-]{0,60}>", "", text)
    return text.replace("<<", "<")
