"""Where a page of the list begins, as text for an address. It is signed: a changed one is none."""

from datetime import datetime
from decimal import Decimal

from django.core import signing

from loket.tickets.visibility import Place

READ = {"datetime": datetime.fromisoformat, "Decimal": Decimal, "int": int, "float": float, "str": str}


def pack(place, order):
    """``place`` in a list that is sorted by ``order`` (text that names the column and the kind of its keys)."""
    key = place.key.isoformat() if isinstance(place.key, datetime) else str(place.key)
    return signing.dumps([type(place.key).__name__, key, place.pk], salt=f"portal.list:{order}", compress=True)


def unpack(text, order):
    """The place that ``pack`` made ``text`` of for the same order; None for anything else."""
    try:
        kind, key, pk = signing.loads(text, salt=f"portal.list:{order}")
    except signing.BadSignature:
        return None
    return Place(READ[kind](key), pk)
