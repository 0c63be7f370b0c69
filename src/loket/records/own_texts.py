"""Own words that customers of a portal read, in several languages (P4): each room registers where its own are."""

from typing import NamedTuple


class OwnText(NamedTuple):
    """``texts`` is ``{language: text}``; ``what`` they are, in words; ``page`` of the settings is where they are typed.

    ``page`` is a tab of the portal or another page that the desk knows by this name, ``args`` name what it shows;
    ``field`` followed by the language is the name of the input there.
    """

    what: str
    texts: dict
    page: str
    args: tuple
    field: str

    def is_missing_in(self, language):
        """Whether there are words, and none in ``language``."""
        return any(self.texts.values()) and not self.texts.get(language)


_finders = []


def register(finder):
    """``finder(portal)`` yields each ``OwnText`` that customers of ``portal`` may read."""
    if finder not in _finders:
        _finders.append(finder)


def own_texts_of(portal):
    """All own words of ``portal``, in order of registration."""
    return [each for finder in _finders for each in finder(portal)]
