"""Companies, contacts and agents of a sown installation. All have addresses under ``seed.example``, which nobody owns."""

import random
from typing import NamedTuple

from django.utils import timezone

from loket.people.models import Company, Contact, ContactCompany, User
from loket.seed.loading import follow, load, next_id

HOST = "seed.example"
FIRST = [
    "Ada",
    "Ben",
    "Cleo",
    "Dirk",
    "Eva",
    "Finn",
    "Gus",
    "Hana",
    "Ivo",
    "Jet",
    "Kim",
    "Leo",
    "Mia",
    "Noor",
    "Otis",
    "Pia",
    "Quin",
    "Rosa",
    "Sam",
    "Tess",
    "Uma",
    "Vic",
    "Wim",
    "Yara",
    "Zoe",
]
LAST = [
    "Adler",
    "Bakker",
    "Costa",
    "Dubois",
    "Evers",
    "Fischer",
    "Garcia",
    "Hansen",
    "Ito",
    "Jansen",
    "Kaya",
    "Larsen",
    "Moreau",
    "Novak",
    "Okafor",
    "Peeters",
]
AGENTS = 12
# The first company has this part of the contacts.
LARGE = 50


class Person(NamedTuple):
    """A contact as tickets need it; ``company`` is the id of the primary one, or None."""

    pk: int
    name: str
    email: str
    company: int | None
    company_name: str


def sow_people(contacts, companies, seed):
    """Add so many companies and contacts; one contact in twenty is of no company."""
    dice, now = random.Random(f"{seed} people"), timezone.now()  # noqa: S311
    first_company, first_contact = next_id(Company), next_id(Contact)
    load(
        Company, ("id", "name", "domain", "created_at"),
        ((pk, f"{dice.choice(LAST)} {pk} Ltd", f"company-{pk}.{HOST}", now) for pk in count_from(first_company, companies)),
    )  # fmt: skip
    known = list(Company.objects.filter(domain__endswith=f".{HOST}").order_by("pk").values_list("pk", flat=True))
    rows = []
    for number, pk in enumerate(count_from(first_contact, contacts)):
        first, last = dice.choice(FIRST), dice.choice(LAST)
        company = company_of(number, known, dice)
        rows.append((pk, first, last, f"{first}.{last}.{pk}@{HOST}".lower(), company, now))
    load(Contact, ("id", "first_name", "last_name", "email", "primary_company", "created_at"), rows)
    load(ContactCompany, ("contact", "company"), ((row[0], row[4]) for row in rows if row[4]))
    follow([Company, Contact, ContactCompany])


def count_from(first, number):
    """``number`` ids from ``first`` on."""
    return range(first, first + number)


def company_of(number, companies, dice):
    """A company for the contact with this number: early companies have more contacts than late ones."""
    if not companies or number % 20 == 19:
        return None
    if number % LARGE == 0 or len(companies) == 1:
        return companies[0]
    return companies[1 + int((len(companies) - 1) * dice.random() ** 2)]


def people():
    """All sown contacts in order."""
    rows = Contact.objects.filter(email__endswith=f"@{HOST}").order_by("pk")
    names = ("pk", "first_name", "last_name", "email", "primary_company", "primary_company__name")
    return [
        Person(pk, f"{first} {last}", email, company, company_name or "")
        for pk, first, last, email, company, company_name in rows.values_list(*names)
    ]


def agents():
    """(id, name) of the sown agents, made when there are none. They have no password and so cannot sign in."""
    found = User.objects.filter(email__endswith=f"@agents.{HOST}").order_by("pk")
    if not found:
        for number in range(AGENTS):
            first, last = FIRST[number * 2], LAST[number]
            User.objects.create_user(
                email=f"{first}.{number}@agents.{HOST}", first_name=first, last_name=last, is_agent=True
            )
    return [(agent.pk, agent.name) for agent in found.all()]
