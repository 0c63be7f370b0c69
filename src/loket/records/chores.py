"""Chores: what the worker does again and again.

Durable rows own the state of all background work (outgoing mail, uploads …). A chore looks for rows that are due,
leases a few, and works them off; so a killed worker loses nothing and there is no queue to repair.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Chore:
    """``run`` does one batch and returns how many rows it worked on; ``every`` is the pause in seconds when idle."""

    name: str
    run: Callable[[], int]
    every: float


_chores = []


def register(name, run, *, every):
    """Have the worker call ``run`` every ``every`` seconds, and at once again while it returns more than 0."""
    _chores.append(Chore(name, run, every))


def chores():
    """All registered chores, in order of registration."""
    return list(_chores)
