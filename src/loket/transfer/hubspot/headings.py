"""Which column is what: HubSpot's headings in English and Dutch, and its internal names.

Case, spaces, punctuation and accents do not count. Add a heading by adding it to ``HEADINGS``.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import NamedTuple

# {kind: {internal name: (English headings, Dutch headings)}}, each between bars. The first is HubSpot's own; the others
# count only where no column has that one, and no custom property has such a label.
SHARED = {
    "hs_object_id": ("Record ID | Object ID | id", "Record-ID | Object-ID | Recordnummer"),
    "createdate": ("Create date | Created date | Date created", "Aanmaakdatum | Datum gemaakt | Gemaakt op"),
}
HEADINGS = {
    "company": SHARED | {
        "hs_object_id": ("Record ID | Company ID | Object ID | id", "Record-ID | Bedrijfs-ID | Bedrijf-ID"),
        "name": ("Company name | Name", "Bedrijfsnaam | Naam bedrijf | Naam"),
        "domain": (
            "Company domain name | Company domain | Domain name",
            "Domeinnaam van het bedrijf | Domeinnaam van bedrijf | Bedrijfsdomeinnaam | Domeinnaam",
        ),
        "phone": ("Phone number | Phone", "Telefoonnummer | Telefoon"),
        "city": ("City", "Plaats | Stad | Woonplaats"),
        "country": ("Country/Region | Country", "Land/regio | Land"),
        "hs_parent_company_id": (
            "Parent company | Parent company ID | Parent company IDs | Associated company IDs (parent company)",
            "Moederbedrijf | Bovenliggend bedrijf | Moederbedrijf-ID",
        ),
    },
    "contact": SHARED | {
        "hs_object_id": ("Record ID | Contact ID | Object ID | vid | id", "Record-ID | Contact-ID"),
        "email": ("Email | E-mail address | Email address", "E-mail | E-mailadres"),
        "firstname": ("First name", "Voornaam"),
        "lastname": ("Last name", "Achternaam"),
        "phone": ("Phone number | Phone", "Telefoonnummer | Telefoon"),
        "hs_language": ("Preferred language | Language", "Voorkeurstaal | Taal"),
        # What the contact typed in a form: no ground to show them that company's tickets, so it associates nobody.
        "company": ("Company name | Company", "Bedrijfsnaam"),
    },
    "ticket": SHARED | {
        "hs_object_id": ("Ticket ID | Record ID | hs_ticket_id | Object ID | id", "Ticket-ID | Record-ID"),
        "subject": ("Ticket name", "Ticketnaam | Naam van ticket | Onderwerp"),
        "content": ("Ticket description | Description", "Ticketbeschrijving | Beschrijving van ticket | Beschrijving"),
        "hs_pipeline": ("Pipeline", "Pijplijn"),
        "hs_pipeline_stage": ("Ticket status | Status", "Status van ticket"),
        "hubspot_owner_id": ("Ticket owner | Owner", "Eigenaar van ticket | Ticketeigenaar | Eigenaar"),
        "hs_ticket_priority": ("Priority", "Prioriteit"),
        "hs_ticket_category": ("Category", "Categorie"),
        "source_type": ("Source", "Bron"),
        "closed_date": ("Close date | Closed date", "Sluitingsdatum | Datum gesloten | Gesloten op"),
        "hs_lastactivitydate": (
            "Last activity date | Date of last activity | hs_last_activity_date | notes_last_updated",
            "Laatste activiteitsdatum | Datum laatste activiteit | Datum van laatste activiteit",
        ),
        "hs_lastmodifieddate": ("Last modified date", "Datum laatst gewijzigd | Laatst gewijzigd | Laatste wijziging"),
    },
}  # fmt: skip
# One of these must be there for a file to be of the kind.
MARKS = {
    "company": {"name", "domain"},
    "contact": {"email", "firstname", "lastname"},
    "ticket": {"subject", "hs_pipeline_stage", "content"},
}
NEEDED = {"company": {"name", "domain"}, "contact": {"email", "hs_object_id"}, "ticket": {"subject"}}
OWN_PRIMARY = "associatedcompanyid | hsprimarycompany | hsprimarycompanyid | primarycompanyid | primarycompany"
ASSOCIATION = re.compile(
    r"(?P<first>primary|primaire?)?(?:associated|gekoppelde?|geassocieerde?)"
    r"(?:(?P<contact>contact(?:s|en|persoon|personen)?)|(?P<company>company|companies|bedrijf(?:s|ven)?))"
    r"(?P<ids>(?:record)?ids?)?(?P<last>primary|primaire?)?"
)
LABEL = re.compile(r"\(([^()]*)\)\s*$")


def plain(heading):
    """A heading without case, spaces, punctuation and accents."""
    folded = unicodedata.normalize("NFKD", heading).casefold()
    return "".join(letter for letter in folded if letter.isalnum() and not unicodedata.combining(letter))


class Known(NamedTuple):
    """{plain heading: name} of one kind: ``own`` ones are HubSpot's, ``loose`` ones like them; and the Dutch words."""

    own: dict[str, str]
    loose: dict[str, str]
    dutch: set[str]

    @classmethod
    def of(cls, kind):
        known = cls({}, {}, set())
        for name, languages in HEADINGS[kind].items():
            english, dutch = ([plain(word) for word in words.split("|")] for words in languages)
            known.own.update({plain(name): name, english[0]: name, dutch[0]: name})
            known.loose.update(dict.fromkeys(english[1:] + dutch[1:], name))
            known.dutch.update({*dutch} - {*english, plain(name)})
        return known

    @property
    def all(self):
        return self.loose | self.own


