"""Mentions: ``@Dora`` or ``@Dora Deskworth`` or ``@dora@help.example`` in what agents write for their team."""

import re
from collections import Counter

from loket.people.models import User

_SIGN = re.compile(r"(?<![\w@.])@(?=\w)")
MOST = 50


def mentioned(text):
    """The agents whom ``text`` mentions. A first name counts while only one agent has it."""
    places = [found.end() for found in _SIGN.finditer(text)][:MOST]
    if not places:
        return []
    agents = list(User.objects.agents())
    first_names = Counter(each.first_name.casefold() for each in agents)
    folded = text.casefold() if len(text.casefold()) == len(text) else text.lower()
    found = []
    for each in agents:
        names = {each.name.casefold(), each.email.casefold()}
        if first_names[each.first_name.casefold()] == 1:
            names.add(each.first_name.casefold())
        if any(stands(folded, place, name) for place in places for name in names if name):
            found.append(each)
    return found


def stands(text, place, name):
    """Whether ``name`` stands whole at ``place`` of ``text``."""
    end = place + len(name)
    return text.startswith(name, place) and not text[end : end + 1].isalnum()
