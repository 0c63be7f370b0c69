"""Who a row is associated with: by HubSpot's record id; where it gives none, by a company's name; a contact by e-mail."""

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
        addresses = {each.address for each in contacts}
        self.addresses = {
            email: found for email, *found in rows(Contact, "email", addresses, "email", "pk", "hubspot_id")
        }
        self.names = {}
        names = {each.name for each in companies if each.name}
        for pk, name in rows(Company, "name", names, "pk", "name"):
            self.names.setdefault(name, []).append(pk)

    def find(self, who, reference):
        """(pk, "") or (None, why not)."""
        found, problem = self.ids[who].get(reference.hubspot_id), ""
        if not found:
            found, problem = self.contact(reference) if who == "contact" else self.company(reference)
        return (found, "") if found else (None, problem or f"there is no {who} with {reference}")

    def contact(self, reference):
        """By address. Never by a name: two people may share it, and it decides who sees a ticket."""
        found, theirs = self.addresses.get(reference.address, (None, None))
        return (None if reference.hubspot_id and theirs else found), ""

    def company(self, reference):
        """By name, but only for who gives no id: another id is another company, however it is called."""
        same = [] if reference.hubspot_id else self.names.get(reference.name, [])
        if len(same) > 1:
            return None, f"{len(same)} companies are called “{reference.name[:100]}”"
        return (same[0] if same else None), ""


def rows(model, column, values, *wanted):
    """Rows of ``model`` whose ``column`` is one of ``values``, however many those are."""
    values = sorted(value for value in values if value)
    for start in range(0, len(values), AT_ONCE):
        some = model.objects.filter(**{f"{column}__in": values[start : start + AT_ONCE]})
        yield from some.order_by("pk").values_list(*wanted) if wanted else some.order_by("pk")


def pairs(model, column, values):
    """{value: pk} for a unique ``column``."""
    return dict(rows(model, column, values, column, "pk"))
