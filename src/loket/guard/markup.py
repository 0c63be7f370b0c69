"""Markup from outside: HTML of mails, Markdown of people, and plain text made of either.

Every function here is bounded and never raises, whatever it is given. The HTML they return has been through nh3, or
is nothing but escaped words with line breaks.
"""

import re
from html import unescape

import inscriptis
import nh3
from django.utils.html import escape
from django.utils.safestring import mark_safe
from inscriptis.css_profiles import STRICT_CSS_PROFILE
from inscriptis.model.config import ParserConfig
from lxml.etree import LxmlError
from markdown_it import MarkdownIt

from loket.guard.quotes import fold_quote as fold_quote
from loket.guard.shallow import ATTRIBUTES, INLINES, KEPT, Shallow
from loket.guard.text import clean_block

# No id, name, class, style, data-* or hx-*: they overlay, clobber, or are obeyed by scripts of the page. No img:
# a remote picture tells its sender who read when.
_CLEANER = nh3.Cleaner(
    tags=set(KEPT),
    attributes={name: set(allowed) for name, allowed in ATTRIBUTES.items()},
    set_tag_attribute_values={"a": {"target": "_blank"}},
    link_rel="noopener noreferrer nofollow",
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
)
_NESTING = 20
_MARKDOWN = MarkdownIt("zero", {"html": False, "breaks": True, "maxNesting": _NESTING}).enable(
    ["emphasis", "list", "link", "backticks", "fence", "blockquote", "autolink", "newline", "escape"]
)
# Beyond this Markdown is shown as it was typed; nobody types it, and the parser's time grows faster than the text.
LONGEST_MARKDOWN = 30_000
_LONGEST_PARAGRAPHS = 300_000
_ADDRESS = re.compile(r"\bhttps?://[^\s<>\"'&]+(?:&amp;[^\s<>\"'&]+)*", re.IGNORECASE)
_TRAILING = ".,;:!?)]}*_"
# Larger than any letter: its words are shown, without its looks. Character references cost the parser most.
LONGEST_HTML = 1_500_000
_MOST_REFERENCES = 50_000
_INLINE_TAG = re.compile(rf"</?(?:{'|'.join(sorted(INLINES, key=len, reverse=True))})(?:\s[^>]*+)?>")
_TAG = re.compile(r"<[^>]*+>")
_TEXT = ParserConfig(css=STRICT_CSS_PROFILE)
_EMPTY_LINES = re.compile(r"\n[ \t\xa0]*(?:\n[ \t\xa0]*)+\n")


def clean_html(html):
    """``html`` (str) as a SafeString of harmless elements; a picture becomes its alternative text."""
    shallow = Shallow(clean_block(html)).result()
    if _too_large(shallow):
        return _broken_lines(_words(shallow))
    return mark_safe(_CLEANER.clean(shallow))


def from_markdown(text):
    """``text`` as people write it (emphasis, lists, links, code, quotes, line breaks), as a SafeString of HTML."""
    text = clean_block(text)
    if len(text) > LONGEST_MARKDOWN:
        return from_text(text)
    tokens = _MARKDOWN.parse(text, {})
    if any(token.level >= _NESTING - 2 for token in tokens):  # deeper words would be left out
        return from_text(text)
    return clean_html(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))


def from_text(text):
    """Plain ``text`` as a SafeString of HTML: paragraphs, line breaks, and addresses of the web as links."""
    text = clean_block(text)
    if len(text) > _LONGEST_PARAGRAPHS:
        return _broken_lines(text)
    paragraphs = re.split(r"\n{2,}", _ADDRESS.sub(_link, str(escape(text.strip("\n")))))
    return clean_html("".join(f"<p>{each.replace('\n', '<br>')}</p>" for each in paragraphs if each))


def to_text(html):
    """``html`` (str) as plain text: blocks as lines, lists with bullets, tables as lines of words."""
    shallow = Shallow(clean_block(html), tables=False).result()
    try:
        text = _words(shallow) if _too_large(shallow) else inscriptis.get_text(f"<div>{shallow}</div>", _TEXT)
    except (LxmlError, ValueError, AssertionError):
        text = _words(shallow)
    return _EMPTY_LINES.sub("\n\n", clean_block(text)).strip()


def _too_large(shallow):
    return len(shallow) > LONGEST_HTML or shallow.count("&") > _MOST_REFERENCES


def _words(shallow):
    """The words of shallow HTML as plain text: each block a line."""
    return clean_block(unescape(_TAG.sub("\n", _INLINE_TAG.sub("", shallow))))


def _broken_lines(text):
    return mark_safe(str(escape(text)).replace("\n", "<br>"))


def _link(found):
    """The address as a link, without the punctuation that ends its sentence."""
    address = found.group()
    shown = address.rstrip(_TRAILING)
    return f'<a href="{shown}">{shown}</a>{address[len(shown) :]}'
