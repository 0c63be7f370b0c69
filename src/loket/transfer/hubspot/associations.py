"""Who a row is associated with: by HubSpot's record id, else by e-mail or a company's name."""

import re
from typing import NamedTuple

from django.core.exceptions import ValidationError

from loket.people.addresses import clean_address
from loket.people.models import Company, Contact
from loket.transfer.hubspot.headings import Slot
from loket.transfer.hubspot.values import record_id

ADDRESS = re.compile(r"[(<]([^()<>\s]+@[^()<>\s]+)[)>]\s*$")
AT_ONCE = 5_000


class Reference(NamedTuple):
    """Somebody named in a cell."""

    hubspot_id: int | None = None
    name: str = ""

    def __str__(self):
        return f"record ID {self.hubspot_id}" if self.hubspot_id else f"“{self.name[:100]}”"

    @property
    def address(self):
        """The address in “Alice Example (alice@example.com)” or “alice@example.com”, else None."""
        found = ADDRESS.search(self.name)
        try:
            return clean_address(found[1] if found else self.name)
        except ValidationError:
            return None


def references(columns, cells, who, is_primary):
    """The references to records of the kind ``who`` in a row; ids and names in step are of the same records.

    Raises ValidationError for an id that is none.
    """
    ids = [record_id(part) for part in parts(columns, cells, Slot(who, True, is_primary))]
    names = parts(columns, cells, Slot(who, False, is_primary))
    if not ids:
        return [Reference(None, name) for name in names]
    if len(ids) != len(names):  # a name may hold a semicolon itself
        names = [""] * len(ids)
    return [Reference(*pair) for pair in zip(ids, names, strict=True)]


def parts(columns, cells, slot):
    """The values in all columns of ``slot``, which HubSpot joins by semicolons."""
    found = [cells[index] for index in columns.associations.get(slot, ())]
    return [part.strip() for cell in found for part in cell.split(";") if part.strip()]


class Directory:
    """Finds the records that ``wanted``, {kind: references}, are about. At most four queries for a batch of rows."""

    def __init__(self, wanted):
        contacts, companies = wanted.get("contact", ()), wanted.get("company", ())
        self.ids = {
            "contact": pairs(Contact, "hubspot_id", {each.hubspot_id for each in contacts}),
            "company": pairs(Company, "hubspot_id", {each.hubspot_id for each in companies}),
        }
        self.addresses = pairs(Contact, "email", {each.address for each in contacts})
        self.names = {}
        names = {each.name for each in companies if each.name}
        for pk, name, hubspot_id in rows(Company, "name", names, "pk", "name", "hubspot_id"):
            self.names.setdefault(name, []).append((pk, hubspot_id))

    def find(self, who, reference):
        """(pk, "") or (None, why not)."""
        found = self.ids[who].get(reference.hubspot_id)
        if not found and who == "contact":
            # Never by a contact's name: two people may share it, and it decides who sees a ticket.
            found = self.addresses.get(reference.address)
        if not found and who == "company":
            # One with another record id is another company of that name.
            same = [pk for pk, theirs in self.names.get(reference.name, ()) if not (reference.hubspot_id and theirs)]
            if len(same) > 1:
                return None, f"{len(same)} companies are called “{reference.name[:100]}”"
            found = same[0] if same else None
        return (found, "") if found else (None, f"there is no {who} with {reference}")


def rows(model, column, values, *wanted):
    """Rows of ``model`` whose ``column`` is one of ``values``, however many those are."""
    values = sorted(value for value in values if value)
    for start in range(0, len(values), AT_ONCE):
        some = model.objects.filter(**{f"{column}__in": values[start : start + AT_ONCE]})
        yield from some.order_by("pk").values_list(*wanted) if wanted else some.order_by("pk")


def pairs(model, column, values):
    """{value: pk} for a unique ``column``."""
    return dict(rows(model, column, values, column, "pk"))
