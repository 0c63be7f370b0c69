"""T1–T4: who sees which tickets, by both access paths."""

import pytest

from loket.tickets.models import SightPolicy, Ticket
from loket.tickets.visibility import Sight, explain


def seen(contact, portal):
    """The subjects that ``contact`` sees: both access paths must agree."""
    by_rule = set(Ticket.objects.visible_to(contact, portal).values_list("subject", flat=True))
    rows = Sight.of(contact, portal).rows(Ticket.objects, ["subject"], n=100)
    assert {row[1] for row in rows} == by_rule
    assert len(rows) == len(by_rule)
    return by_rule


@pytest.fixture
def tickets(file_ticket, alice, bob, carol, charlie):
    return {
        name: file_ticket(who, name)
        for name, who in {"alices": alice, "bobs": bob, "carols": carol, "charlies": charlie}.items()
    }


def test_customers_see_their_primary_companys_tickets(portal, tickets, alice, bob, carol, charlie):
    assert seen(alice, portal) == seen(bob, portal) == {"alices", "bobs"}
    assert seen(carol, portal) == {"carols"}, "Acme is not Carol's primary company"
    assert seen(charlie, portal) == {"charlies"}


def test_customers_see_only_their_own_where_the_portal_says_so(portal, tickets, alice):
    SightPolicy.of(portal).set({"sharing": "own"}, by=None)
    assert seen(alice, portal) == {"alices"}


def test_only_contacts_that_meet_the_filter_see_the_companys(portal, tickets, alice, bob):
    manager = {"filterGroups": [{"filters": [{"propertyName": "firstname", "operator": "EQ", "value": "alice"}]}]}
    SightPolicy.of(portal).set({"sharing": "filter", "sharing_filter": manager}, by=None)
    assert seen(alice, portal) == {"alices", "bobs"}
    assert seen(bob, portal) == {"bobs"}


def test_the_portals_filter_hides_tickets_from_everyone(portal, tickets, alice):
    rule = {"filterGroups": [{"filters": [{"propertyName": "subject", "operator": "NEQ", "value": "alices"}]}]}
    SightPolicy.of(portal).set({"visibility_filter": rule}, by=None)
    assert seen(alice, portal) == {"bobs"}


@pytest.mark.parametrize("broken", [
    {"filterGroups": [{"filters": [{"propertyName": "gone", "operator": "EQ", "value": "x"}]}]},
    {"filterGroups": [{"filters": [{"propertyName": "hs_pipeline_stage", "operator": "EQ", "value": "999999"}]}]},
    {"filterGroups": "nonsense"}, {"filterGroups": [{"filters": []}]}, ["x"],
])  # fmt: skip
def test_a_broken_filter_shows_nothing_and_says_why(portal, tickets, alice, broken):
    SightPolicy.objects.filter(portal=portal).update(visibility_filter=broken)
    assert seen(alice, portal) == set()
    sees, why = explain(alice, tickets["alices"], portal)
    assert not sees
    assert "broken" in why[0]


def test_a_participant_sees_the_ticket_until_rules_hide_it(portal, tickets, charlie):
    tickets["alices"].add_participant(charlie, by=charlie)
    assert seen(charlie, portal) == {"alices", "charlies"}


def test_a_contact_who_leaves_the_company_sees_its_tickets_no_more(portal, tickets, bob, acme):
    assert seen(bob, portal) == {"alices", "bobs"}
    bob.leave(acme, by=None)
    assert seen(bob, portal) == {"bobs"}


def test_owned_by_me_is_what_is_associated_with_me(portal, tickets, alice, charlie):
    tickets["charlies"].add_participant(alice, by=alice)
    own = Sight.of(alice, portal).only_own().rows(Ticket.objects, ["subject"])
    assert [row[1] for row in own] == ["alices"]


def test_rules_can_be_tried_before_they_are_saved(portal, tickets, alice):
    tried = SightPolicy(portal=portal, sharing="own")
    assert set(Ticket.objects.visible_to(alice, portal, tried)) == {tickets["alices"]}


def test_why_in_words(portal, tickets, bob, charlie):
    assert explain(bob, tickets["alices"], portal) == (True, [
        "Acme Support shows all tickets.",
        "The ticket belongs to Bob Example’s primary company, whose tickets Bob Example may see.",
    ])  # fmt: skip
    sees, why = explain(charlie, tickets["alices"], portal)
    assert not sees
    assert "neither with Charlie Example nor" in why[1]


@pytest.mark.parametrize("descending", [True, False])
def test_pages_follow_each_other_in_both_directions(portal, alice, bob, file_ticket, descending):
    from loket.properties.catalogue import catalogue
    from loket.tickets.visibility import NEWEST, Order

    for number in range(7):
        file_ticket([alice, bob][number % 2], f"{'äbC'[number % 3]} {number // 3}")
    sight = Sight.of(alice, portal)
    for key in (None, catalogue("ticket")["subject"].sort_key, catalogue("ticket")["hubspot_owner_id"].sort_key):
        order = Order(key, descending) if key else Order(NEWEST.key, descending)
        every = [row[0] for row in sight.rows(Ticket.objects, [], order=order, n=100)]
        assert len(every) == 7
        first = sight.rows(Ticket.objects, [], order=order, n=3)
        second = sight.rows(Ticket.objects, [], order=order, after=first[-1][0], n=3)
        back = sight.rows(Ticket.objects, [], order=order, before=second[0][0], n=3)
        assert [row[0] for row in first + second] == every[:6]
        assert back == first


def test_association_rows_carry_the_tickets_own_sort_key(ticket, pipeline, alice, dora, answer):
    ticket.add_participant(alice, by=alice)
    answer(ticket)
    ticket.refresh_from_db()
    ticket.close(by=dora)
    ticket.reopen(by=dora)
    ticket.close(by=dora)
    for rows in (ticket.ticketcontact_set, ticket.ticketcompany_set):
        row = rows.get()
        assert (row.last_activity_at, row.is_open) == (ticket.last_activity_at, False)


def test_search_finds_only_what_is_in_sight(portal, tickets, alice, monkeypatch):
    sight = Sight.of(alice, portal)
    burning = lambda: {row[1] for row in sight.holding("burns").rows(Ticket.objects, ["subject"])}  # noqa: E731
    assert burning() == {"alices", "bobs"}
    monkeypatch.setattr("loket.tickets.visibility.MOST_FOUND", 1)
    assert burning() == {"alices", "bobs"}, "the same when the index finds more than can be listed"
