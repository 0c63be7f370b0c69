"""Quoted history in plain text: found and folded, never cut."""

import re
from itertools import pairwise

import quotequail

from loket.guard.shallow import Shallow

# quotequail's patterns backtrack on long lines, so it sees only their beginnings; no introduction is longer.
_LONGEST_LINE = 250
_MOST_LINES = 2_000
_HEADER = re.compile(r"\s*[*>]*\s*([A-Za-zÀ-ÿ-]{2,12}(?: [a-z]{2,3})?)\s?:")
_SENDERS = {"from", "van", "von", "de", "da", "från", "fra"}
# Without a subject it may be a journey: “From: Utrecht, To: Delft, Date: Monday”.
_SUBJECTS = {"subject", "onderwerp", "betreff", "objet", "sujet", "asunto", "assunto", "ämne", "emne"}


def fold_quote(text):
    """``text`` as (fresh, quoted): what the writer wrote, and the history that stands below it.

    ``fresh + quoted`` is ``text``. Quoted is empty when there is no history, when nothing fresh stands above it (a
    forward), and when words of the writer stand below or between (an answer under each question).
    """
    lines = text.splitlines(keepends=True)
    shown = [line.rstrip()[:_LONGEST_LINE] for line in lines]
    starts = [start for start in (_introduction(shown), _header_block(shown), _quote_block(shown)) if start is not None]
    start = min(starts, default=len(lines))
    if not "".join(shown[:start]).strip() or _answers_below(shown[start:]):
        return text, ""
    return "".join(lines[:start]), "".join(lines[start:])


def _introduction(lines):
    """Where “On … wrote:” or “-----Original Message-----” stands (line number), or None."""
    parts = quotequail.quote("\n".join(lines[:_MOST_LINES]), limit=None, quote_intro_line=True)
    if len(parts) < 2:
        return None
    fresh = parts[0][1]
    return fresh.count("\n") + 1 if fresh else 0


def _header_block(lines):
    """Where a block “From: Sent: To: Subject:” begins, as Outlook puts it without any introduction."""
    for at, line in enumerate(lines):
        if _label(line) in _SENDERS and any(_label(other) in _SUBJECTS for other in lines[at + 1 : at + 9]):
            return at
    return None


def _label(line):
    found = _HEADER.match(line)
    return found[1].lower().split(" ")[0] if found else ""


def _quote_block(lines):
    """Where the “>” lines begin that reach to the end, at least two of them."""
    at = len(lines)
    while at and (lines[at - 1].startswith(">") or not lines[at - 1].strip()):
        at -= 1
    quoted = [n for n in range(at, len(lines)) if lines[n].startswith(">")]
    return quoted[0] if len(quoted) >= 2 else None


def _answers_below(lines):
    """Whether words of the writer stand under a “>” line; a wrapped end of that line is none."""
    first = next((at for at, line in enumerate(lines) if line.startswith(">")), len(lines))
    return any(
        line.strip() and not line.startswith(">") and not above.strip() for above, line in pairwise(lines[first:])
    )


# Where a mail program puts the history, or the signature, as its HTML gives away. No pattern here looks past the next
# “<”, so that none needs more than linear time.
_OPENING = re.compile(r"<(?:div|blockquote|section|span|table|p|hr|pre|a)\b([^<>]{3,1000})>", re.IGNORECASE)
_QUOTE_MARK = re.compile(
    r"""\b(?:gmail_quote(?:_container)?|gmail_extra|moz-cite-prefix|moz-signature|gmail_signature|yahoo_quoted
    |protonmail_quote|tutanota_quote|zmail_extra|OutlookMessageHeader|divRplyFwdMsg|appendonsend|OLK_SRC_BODY_SECTION
    |mail-editor-reference-message-container|ms-outlook-mobile-signature|stopSpelling|_MailOriginal)\b
    |\bid\s*=\s*["']?Signature\b|\bname\s*=\s*["']?quote\b|\btype\s*=\s*["']?cite\b""",
    re.IGNORECASE | re.VERBOSE,
)
_LINE_ABOVE = re.compile(r"border-top:[^;\"']{0,40}(?:#E1E1E1|#B5C4DF)", re.IGNORECASE)
_HEAD_BELOW = re.compile(r"\s*(?:<[^<>]{1,300}>\s*){0,8}(?:From|Van|Von|De|Da|Från|Fra)\s*:", re.IGNORECASE)
_INTRODUCED = re.compile(
    r"(?:<(?:div|p|span|font|br)\b[^<>]{0,200}>\s*)(?:On|Op|Am|Le|El|Il)\b[^<]{6,200}"
    r"(?:<[^<>]{1,300}>[^<]{0,100}){0,6}:\s*(?:<[^<>]{1,100}>\s*){0,6}\Z"
)
_MOST_OPENINGS = 2_000
_WORDS_SEEN = 200_000
_BLANK = re.compile(r"<[^>]*+>|&nbsp;|&#160;|&#xa0;|&lt;(?=\Z)|\s|\u200b|\ufeff", re.IGNORECASE)
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)
_LONGEST_SIGNATURE = 15


def fold_html_quote(html):
    """``html`` as (fresh, folded): the history and signature that the writer's program marked as such.

    ``fresh + folded`` is ``html``. Folded is empty when nothing fresh stands above, or words stand below the quote.
    """
    start = _marked(html)
    if start is None or not has_words(html[:start]):
        return html, ""
    introduction = _INTRODUCED.search(html, max(0, start - 1500), start)
    if introduction and has_words(html[: introduction.start()]):
        start = introduction.start()
    end = html.lower().rfind("</blockquote>")
    if end > start and has_words(html[end:]):
        return html, ""
    return html[:start], html[start:]


def _marked(html):
    """Where the first opening tag stands that begins a quote or signature, or None."""
    for number, found in enumerate(_OPENING.finditer(html)):
        if number > _MOST_OPENINGS:
            return None
        if _QUOTE_MARK.search(found[1]) or (_LINE_ABOVE.search(found[1]) and _HEAD_BELOW.match(html, found.end())):
            return found.start()
    return None


def has_words(html):
    """Whether any word of ``html`` would be seen."""
    return bool(_BLANK.sub("", Shallow(html[:_WORDS_SEEN], tables=False).result()))


def fold_signature(text):
    """``text`` as (words, signature): what follows the line “-- ”, when it is short and not all there is."""
    found = None
    for found in _SIGNATURE.finditer(text):  # noqa: B007 - the last one counts
        pass
    if not found or not text[: found.start()].strip() or text.count("\n", found.end()) > _LONGEST_SIGNATURE:
        return text, ""
    return text[: found.start()], text[found.start() :]