KNOWN = {kind: Known.of(kind) for kind in HEADINGS}


class Slot(NamedTuple):
    """A column of associations with records of the kind ``who``; ``by_id`` tells ids from names."""

    who: str
    by_id: bool
    is_primary: bool


def association(heading):
    """The Slot of a heading such as “Associated Company IDs (Primary)”, else None. Other labels in brackets count too."""
    whole = plain(heading)
    if whole in {plain(each) for each in OWN_PRIMARY.split("|")}:
        return Slot("company", by_id="id" in whole, is_primary=True)
    found = ASSOCIATION.fullmatch(whole) or ASSOCIATION.fullmatch(plain(LABEL.sub("", heading)))
    if not found:
        return None
    is_primary = bool(found["first"] or found["last"])
    return Slot("contact" if found["contact"] else "company", bool(found["ids"]), is_primary)


@dataclass
class Columns:
    """Where what stands in a file: the index of each property, the indexes of each Slot, and what is ignored."""

    kind: str
    properties: dict[str, int] = field(default_factory=dict)
    associations: dict[Slot, list[int]] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    is_dutch: bool = False

    @classmethod
    def of(cls, kind, headings, custom=()):
        """Read the headings of a file of ``kind``; ``custom`` are the catalogue's custom properties."""
        columns, known, words = cls(kind), KNOWN[kind], [plain(heading) for heading in headings]
        own = {plain(word): each.name for each in custom for word in (each.label, each.name)} | known.own
        taken = {own[word] for word in words if word in own}
        loose = {word: name for word, name in known.loose.items() if name not in taken}
        for index, (heading, word) in enumerate(zip(headings, words, strict=True)):
            columns._place(index, heading, own.get(word) or loose.get(word))
        columns.is_dutch = bool(known.dutch & {*words}) or any(word.startswith("gekoppeld") for word in words)
        return columns

    def _place(self, index, heading, name):
        slot = None if name else association(heading)
        if slot and not (self.kind == "company" or (self.kind == "contact" and slot.who == "contact")):
            self.associations.setdefault(slot, []).append(index)
        elif name and name not in self.properties and (self.kind, name) != ("contact", "company"):
            self.properties[name] = index
        elif heading.strip():
            self.ignored.append(heading.strip()[:100])


def recognised(headings):
    """How many headings any one kind of export knows."""
    return max(len(known_names(kind, headings)) for kind in HEADINGS)


def known_names(kind, headings):
    """The names of the properties that headings of ``kind`` stand for."""
    return {KNOWN[kind].all[word] for word in map(plain, headings) if word in KNOWN[kind].all}


def kinds_of(headings):
    """The kinds of export that these headings fit best: one, several when it is ambiguous, or none."""
    names = {kind: known_names(kind, headings) for kind in HEADINGS}
    fitting = {kind: len(found) for kind, found in names.items() if found & MARKS[kind]}
    best = [kind for kind, count in fitting.items() if count == max(fitting.values())]
    # Nobody but a ticket has a ticket's name; tickets may well have a property called e-mail.
    return ["ticket"] if "ticket" in best and "subject" in names["ticket"] else best
