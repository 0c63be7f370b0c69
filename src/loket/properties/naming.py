"""Internal names of custom properties, and values of their options: how they are made from what people type (D4)."""

import re
import unicodedata

from loket.properties.built_in import built_in

HUBSPOTS = ("hs_", "hubspot_")
LONGEST = 90


def is_reserved(kind, name):
    """Whether ``name`` is built in for ``kind``, or begins as HubSpot's own names do."""
    return name in built_in(kind) or name.startswith(HUBSPOTS)


def proposed_name(kind, label, taken):
    """An internal name for a property called ``label``, unlike those ``taken``."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:LONGEST]
    if not name[:1].isalpha() or is_reserved(kind, name):
        name = f"own_{name}".rstrip("_")
    return free(name, taken, "_")


def proposed_value(label, taken):
    """The stored value of a new option called ``label``: several values are joined by ";", so none holds one."""
    return free(label.replace(";", ",").strip(), taken, " ")


def free(name, taken, joint):
    """``name``, with a number behind it when it is among ``taken``."""
    found, number = name, 1
    while found in taken:
        number += 1
        found = f"{name}{joint}{number}"
    return found
