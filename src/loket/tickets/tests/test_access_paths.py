"""How the database reads a page of a list: one limited index range per way of seeing, and never a sort of more than a page.

Held on a few thousand rows; what a million do is in the documentation of speed.
"""

import re
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from loket.people.models import Company, Contact
from loket.search import engine
from loket.tickets.models import Ticket, TicketCompany, TicketContact, TicketParticipant
from loket.tickets.visibility import Sight

MANY = 3_000


@pytest.fixture
def crowd(portal, alice, acme, pipeline):
    """Acme has half of 3,000 tickets, Alice thirty of them; other companies and contacts have the rest."""
    others = Company.objects.bulk_create(Company(name=f"Other {number}") for number in range(20))
    strangers = Contact.objects.bulk_create(Contact(email=f"s{number}@example.com") for number in range(200))
    new, closed, now = pipeline.first_open(), pipeline.statuses.filter(is_closed=True).first(), timezone.now()
    tickets = Ticket.objects.bulk_create(
        Ticket(
            subject=f"Subject {number}", content="x" * 1500, status=closed if number % 3 else new, closed_at=now if number % 3 else None,
            last_activity_at=now - timedelta(minutes=number),
        )
        for number in range(MANY)
    )  # fmt: skip
    key = lambda ticket: {"last_activity_at": ticket.last_activity_at, "is_open": ticket.closed_at is None}  # noqa: E731
    TicketCompany.objects.bulk_create(
        TicketCompany(ticket=each, company=acme if number % 2 else others[number % 20], **key(each))
        for number, each in enumerate(tickets)
    )
    TicketContact.objects.bulk_create(
        TicketContact(ticket=each, contact=strangers[number % 200] if number % 100 else alice, **key(each))
        for number, each in enumerate(tickets)
    )
    TicketParticipant.objects.bulk_create(
        TicketParticipant(ticket=each, contact=alice if number % 200 == 1 else strangers[number % 200], **key(each))
        for number, each in enumerate(tickets)
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return Sight.of(alice, portal)


def plans(work):
    """The database's plans, as text, of the queries that ``work`` makes."""
    with CaptureQueriesContext(connection) as captured:
        work()
    explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN ANALYZE "
    for query in captured.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute(explain + query["sql"])
            yield "\n".join(str(row[-1]) for row in cursor.fetchall())


def assert_index_range(plan):
    """No table is read whole, and no more than a page is sorted."""
    assert not re.search(r"SCAN tickets_\w+(?! USING (COVERING )?INDEX)\b", plan), plan
    assert not re.search(r"Seq Scan on tickets_", plan), plan
    assert "TEMP B-TREE" not in plan, plan
    assert all(int(rows) <= 100 for rows in re.findall(r"-> +Sort .*actual time=\S+ rows=(\d+)", plan)), plan


def test_a_page_is_an_index_range_per_way(crowd):
    for conditions in ({}, {"is_open": True}, {"is_open": False}, {"where": Q(priority="")}):
        read = partial(crowd.rows, Ticket.objects, ["subject"], **conditions)
        first = read()
        assert len(first) == 26
        found = [*plans(read), *plans(partial(read, after=first[-1][0])), *plans(partial(read, before=first[-1][0]))]
        assert len(found) == 9, "three ways, three pages"
        for plan in found:
            assert_index_range(plan)


def test_the_rule_for_one_ticket_asks_the_unique_indexes(crowd, portal, alice):
    ticket = crowd.rows(Ticket.objects, [])[3][0].pk
    *_policy, plan = plans(lambda: Ticket.objects.visible_to(alice, portal).filter(pk=ticket).exists())
    assert_index_range(plan)


def test_search_goes_from_what_the_index_found_and_not_through_all_of_a_company(crowd, alice):
    found = [place.pk for (place,) in crowd.rows(Ticket.objects, [], n=40)][::2]
    engine.index_many(("ticket", pk, "unicorn", [f"company:{alice.primary_company_id}"]) for pk in found)
    read = lambda: crowd.holding("unicorn").rows(Ticket.objects, ["subject"])  # noqa: E731
    assert {row[0].pk for row in read()} == set(found)
    company = next(plan for plan in plans(read) if "ticketcompany" in plan)
    assert "ticket_id" in company.partition("company_id")[0], f"tickets first, then whose they are:\n{company}"


def test_counting_stops(crowd):
    assert crowd.count(Ticket.objects, most=50) == 51
    for plan in plans(lambda: crowd.count(Ticket.objects, most=50)):
        assert_index_range(plan)


def test_the_views_of_the_desk_are_index_ranges(crowd, dora):
    every = Ticket.objects.visible_to_agent(dora)
    Ticket.objects.filter(pk__in=every.filter(subject__endswith="7").values("pk")).update(waiting_since=timezone.now())
    opened = every.open()
    for tickets in (opened, opened.owned_by(dora), opened.unassigned(), every.waiting(), every):
        for plan in plans(lambda tickets=tickets: list(tickets.newest_first().values_list("pk")[:50])):
            assert_index_range(plan)
    for tickets in (every.open(), every.closed()):
        pressing = tickets.order_by("-priority_rank", "-pk").values_list("pk")
        for plan in plans(lambda pressing=pressing: list(pressing[:50])):
            assert_index_range(plan)
