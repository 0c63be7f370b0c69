"""Assignments: whose ticket it is."""

import pytest

from loket.history.models import Event


@pytest.fixture
def assign(desk, ticket):
    return lambda owner: desk.post(f"/desk/tickets/{ticket.pk}/assignment/", {"owner": owner})


def test_an_agent_takes_a_ticket_and_gives_it_on(assign, ticket, dora, erin):
    for agent in (dora, erin):
        assert assign(agent.pk)["Location"] == f"/desk/tickets/{ticket.pk}/"
        ticket.refresh_from_db()
        assert ticket.owner == agent
    assign("nobody")
    ticket.refresh_from_db()
    assert ticket.owner is None


def test_history_says_who_did_it_once(assign, dora, erin):
    for _click in range(2):
        assign(erin.pk)
    event = Event.objects.get(verb="assigned")
    assert (event.actor_name, event.details) == ("Dora Deskworth", {"hubspot_owner_id": ["", "Erin"]})


@pytest.mark.parametrize("owner", ["", "x", "-1", "²", "999999", "9" * 19])
def test_who_is_no_agent_gets_no_ticket(assign, ticket, dora, owner):
    ticket.assign(dora, by=dora)
    answer = assign(owner)
    assert answer.status_code == 422
    assert answer.context["problem"] in answer.content.decode()
    ticket.refresh_from_db()
    assert ticket.owner == dora


def test_neither_a_customer_nor_an_agent_out_of_use_gets_a_ticket(assign, ticket, erin, django_user_model):
    member = django_user_model.objects.create_user(email="member@example.com")
    erin.is_active = False
    erin.save()
    for person in (member, erin):
        assert assign(person.pk).status_code == 422
    ticket.refresh_from_db()
    assert ticket.owner is None


def test_nothing_said_changes_nothing(desk, ticket, dora):
    ticket.assign(dora, by=dora)
    assert desk.post(f"/desk/tickets/{ticket.pk}/assignment/").status_code == 422
    ticket.refresh_from_db()
    assert ticket.owner == dora


def test_a_customer_cannot_assign(entered, alice, ticket, form, dora):
    browser = entered(alice)
    browser.cookies["loket_desk"] = browser.cookies["loket_portal"].value
    browser.post(f"/desk/tickets/{ticket.pk}/assignment/", {"owner": dora.pk})
    ticket.refresh_from_db()
    assert ticket.owner is None


def test_the_menu_offers_oneself_first_then_the_others(desk, ticket, dora, erin):
    page = desk.get(f"/desk/tickets/{ticket.pk}/")
    assert page.context["agents"] == [erin]
    assert "Assign to me" in page.content.decode()
