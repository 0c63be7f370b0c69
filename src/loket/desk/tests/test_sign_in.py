"""Who may use the desk."""

import pytest
from django.test import Client
from django.urls import URLResolver, reverse

from loket.access.models import grant
from loket.access.sign_in import urls as sign_in
from loket.conversations.models import Message
from loket.desk import urls

PASSWORD = "correct horse battery"
ARGUMENTS = {"view": "mine", "name": "a.txt"}


def pages(patterns):
    """Every named page below ``patterns``."""
    for each in patterns:
        yield from pages(each.url_patterns) if isinstance(each, URLResolver) else [each]


def addresses():
    """An address of every page of the desk that is not sign-in itself."""
    found = [each for each in pages(urls.urlpatterns) if each not in sign_in.urlpatterns]
    return [
        "/desk"
        + reverse(each.name, "loket.desk.urls", kwargs={k: ARGUMENTS.get(k, 1) for k in each.pattern.converters})
        for each in found
    ]


@pytest.mark.parametrize("address", addresses())
def test_nobody_comes_in_without_signing_in(client, db, address):
    for send in (client.get, client.post):
        answer = send(address)
        assert answer.status_code == 302, address
        assert answer["Location"].startswith("/desk/sign-in/?next=/desk/")
        assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("address", addresses())
def test_a_customer_cannot_use_a_portal_session_at_the_desk(entered, alice, ticket, form, address):
    browser = entered(alice)
    assert browser.get("/support/").status_code == 200
    browser.cookies["loket_desk"] = browser.cookies["loket_portal"].value
    for send in (browser.get, browser.post):
        assert send(address)["Location"].startswith("/desk/sign-in/")


def test_a_member_who_is_no_agent_is_refused_at_the_door(client, portal, alice):
    user = grant(alice, portal, by=None)
    user.set_password(PASSWORD)
    user.save()
    answer = client.post("/desk/sign-in/", {"login": alice.email, "password": PASSWORD}, follow=True)
    assert answer.status_code == 403
    assert client.get("/desk/views/mine/").status_code == 302


@pytest.mark.parametrize("address", addresses())
def test_an_agent_who_is_one_no_more_is_refused_at_the_next_request(desk, dora, ticket, answer, address):
    answer(ticket)
    dora.is_agent = False
    dora.save()
    for send in (desk.get, desk.post):
        assert send(address)["Location"] == "/desk/access-denied/"
    assert desk.get("/desk/access-denied/").status_code == 403


def test_an_agent_out_of_use_is_refused_at_the_next_request(desk, dora):
    assert desk.get("/desk/views/mine/").status_code == 200
    dora.is_active = False
    dora.save()
    assert desk.get("/desk/views/mine/").status_code == 302


def test_after_signing_in_one_is_where_one_wanted_to_be(client, dora, ticket):
    asked = client.get(f"/desk/tickets/{ticket.pk}/?view=mine")["Location"]
    answer = client.post(
        asked, {"login": dora.email, "password": PASSWORD, "next": f"/desk/tickets/{ticket.pk}/?view=mine"}
    )
    assert answer["Location"] == f"/desk/tickets/{ticket.pk}/?view=mine"


def test_a_form_sent_after_the_session_ended_leads_back_to_its_ticket(client, ticket):
    answer = client.post(f"/desk/tickets/{ticket.pk}/replies/", {"text": "Long words"})
    assert answer["Location"] == f"/desk/sign-in/?next=/desk/tickets/{ticket.pk}/"


def test_a_live_update_ends_with_the_session(client, ticket):
    assert client.get(f"/desk/tickets/{ticket.pk}/live/", headers={"X-Loket-Live": "1"}).status_code == 401


def test_a_form_of_another_site_is_refused(dora, ticket):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(dora)
    for noun in (
        "replies",
        "comments",
        "notes",
        "assignment",
        "status",
        "closure",
        "reopening",
        "priority",
        "properties",
    ):
        assert browser.post(f"/desk/tickets/{ticket.pk}/{noun}/", {"text": "x"}).status_code == 403
    assert Message.objects.count() == 1


def test_nothing_changes_by_a_get(desk, ticket):
    for noun in ("replies", "comments", "notes", "assignment", "status", "closure", "reopening", "priority"):
        assert desk.get(f"/desk/tickets/{ticket.pk}/{noun}/").status_code == 405


def test_signing_out_ends_it(desk):
    desk.post("/desk/sign-out/")
    assert desk.get("/desk/views/mine/").status_code == 302
