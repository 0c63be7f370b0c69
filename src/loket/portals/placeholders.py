"""Placeholders in texts that administrators write, such as ``{number}``: a closed set, filled without a template engine.

Only what is named can be reached, and what is filled in is never read again: a customer called ``{link}`` stays so.
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_PLACE = re.compile(r"\{([a-z_]{1,30})\}")


def fill(text, values):
    """``text`` with each ``{name}`` of ``values`` replaced; others stay as they were typed."""
    return _PLACE.sub(lambda found: str(values[found[1]]) if found[1] in values else found[0], text)


def refuse_unknown(text, known):
    """Raise for a placeholder that is not among ``known``, naming those that are."""
    for name in _PLACE.findall(text):
        if name not in known:
            words = _("“{%(name)s}” stands for nothing here. There are: %(known)s.")
            listed = ", ".join(f"{{{each}}}" for each in known)
            raise ValidationError(words, "unknown", {"name": name, "known": listed})


def names_in(text):
    """The placeholders that ``text`` holds, in order."""
    return _PLACE.findall(text)
