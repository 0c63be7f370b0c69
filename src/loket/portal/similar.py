"""Open tickets that look like the one somebody begins to write (C7 ★): perhaps it is asked already."""

from collections import Counter

from loket.guard.text import clean_line
from loket.search import engine
from loket.search.words import words_of
from loket.tickets.models import Ticket
from loket.tickets.visibility import Sight

SHORTEST, MOST_WORDS, MOST_FOUND, MOST_SHOWN = 4, 5, 100, 3


def similar_to(subject, member, portal):
    """Up to three open tickets in ``member``'s sight that hold most of the longer words of ``subject``."""
    words = [word for word in dict.fromkeys(words_of(clean_line(subject, 200))) if len(word) >= SHORTEST]
    words = sorted(words, key=len, reverse=True)[:MOST_WORDS]
    tokens = Sight.of(member, portal).tokens
    hits = Counter(pk for word in words for pk in engine.find("ticket", word, tokens=tokens, limit=MOST_FOUND))
    alike = [pk for pk, count in hits.items() if 2 * count > len(words)]
    found = Ticket.objects.visible_to(member, portal).filter(pk__in=alike).open().only("pk", "subject")
    return sorted(found, key=lambda ticket: (-hits[ticket.pk], -ticket.pk))[:MOST_SHOWN]
