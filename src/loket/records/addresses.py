"""Where a portal shows a record: the portal door registers it, so that rooms can write links without knowing a door."""

_addresses = {}


def register(kind, address):
    """``address(portal, record_id)`` gives the full URL of a record of ``kind`` in a portal; a file's name follows it."""
    _addresses[kind] = address


def address_of(kind, portal, record_id):
    """The full URL of the record in ``portal``."""
    return _addresses[kind](portal, record_id)
