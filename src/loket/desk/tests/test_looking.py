"""Who else looks at a ticket (D1)."""

from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.test import Client
from django.utils import timezone

from loket.tickets.models import TicketLooking

LOOK = 13


@pytest.fixture
def look(ticket):
    """Poll as the page does: ``look(browser)`` gives the answer."""
    return lambda browser: browser.post(f"/desk/tickets/{ticket.pk}/looking/", headers={"X-Loket-Live": "1"})


def named(answer):
    return unquote(answer["X-Loket-Onlookers"])


def test_two_agents_see_each_other_and_nobody_sees_themselves(desk, at_desk, erin, look):
    erins = at_desk(erin)
    assert named(look(desk)) == ""
    assert named(look(erins)) == "Also here: Dora Deskworth"
    assert named(look(desk)) == "Also here: Erin"


def test_who_looks_no_more_is_forgotten_and_leaves_no_rows(desk, at_desk, erin, look, file_ticket, alice):
    erins, other = at_desk(erin), file_ticket(alice)
    look(erins)
    TicketLooking.objects.update(seen_at=timezone.now() - timedelta(seconds=31))
    assert named(look(desk)) == ""
    erins.post(f"/desk/tickets/{other.pk}/looking/")
    assert TicketLooking.objects.filter(agent=erin).get().ticket == other


def test_the_poll_brings_what_is_new_too(desk, look, ticket, answer):
    page = desk.get(f"/desk/tickets/{ticket.pk}/")
    cursor = page.context["timeline"][-1]["cursor"]
    address = f"/desk/tickets/{ticket.pk}/looking/?after={cursor}"
    assert desk.post(address).status_code == 204
    answer(ticket, "Fresh words")
    assert "Fresh words" in desk.post(address).content.decode()
    assert f'data-live-url="/desk/tickets/{ticket.pk}/looking/"' in page.content.decode()


def test_reading_the_page_writes_nothing(desk, ticket):
    desk.get(f"/desk/tickets/{ticket.pk}/")
    assert desk.get(f"/desk/tickets/{ticket.pk}/looking/").status_code == 405
    assert not TicketLooking.objects.exists()


def test_neither_customers_nor_strangers_look(entered, alice, look, form):
    browser = entered(alice)
    browser.cookies["loket_desk"] = browser.cookies["loket_portal"].value
    assert {look(browser).status_code, look(Client()).status_code} == {401}
    assert not TicketLooking.objects.exists()


def test_a_look_is_cheap(desk, look, django_assert_num_queries):
    look(desk)
    with django_assert_num_queries(LOOK):
        look(desk)
