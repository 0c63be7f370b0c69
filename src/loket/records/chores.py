"""Chores: what the worker does again and again.

Durable rows own the state of all background work (outgoing mail, uploads …). A chore looks for rows that are due,
leases a few, and works them off; so a killed worker loses nothing and there is no queue to repair.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial


@dataclass(frozen=True)
class Chore:
    """``run`` does one batch and returns how many rows it worked on; ``every`` is the pause in seconds when idle.

    With ``each`` it is as many chores as that has keys at the moment, none of which waits for another: ``run`` gets the key.
    """

    name: str
    run: Callable[..., int]
    every: float
    each: Callable[[], Iterable] | None = None

    def parts(self):
        """The chores that this one is now."""
        if self.each is None:
            return [self]
        return [Chore(f"{self.name} {key}", partial(self.run, key), self.every) for key in self.each()]


_chores = []


def register(name, run, *, every, each=None):
    """Have the worker call ``run`` every ``every`` seconds, and at once again while it returns more than 0.

    ``each`` as in ``Chore``.
    """
    _chores.append(Chore(name, run, every, each))


def chores():
    """All registered chores, in order of registration."""
    return list(_chores)
