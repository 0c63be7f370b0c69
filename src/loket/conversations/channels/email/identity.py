"""Who a mail is really from, as far as our own mail server vouches for it (RFC 8601; traps 10, 11)."""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from loket.people.addresses import clean_address
from loket.people.models import Contact, User

_PIECE = re.compile(r'\\.|[()"]|[^\\()"]+|\\', re.DOTALL)
_PLAIN = re.compile(r"[\w.@+-]+")
_RESULT = re.compile(r"\s*(dmarc|dkim|spf)\s*=\s*([a-z]+)(.*)", re.IGNORECASE | re.DOTALL)
_ALIGNED = re.compile(r"(?<!\S)(?:header\.(?:d|i|from)|smtp\.(?:mailfrom|from))\s*=\s*(\S+)", re.IGNORECASE)


@dataclass(frozen=True)
class Sender:
    """``address`` is clean or empty; ``is_proven`` and ``is_refuted`` are our own server's word, and both may be false."""

    name: str = ""
    address: str = ""
    is_proven: bool = False
    is_refuted: bool = False

    @classmethod
    def of(cls, reading, server_id):
        """The sender of ``reading``, by the results that ``server_id`` has written."""
        name, written = reading.sender
        try:
            address = clean_address(written)
        except ValidationError:
            return cls(name=name)
        several = {each.lower() for _name, each in reading.headers.addresses("from") if "@" in each}
        results = list(results_of(reading.headers, server_id))
        domain = address.rpartition("@")[2]
        proven = len(several) == 1 and any(is_proof(*result, domain) for result in results)
        refuted = not proven and any(method == "dmarc" and verdict == "fail" for method, verdict, _more in results)
        return cls(name, address, proven, refuted)

    @property
    def agent(self):
        """The agent with this address, or None."""
        return User.objects.agents().filter(email=self.address).first() if self.address else None

    def contact(self):
        """The contact with this address, made when there is none; None without an address."""
        if not self.address:
            return None
        first, _space, last = self.name.partition(" ")
        if "@" in self.name:
            first, last = "", ""
        found, _new = Contact.objects.get_or_create(
            email=self.address, defaults={"first_name": first[:150], "last_name": last.strip()[:150]}
        )
        return found


def results_of(headers, server_id):
    """(method, verdict, properties) of each result under our server's name.

    Our server writes above what came with the mail, and strips forgeries of its name; where it does not strip them, only
    the topmost header of that name is its own.
    """
    for value in headers.all("authentication-results"):
        name, *parts = plain(value).split(";")
        words = name.split()
        if server_id and words and words[0].lower().rstrip(".") == server_id.lower().rstrip("."):
            for found in filter(None, map(_RESULT.match, parts)):
                yield found[1].lower(), found[2].lower(), found[3]
            return


def plain(value):
    """A header's value without comments; of what is quoted only plain words are left.

    Quotes and comments can hold what the sender has written, so nothing in them is a result.
    """
    kept, depth, quoted = [], 0, None
    for piece in _PIECE.findall(value):
        if quoted is not None and piece != '"':
            quoted.append(piece)
        elif piece == '"' and not depth:
            if quoted is not None:
                words = "".join(quoted)
                kept.append(words if _PLAIN.fullmatch(words) else "_")
            quoted = [] if quoted is None else None
        elif piece in "()":
            depth = max(depth + (1 if piece == "(" else -1), 0)
            kept.append(" ")
        elif not depth:
            kept.append(piece)
    return "".join(kept)


def is_proof(method, verdict, properties, domain):
    """Whether one result proves the domain of From: DMARC, or a signature or envelope of the very same domain."""
    if verdict != "pass":
        return False
    named = [each.lower().rpartition("@")[2].strip(".<>") for each in _ALIGNED.findall(properties)]
    if method == "dmarc":
        return not named or domain in named
    return domain in named
