"""Within the site's own environment: open a portal, let people in, and say who and what is there, as JSON."""

import json
import time

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db.models import Count  # noqa: E402

from loket.access.models import grant  # noqa: E402
from loket.config.open_connections import close_all  # noqa: E402
from loket.forms.models import FormLink  # noqa: E402
from loket.forms.opening import open_portal  # noqa: E402
from loket.people.models import Contact, User  # noqa: E402
from loket.portals.models import Portal  # noqa: E402
from loket.search import engine  # noqa: E402
from loket.seed.words import WORDS  # noqa: E402
from loket.tickets.models import Ticket, TicketCompany, TicketContact  # noqa: E402
from loket.tickets.visibility import Sight  # noqa: E402

PASSWORD = "bench-horse-battery"


def main():
    portal = Portal.objects.filter(slug="support").first() or open_portal(
        name="Bench", host=settings.SITE_URL.hostname, slug="support", sharing="company", by=None
    )
    by_company = dict(TicketCompany.objects.values_list("company").annotate(n=Count("pk")))
    sizes = {"ten": 10, "middle": 200, "large": max(by_company.values())}
    people = {name: enter(member_of(by_company, size), portal) for name, size in sizes.items()}
    busy = TicketContact.objects.values_list("contact").annotate(n=Count("pk")).order_by("-n")[0][0]
    people["busy"] = enter(Contact.objects.get(pk=busy), portal)
    if not portal.is_on:
        portal.turn_on(by=None)  # somebody has access now
    large = Contact.objects.get(email=people["large"])
    print(json.dumps({
        "people": people | {"agent": agent()},
        "password": PASSWORD,
        "form": FormLink.objects.get(portal=portal).form_id,
        "rare": rare_word(large),
        "frequent": WORDS[0],
        "rows a second from the database": rows_a_second(Sight.of(large, portal)),
    }))  # fmt: skip


def member_of(by_company, size):
    """A contact, with few tickets, of the company whose number of tickets is nearest to ``size``."""
    for company in sorted(by_company, key=lambda company: abs(by_company[company] - size)):
        if contact := Contact.objects.filter(primary_company=company).order_by("-pk").first():
            return contact
    raise LookupError


def enter(contact, portal):
    """Let ``contact`` in; the address."""
    set_password(grant(contact, portal, by=None))
    return contact.email


def agent():
    """An agent who can sign in; the address."""
    user = User.objects.agents().first()
    set_password(user)
    return user.email


def set_password(user):
    user.set_password(PASSWORD)
    user.save()


def rare_word(contact):
    """A word that a few tickets of the contact's company hold."""
    tokens = [f"company:{contact.primary_company_id}"]
    return next(word for word in WORDS[1_000:] if 0 < len(engine.find("ticket", word, tokens=tokens, limit=20)) < 10)


def rows_a_second(sight):
    """How fast tickets are read for an export, before they are made into text."""
    began, rows = time.perf_counter(), 0
    for _row in sight.walk(Ticket.objects, ["subject", "created_at", "owner__first_name", "last_activity_at"]):
        rows += 1
    return round(rows / (time.perf_counter() - began))


main()
close_all()
