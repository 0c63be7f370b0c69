"""What uses a record: rooms above register who names it, so that deleting it is refused with the list, each a link."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from loket.records.kinds import kind_of


class Use(NamedTuple):
    """The record ``name`` of ``kind`` and ``pk`` uses another; ``what`` says how, in a sentence of its own.

    ``tab`` is where: for a portal, the tab of its settings (as in ``readiness.Missing``).
    """

    kind: str
    pk: int | str
    name: str
    what: str
    tab: str = ""


class InUse(ValidationError):
    """The record cannot be deleted; ``uses`` lists what names it."""

    def __init__(self, uses):
        self.uses = list(uses)
        super().__init__([str(_("This is in use.")), *(str(use.what) for use in self.uses)], code="in_use")


_finders: dict[str, list[Callable[..., Iterable[Use]]]] = {}


def register_finder(kind, finder):
    """``finder(record)`` yields each ``Use`` of a record of ``kind``; from the using room's ``AppConfig.ready``."""
    finders = _finders.setdefault(kind, [])
    if finder not in finders:
        finders.append(finder)


def uses_of(record, kind=None):
    """Everything that uses ``record``, in order of registration. ``kind`` for what is no record: "option"."""
    return [use for finder in _finders.get(kind or kind_of(record), []) for use in finder(record)]


def refuse_if_used(record, kind=None):
    """Raise ``InUse`` while something uses ``record``; call it inside the transaction that deletes."""
    if found := uses_of(record, kind):
        raise InUse(found)
