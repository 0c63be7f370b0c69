"""The inbox switch in the rail: the desk narrowed to the tickets of one help desk."""

import re

import pytest

from loket.conversations.models import Inbox, Thread


@pytest.fixture
def billing(file_ticket, alice):
    """A second help desk with one ticket, and one ticket in the first."""
    billing = Inbox.objects.create(name="Billing")
    file_ticket(alice, "Printer")
    Thread.objects.filter(ticket=file_ticket(alice, "Invoice")).update(inbox=billing)
    return billing


def subjects(answer):
    return [row["subject"] for row in answer.context["pane"].rows]


def test_one_inbox_needs_no_switch(desk, ticket):
    assert desk.get("/desk/views/all-open/").context["rail"].inboxes == []


def test_the_desk_is_narrowed_to_one_inbox_with_its_counts(desk, billing):
    assert subjects(desk.get("/desk/views/all-open/")) == ["Invoice", "Printer"]
    narrowed = desk.get(f"/desk/views/all-open/?inbox={billing.pk}")
    assert subjects(narrowed) == ["Invoice"]
    assert [view["count"] for view in narrowed.context["rail"].views] == ["1", "1", "0", "1", "0", "", ""]
    assert narrowed.context["rail"].inbox == "Billing"


def test_every_link_of_the_list_keeps_the_inbox(desk, billing):
    kept = f"inbox={billing.pk}"
    narrowed = desk.get(f"/desk/views/unassigned/?{kept}&sort=oldest")
    assert all(kept in view["address"] for view in narrowed.context["rail"].views)
    orders = re.findall(r'href="([^"]*sort=[^"]*)"', narrowed.content.decode())
    assert len(orders) > 1 and all(kept in address for address in orders)
    assert f'name="inbox" value="{billing.pk}"' in narrowed.content.decode()
    address = narrowed.context["pane"].rows[0]["address"]
    assert subjects(desk.get(address)) == ["Invoice"]
    assigned = desk.post(address.replace("/?", "/assignment/?"), {"owner": "nobody"})
    assert kept in assigned["Location"]


def test_the_menu_leads_to_the_same_view_elsewhere(desk, billing, inbox):
    offers = desk.get(f"/desk/views/mine/?inbox={billing.pk}").context["rail"].inboxes
    assert offers == [
        ("All inboxes", "/desk/views/mine/", False),
        ("Billing", f"/desk/views/mine/?inbox={billing.pk}", True),
        ("Help desk", f"/desk/views/mine/?inbox={inbox.pk}", False),
    ]


@pytest.mark.parametrize("asked", ["nothing", "0", "-1", "1e9", "٣", "9" * 400])
def test_an_unknown_inbox_chooses_all(desk, billing, asked):
    assert subjects(desk.get("/desk/views/all-open/", {"inbox": asked})) == ["Invoice", "Printer"]


def test_an_inbox_that_is_no_help_desk_has_no_views_of_its_own(desk, billing, inbox, erin):
    billing.set({"is_help_desk": False}, by=erin)
    answer = desk.get(f"/desk/views/all-open/?inbox={billing.pk}")
    assert subjects(answer) == ["Invoice", "Printer"]
    assert [label for label, _address, _here in answer.context["rail"].inboxes] == ["All inboxes", "Help desk"]
