"""The passage of a text that answers a query, with its words marked."""

import re

from django.utils.html import escape
from django.utils.safestring import mark_safe

from loket.search.words import LONGEST_WORD, WORD, fold, query_words

_SEARCHED = 50_000
_STEP = 2_000


def snippet(text, query, width=160):
    """About ``width`` characters of ``text`` round the first word of ``query``, escaped, its words in ``<mark>``."""
    text = " ".join(text[:_SEARCHED].split())
    words = query_words(query)
    start = _first(text, words) if words else 0
    start = _word_start(text, max(0, start - width // 4))
    end = _word_end(text, start + width)
    passage = mark(text[start:end], words)
    return mark_safe(("… " if start else "") + passage + (" …" if end < len(text) else ""))


def marked(text, query):
    """All of ``text``, escaped, with the words of ``query`` in ``<mark>``."""
    return mark(text, query_words(query))


def mark(text, words):
    """``text`` escaped, with each of ``words`` (the last one as a beginning) in ``<mark>``."""
    out, at = [], 0
    for start, end in _hits(text, words):
        out += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
        at = end
    return mark_safe("".join([*out, escape(text[at:])]))


def _first(text, words):
    """Where the first hit begins, or 0. Reads in steps that end between words, to stop early in long texts."""
    at = 0
    while at < len(text):
        end = _word_end(text, at + _STEP)
        for start, _end in _hits(text[at:end], words):
            return at + start
        at = end
    return 0


def _hits(text, words):
    """(start, end) of each word in ``text`` that is one of ``words``."""
    folded, origin = _folded(text)
    for match in WORD.finditer(folded) if words else ():
        word = match.group()[:LONGEST_WORD]
        if word in words or word.startswith(words[-1]):
            end = origin[match.end()] if match.end() < len(origin) else len(text)
            yield origin[match.start()], end


def _folded(text):
    """The folded text, and for each of its characters where in ``text`` it comes from."""
    if text.isascii():
        return text.lower(), range(len(text))
    parts, origin = [], []
    for at, character in enumerate(text):
        plain = fold(character)
        parts.append(plain)
        origin += [at] * len(plain)
    return "".join(parts), origin


def _word_start(text, at):
    found = text.rfind(" ", max(0, at - LONGEST_WORD), at)
    return found + 1 if found >= 0 else (0 if at < LONGEST_WORD else at)


def _word_end(text, at):
    found = re.compile(" ").search(text, at, at + LONGEST_WORD)
    return min(len(text), found.start() if found else at)
