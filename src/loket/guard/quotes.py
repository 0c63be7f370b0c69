"""Quoted history in plain text: found and folded, never cut."""

import re
from itertools import pairwise

import quotequail

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
