"""Before rules are saved: who would gain or lose sight of which tickets, as the plain rule says."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loket.access.models import grant
from loket.people.models import Company, Contact
from loket.tickets import preview as previews
from loket.tickets.models import SightPolicy, Ticket, TicketCompany, TicketContact, TicketParticipant
from loket.tickets.preview import preview

NAMES = ["Ann", "Ben", ""]
SUBJECTS = ["Ink", "Jam", "Fan"]


def one(name, operator, value):
    return {"filters": [{"propertyName": name, "operator": operator, "value": value}]}


def filters(name, values):
    groups = st.lists(st.builds(one, st.just(name), st.sampled_from(["EQ", "NEQ"]), values), max_size=2)
    return groups.map(lambda each: {"filterGroups": each} if each else {})


BROKEN = {"filterGroups": [one("gone", "EQ", "x")]}
RULES = st.fixed_dictionaries({
    "sharing": st.sampled_from(["company", "own", "filter"]),
    "sharing_filter": filters("firstname", st.sampled_from(["ann", "ben"])),
    "visibility_filter": filters("subject", st.sampled_from(["ink", "jam"]))
    | filters("hs_primary_company_name", st.just("0")) | st.just(BROKEN),
})  # fmt: skip
NUMBERS = st.integers(0, 3)
PEOPLE = st.lists(
    st.tuples(st.sampled_from(NAMES), st.none() | st.integers(0, 1), st.booleans()), min_size=1, max_size=4
)
TICKETS = st.lists(
    st.tuples(st.sampled_from(SUBJECTS), st.sets(NUMBERS, max_size=2), st.sets(NUMBERS, max_size=2), st.sets(st.integers(0, 1))),
    min_size=1, max_size=4,
)  # fmt: skip


def build(portal, status, people, tickets):
    """Contacts (name, company, whether a member) and tickets (subject, contacts, participants, companies), by number."""
    for model in (Ticket, Contact, Company):
        model.objects.all().delete()
    companies = [Company.objects.create(name=f"{number}") for number in range(2)]
    contacts = []
    for number, (name, company, is_member) in enumerate(people):
        contact = Contact.objects.create(email=f"{number}@example.com", first_name=name)
        if company is not None:
            contact.join(companies[company], by=None)
        if is_member:
            grant(contact, portal, by=None)
        contacts.append(contact)
    for subject, own, taking_part, whose in tickets:
        ticket = Ticket.objects.create(
            subject=subject, status=status, primary_company=companies[min(whose)] if whose else None
        )
        key = {"ticket": ticket, "last_activity_at": ticket.last_activity_at, "is_open": True}
        for rows, every, numbers in (
            (TicketContact, contacts, own), (TicketParticipant, contacts, taking_part), (TicketCompany, companies, whose),
        ):  # fmt: skip
            for number in numbers & set(range(len(every))):
                rows.objects.create(**{rows.who: every[number]}, **key)


def seen(portal, rules):
    """All pairs (contact, ticket) of members, by the plain rule."""
    members = Contact.objects.filter(memberships__portal=portal)
    return {(each, ticket) for each in members for ticket in Ticket.objects.visible_to(each, portal, rules)}


def members_of(portal):
    return Contact.objects.filter(memberships__portal=portal)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=PEOPLE, tickets=TICKETS, before=RULES, after=RULES)
def test_gained_and_lost_are_what_the_plain_rule_says(portal, pipeline, people, tickets, before, after):
    build(portal, pipeline.first_open(), people, tickets)
    SightPolicy.objects.filter(portal=portal).update(**before)
    rules = SightPolicy(portal=portal, **after)
    was, will = seen(portal, SightPolicy.of(portal)), seen(portal, rules)
    found = preview(portal, rules, members_of(portal), seconds=60)
    for side, pairs in ((found.gained, will - was), (found.lost, was - will)):
        assert side.contacts == {contact.pk for contact, _ticket in pairs}
        assert side.tickets == {ticket.pk for _contact, ticket in pairs}
        assert set(side.examples) <= pairs
        assert len(side.examples) == len(side.tickets)
    assert found.changes_nothing == (was == will)


@pytest.fixture
def members(portal, alice, bob, charlie):
    for contact in (alice, bob, charlie):
        grant(contact, portal, by=None)
    return members_of(portal)


def test_bob_would_no_longer_see_alices_ticket(portal, members, ticket, alice, bob):
    found = preview(portal, SightPolicy(portal=portal, sharing="own"), members)
    assert (found.lost.tickets_shown, found.lost.contacts_shown) == ("1", "1")
    assert found.lost.examples == [(bob, ticket)]
    assert not found.gained.tickets


def test_whoever_is_no_member_does_not_count(portal, ticket, carol, alice, bob):
    assert preview(portal, SightPolicy(portal=portal, sharing="own"), members_of(portal)).changes_nothing


def test_counts_stop(portal, members, file_ticket, alice, monkeypatch):
    for number in range(4):
        file_ticket(alice, f"Ticket {number}")
    monkeypatch.setattr(previews, "MOST_COUNTED", 2)
    monkeypatch.setattr(previews, "CHUNK", 1)
    found = preview(portal, SightPolicy(portal=portal, sharing="own"), members)
    assert found.lost.tickets_shown == "2+"
    assert found.lost.is_whole


def test_when_time_is_up_nothing_is_promised(portal, members, ticket):
    found = preview(portal, SightPolicy(portal=portal, sharing="own"), members, seconds=0)
    assert not found.is_whole
    assert not found.changes_nothing
