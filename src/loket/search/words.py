"""How text becomes words. Both databases are given finished words, so that they cannot differ in what a word is."""

import re
import unicodedata

LONGEST_WORD = 60
MOST_WORDS = 20_000
# PostgreSQL's tsvector holds one megabyte: this much for words, and so many short beginnings.
MOST_BYTES = 500_000
MOST_BEGINNINGS = 20_000
# Half the documents hold a word with “a”: to merge all those words takes both databases long. So beginnings of one to
# three letters are stored as words of their own.
SHORT = 3
MOST_QUERY_WORDS = 12
LONGEST_QUERY = 2_000
LONGEST_TEXT = 500_000

# Chinese and Japanese put no spaces between words: there each sign is a word.
_SIGNS = "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
WORD = re.compile(rf"[{_SIGNS}]|[^\W_{_SIGNS}]+")
# A token says whose a record is. It is stored behind a colon, which no text and no query gives: so nobody can type
# one, nor the beginning of one.
_TOKEN = re.compile(r"[a-z_]+:[a-z0-9_]+")


class _Marks(dict):
    """For ``str.translate``: drops accents and invisible signs, keeps the rest."""

    def __missing__(self, code):
        category = unicodedata.category(chr(code))
        self[code] = kept = None if category[0] == "M" or category == "Cf" else code
        return kept


_MARKS = _Marks()


def fold(text):
    """``text`` without accents and case: what people type and what they mean become equal."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text).translate(_MARKS).casefold()
    return unicodedata.normalize("NFKD", plain).translate(_MARKS)


def words_of(text):
    """The distinct folded words of ``text``, within the bounds of a document."""
    found, size = {}, 0
    for match in WORD.finditer(fold(text[:LONGEST_TEXT])):
        word = match.group()[:LONGEST_WORD]
        if word not in found:
            size += len(word.encode()) + 1
            if len(found) >= MOST_WORDS or size > MOST_BYTES:
                break
            found[word] = None
    return list(found)


def beginnings_of(words):
    """The beginnings of ``words`` of at most three letters, as they stand among the words."""
    found = dict.fromkeys(word[:length] for word in words for length in range(1, SHORT + 1))
    return [beginning(letters) for letters in list(found)[:MOST_BEGINNINGS]]


def beginning(letters):
    """How a short beginning is stored: behind a sign that no text and no query gives."""
    return f"_{letters}"


def query_words(query):
    """The distinct words of a ``query``, at most twelve; the last one counts as the beginning of a word."""
    found = [match.group()[:LONGEST_WORD] for match in WORD.finditer(fold(query[:LONGEST_QUERY]))]
    last = found[-1:]
    return [*dict.fromkeys(word for word in found[:-1] if word not in last)][: MOST_QUERY_WORDS - 1] + last


def stored_tokens(tokens):
    """``tokens`` as they stand among the words, without doubles. Raises ValueError for one that a text could contain."""
    checked = list(dict.fromkeys(tokens))
    for token in checked:
        if not _TOKEN.fullmatch(token):
            raise ValueError(f"Not a token: {token!r}")
    return [f":{token}" for token in checked]
