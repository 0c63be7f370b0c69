"""Texts of no meaning whose words are as unequal as those of real texts: the k-th word comes 1/k times as often."""

from itertools import product

COMMON = [
    "the",
    "to",
    "and",
    "is",
    "we",
    "it",
    "of",
    "in",
    "not",
    "printer",
    "for",
    "please",
    "on",
    "when",
    "after",
    "invoice",
    "since",
    "can",
    "machine",
    "error",
    "order",
    "again",
    "account",
    "update",
    "our",
    "screen",
    "delivery",
    "password",
    "light",
    "cable",
    "number",
    "send",
    "open",
    "water",
    "filter",
    "start",
    "stop",
    "noise",
    "button",
    "page",
    "paper",
    "battery",
    "install",
    "network",
    "server",
    "contract",
    "warranty",
    "pressure",
    "loose",
    "broken",
    "slow",
    "empty",
    "missing",
    "wrong",
    "late",
    "new",
    "old",
    "blue",
]
SIZE = 50_000


def vocabulary():
    """50,000 words, the most frequent first: a few of English, then made ones of three syllables."""
    syllables = ["".join(pair) for pair in product("bdfgklmnprstvz", ("a", "e", "i", "o", "u", "an"))]
    made = ("".join(parts) for parts in product(syllables, repeat=3))
    # Every seventh, so that neighbours in rank do not all begin alike.
    spread = (word for number, word in enumerate(made) if number % 7 == 0)
    return [*COMMON, *(word for word, _rank in zip(spread, range(SIZE - len(COMMON)), strict=False))]


WORDS = vocabulary()


def text(dice, length):
    """About ``length`` words as one sentence. ``dice`` is a ``random.Random``."""
    # A power of a uniform number is distributed as 1/rank, which is Zipf's law.
    words = " ".join([WORDS[int(SIZE ** dice.random()) - 1] for _ in range(length)])
    return f"{words.capitalize()}."
