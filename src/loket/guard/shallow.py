"""HTML made shallow: hostile nesting, remote content and raw-text elements are gone before a real parser sees it.

HTML parsers need quadratic time for 100,000 open elements, lxml drops what lies deeper than 256, and an unclosed
``<font>`` in each of many paragraphs multiplies. So this pass reads once from left to right, keeps only tags by name,
closes all it opens, and stays within fixed bounds. It is no sanitiser: nh3 follows.
"""

import re
from html import escape, unescape

DEEPEST = 60
MOST_TAGS = 40_000
# A browser repeats open formatting in each new paragraph, so few may be open at once.
_FORMATS = frozenset(["a", "b", "code", "em", "i", "s", "small", "strong", "u"])
MOST_FORMATS = 8

BLOCKS = frozenset(
    ["blockquote", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ol", "p", "pre", "ul"]
)
TABLES = frozenset(["table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"])
INLINES = _FORMATS | frozenset(["abbr", "bdi", "del", "ins", "kbd", "q", "samp", "span", "sub", "sup", "var"])
VOIDS = frozenset(["br", "hr"])
KEPT = BLOCKS | TABLES | INLINES | VOIDS
ATTRIBUTES = {"a": {"href"}, "abbr": {"title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
# What stands in for a tag that is not kept: other names for the same, and blocks that would run together.
_SAME = {
    "strike": "s", "tt": "code", "big": "span", "font": "span", "center": "div", "article": "div", "section": "div",
    "header": "div", "footer": "div", "main": "div", "aside": "div", "nav": "div", "address": "div", "figure": "div",
    "figcaption": "div", "fieldset": "div", "form": "div", "details": "div", "summary": "div", "legend": "div",
    "body": "div", "listing": "pre", "dir": "ul", "menu": "ul", "option": "div",
}  # fmt: skip
_RAW = {
    name: re.compile(rf"</{name}(?=[\s/>])[^>]*+>?", re.IGNORECASE | re.ASCII)
    for name in ("script", "style", "title", "iframe", "noembed", "noframes", "template")
}
_NAME = re.compile(r"</?([a-zA-Z][^\s/>]*+)")
_ATTRIBUTE = re.compile(
    r"""[\s/]*+(?:(?P<name>=?+[^\s/>=]*+)(?:\s*+=\s*+(?P<value>"[^"]*+"|'[^']*+'|(?!["'])[^\s>]*+))?+)""", re.ASCII
)
_IMPLIED = dict.fromkeys(BLOCKS - {"li", "dt", "dd"} | {"table", "hr"}, ({"p"}, {"td", "th", "caption"})) | {
    "li": ({"li"}, {"ul", "ol", "table"}),
    **dict.fromkeys(("dt", "dd"), ({"dt", "dd"}, {"dl", "table"})),
    **dict.fromkeys(("td", "th"), ({"td", "th", "caption"}, {"tr", "table"})),
    "tr": ({"tr", "caption"}, {"table"}),
    **dict.fromkeys(("thead", "tbody", "tfoot"), ({"thead", "tbody", "tfoot", "caption"}, {"table"})),
}
_SMALL_NUMBER = re.compile(r"[1-9][0-9]?\Z")


class Shallow:
    """One pass over one text. ``tables`` false turns rows into lines and cells into words, for plain text."""

    def __init__(self, html, *, tables=True):
        self.html, self.tables = html, tables
        self.out, self.open = [], []
        self.at = self.tags = self.formats = 0
        self.no_comment_end = False

    def result(self):
        """The shallow HTML."""
        html, end = self.html, len(self.html)
        while self.at < end:
            start = html.find("<", self.at)
            if start < 0:
                start = end
            self.out.append(html[self.at : start])
            self.at = start
            if start < end:
                self._markup()
        self.out += [f"</{name}>" for name in reversed(self.open)]
        return "".join(self.out)

    def _markup(self):
        """Read what begins with “<” at ``self.at``."""
        found = _NAME.match(self.html, self.at)
        if found:
            self._tag(found)
        elif self.html[self.at + 1 : self.at + 2] in ("!", "?", "/"):
            self._comment()
        else:
            self.out.append("&lt;")
            self.at += 1

    def _comment(self):
        """Skip a comment, doctype or processing instruction; an endless one only loses its mark."""
        if self.html.startswith("<!--", self.at) and not self.no_comment_end:
            end = self.html.find("-->", self.at + 2)
            self.no_comment_end = end < 0
            if end >= 0:
                self.at = end + 3
                return
        end = self.html.find(">", self.at, self.at + 2000)
        if end < 0:
            self.out.append("&lt;")
        self.at = end + 1 if end >= 0 else self.at + 1

    def _tag(self, found):
        start, name = found.start(), found.group(1).lower()
        attributes = self._attributes(found.end())
        if attributes is None:  # no tag after this one can have an end either: the rest is text
            self.out.append(self.html[start:].replace("<", "&lt;"))
            self.at = len(self.html)
            return
        if found.group().startswith("</"):
            self._close(_SAME.get(name, name))
        elif name in _RAW:
            self._skip(name)
        else:
            self._start(_SAME.get(name, name), attributes)

    def _attributes(self, at):
        """The attributes of the tag whose name ends at ``at``; moves behind its “>”. None when it has no end."""
        attributes, html = {}, self.html
        while at < len(html):
            if html[at] == ">":
                self.at = at + 1
                return attributes
            found = _ATTRIBUTE.match(html, at)
            if found.end() == at:
                at += 1  # a stray quotation mark after “=”: skipped as browsers do
                continue
            name, value = found["name"].lower(), found["value"] or ""
            if value[:1] in ("'", '"'):
                value = value[1:-1]
            attributes.setdefault(name, unescape(value[:4000]))
            at = found.end()
        return None

    def _skip(self, name):
        """Leave out a raw-text element with its content."""
        found = _RAW[name].search(self.html, self.at)
        self.at = found.end() if found else len(self.html)

    def _start(self, name, attributes):
        if name == "img":
            self.out.append(escape(attributes.get("alt", "")))
        elif not self.tables and name in TABLES:
            self._flat_start(name)
        elif name in KEPT and self._may_open(name):
            kept = ATTRIBUTES.get(name, ())
            shown = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items() if _fine(kept, key, value))
            self.out.append(f"<{name}{shown}>")
            self.tags += 1
            if name not in VOIDS:
                self.open.append(name)
                self.formats += name in _FORMATS

    def _flat_start(self, name):
        self.out.append(" " if name in ("td", "th") else "<br>")

    def _may_open(self, name):
        """Whether one more ``name`` stays within the bounds; closes what its start ends."""
        self._imply(name)
        if self.tags < MOST_TAGS and (name in VOIDS or len(self.open) < DEEPEST):
            return name not in _FORMATS or self.formats < MOST_FORMATS
        if name not in INLINES:
            self.out.append("\n")  # the bounds are for markup: words of different blocks stay apart
        return False

    def _imply(self, name):
        """Close what a start of ``name`` ends without saying so, such as the paragraph before a paragraph."""
        ends, bounds = _IMPLIED.get(name, ((), ()))
        for other in reversed(self.open) if ends else ():
            if other in bounds:
                return
            if other in ends:
                self._close(other)
                return

    def _close(self, name):
        """Close ``name`` and what is open inside it; an end without a start is ignored."""
        if name not in self.open:
            return
        while True:
            last = self.open.pop()
            self.formats -= last in _FORMATS
            self.out.append(f"</{last}>")
            if last == name:
                return


def _fine(kept, key, value):
    return key in kept and (key not in ("colspan", "rowspan") or bool(_SMALL_NUMBER.match(value)))
