"""H1: the preview of a theme with real tickets, as the agent may read them and the portal could show them."""

import pytest

from loket.conversations import delivery
from loket.tickets.models import WordingPolicy
from loket.tickets.policies import SightPolicy


@pytest.fixture
def sample(tab):
    """What a page of the preview says: ``sample("list")``; "invented" or real tickets."""

    def sample(page, tickets="real"):
        answer = tab.browser.get(tab.address("theme") + f"sample/?page={page}&tickets={tickets}")
        assert answer.status_code == 200
        return answer.content.decode()

    return sample


def test_erin_sees_the_draft_on_real_tickets(sample, file_ticket, alice, bob, dora):
    file_ticket(bob, "Invoice is wrong")
    ticket = file_ticket(alice, "Printer on fire", "It burns since Monday.")
    delivery.reply(ticket.threads.get(), "Help is on its way.", by=dora)
    listed = sample("list")
    assert "Printer on fire" in listed
    assert "Invoice is wrong" in listed
    assert "Alice" in listed
    shown = sample("ticket")
    assert "It burns since Monday." in shown
    assert "Help is on its way." in shown
    assert "Printer on fire" not in sample("list", "invented") + sample("ticket", "invented")


def test_what_no_customer_may_read_is_no_sample(sample, portal, file_ticket, alice, erin, dora):
    hidden = file_ticket(alice, "Contract of somebody")
    ticket = file_ticket(alice, "Printer on fire")
    delivery.comment(ticket.threads.get(), "He calls every week.", by=dora)
    only = {"propertyName": "subject", "operator": "EQ", "value": "Printer on fire"}
    assert "Contract of somebody" in sample("list")
    SightPolicy.of(portal).set({"visibility_filter": {"filterGroups": [{"filters": [only]}]}}, by=erin)
    assert hidden.subject not in sample("list")
    assert "Printer on fire" in sample("list")
    assert "He calls every week." not in sample("ticket")


def test_agents_go_by_the_name_that_customers_meet(sample, portal, ticket, dora, erin):
    delivery.reply(ticket.threads.get(), "Help is on its way.", by=dora)
    assert "Dora" in sample("ticket")
    WordingPolicy.of(portal).set({"owner_name": "alias"}, by=erin)
    assert "Dora" not in sample("ticket")


@pytest.mark.parametrize("page", ["list", "ticket"])
def test_without_a_ticket_the_preview_says_so(sample, page):
    assert "There is no ticket that customers could see here." in sample(page)


def test_dora_without_the_right_sees_no_sample(at_desk, dora, tab, ticket):
    assert at_desk(dora).get(tab.address("theme") + "sample/?page=list&tickets=real").status_code == 403


@pytest.mark.parametrize("tickets", [1, 3])
def test_more_tickets_need_no_more_queries(sample, file_ticket, alice, tickets, django_assert_num_queries):
    for number in range(tickets):
        file_ticket(alice, f"Ticket {number}")
    with django_assert_num_queries(10):
        assert "Ticket 0" in sample("list")
