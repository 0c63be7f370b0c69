"""Who gets in: every page but sign-in asks, and asks again."""

import pytest
from django.test import Client
from django.urls import get_resolver

from loket.access.models import revoke
from loket.access.sign_in.urls import portal_urlpatterns as sign_in
from loket.portal import urls
from loket.portals.models import Portal
from loket.tickets.models import TicketReading


def test_every_page_but_sign_in_is_for_members():
    names = {pattern.name for pattern in sign_in} | {
        "preview",
        "preview-ending",
        "theme-sheet",
        "theme-picture",
        "language-choice",
    }
    open_to_all = {each.name for each in urls.urlpatterns if not hasattr(each.callback, "is_for_members")}
    assert open_to_all == names


def test_a_visitor_signs_in_and_comes_back(client, portal, ticket, alice, entered):
    entered(alice)
    answer = client.get(f"/support/tickets/{ticket.pk}/?whole")
    assert answer.headers["Location"] == f"/support/sign-in/?next=%2Fsupport%2Ftickets%2F{ticket.pk}%2F%3Fwhole"
    assert answer.headers["Cache-Control"] == "private, no-store"
    there = client.post(answer.headers["Location"], {"login": alice.email, "password": "correct horse battery"})
    assert there.headers["Location"] == f"/support/tickets/{ticket.pk}/?whole"


@pytest.mark.parametrize("noun", ["reading", "replies"])
def test_a_deed_that_met_the_sign_in_page_leads_back_to_its_ticket(client, portal, ticket, alice, entered, noun):
    entered(alice)
    turned_away = client.post(f"/support/tickets/{ticket.pk}/{noun}/", {"text": "Hello"})
    credentials = {"login": alice.email, "password": "correct horse battery"}
    after = client.post(turned_away.headers["Location"], credentials, follow=True)
    assert after.redirect_chain[-1][0] == f"/support/tickets/{ticket.pk}/"
    assert after.status_code == 200
    assert not TicketReading.objects.exists()


@pytest.mark.parametrize("elsewhere", [
    "/desk/", "//evil.example/", "https://evil.example/", "/support", "/support/../desk/", "/support/%2e%2E/desk/",
    "/support/.%2e/desk/", "/support/\\..\\desk/", "/support/%5c..%5cdesk/", "/support/.\t./desk/", "/support/tickets/..",
    "javascript:alert(1)",
])  # fmt: skip
def test_who_signs_in_stays_in_the_portal(entered, client, portal, alice, elsewhere):
    entered(alice)
    fields = {"login": alice.email, "password": "correct horse battery", "next": elsewhere}
    assert client.post("/support/sign-in/", fields).headers["Location"] == "/support/"


def test_a_session_that_somebody_planted_is_not_the_one_that_is_signed_in(entered, client, portal, alice):
    entered(alice)
    client.get("/support/sign-in/code/")
    planted = client.session
    planted["next"] = "x"
    planted.save()
    client.cookies["loket_portal"] = planted.session_key
    client.post("/support/sign-in/", {"login": alice.email, "password": "correct horse battery"})
    assert client.cookies["loket_portal"].value not in ("", planted.session_key)
    stranger = Client()
    stranger.cookies["loket_portal"] = planted.session_key
    assert stranger.get("/support/").status_code == 302


def test_dots_in_names_and_queries_are_no_way_out(entered, client, portal, alice):
    entered(alice)
    there = "/support/files/1/a..b.txt?q=../x&createdate.from=2026-01-01"
    fields = {"login": alice.email, "password": "correct horse battery", "next": there}
    assert client.post("/support/sign-in/", fields).headers["Location"] == there


def test_a_visitor_learns_nothing(client, portal, ticket, form):
    for path in (
        "",
        "tickets.csv",
        f"tickets/{ticket.pk}/",
        "tickets/999/",
        f"new/{form.pk}/",
        "files/1/a.txt",
        "?q=fire",
    ):
        assert client.get(f"/support/{path}").status_code == 302
    for path in (f"tickets/{ticket.pk}/replies/", f"tickets/{ticket.pk}/reading/", f"new/{form.pk}/"):
        assert client.post(f"/support/{path}", {"text": "x"}).status_code == 302
    assert ticket.threads.get().messages.count() == 1


def test_who_may_enter_no_longer_is_told_at_the_next_request(entered, portal, ticket, alice):
    browser = entered(alice)
    assert browser.get("/support/").status_code == 200
    revoke(alice, portal, by=None)
    for path in ("", f"tickets/{ticket.pk}/", "tickets.csv", f"tickets/{ticket.pk}/live/"):
        answer = browser.get(f"/support/{path}")
        assert answer.status_code == 403
        assert ticket.subject not in answer.content.decode()
    assert browser.post(f"/support/tickets/{ticket.pk}/replies/", {"text": "x"}).status_code == 403


def test_a_session_counts_in_its_own_portal_only(entered, portal, ticket, alice):
    other = Portal.objects.create(name="Other", domain=portal.domain, slug="other", is_on=True)
    browser = entered(alice)
    browser.cookies["loket_portal"]["path"] = "/"
    assert browser.get("/other/").status_code == 302
    entered(alice, other)
    assert browser.get("/other/").status_code == 302


def test_an_account_without_contact_is_denied(entered, portal, alice):
    browser = entered(alice)
    user = alice.user
    user.contact = None
    user.save()
    assert browser.get("/support/").status_code == 403


def test_every_page_has_the_name_of_the_member_and_a_way_out(entered, ticket, form, alice):
    browser = entered(alice)
    for path in ("", f"tickets/{ticket.pk}/", f"new/{form.pk}/"):
        page = browser.get(f"/support/{path}").content.decode()
        assert "Alice Example" in page
        assert 'action="/support/sign-out/"' in page
        assert "File a support ticket" in page
    browser.post("/support/sign-out/")
    assert browser.get("/support/").status_code == 302


def test_a_portal_that_is_off_is_friendly_and_shut(entered, portal, ticket, alice):
    browser = entered(alice)
    portal.turn_off(by=None)
    for path in ("", f"tickets/{ticket.pk}/", "sign-in/"):
        answer = browser.get(f"/support/{path}")
        assert answer.status_code == 404
        assert "not available" in answer.content.decode()
        assert ticket.subject not in answer.content.decode()


@pytest.mark.parametrize("path", ["nowhere/", "tickets/", "files/1/", "desk/"])
def test_what_is_not_there_is_not_found(entered, alice, path):
    assert entered(alice).get(f"/support/{path}").status_code == 404


def test_rooms_can_write_the_address_of_a_ticket(portal, ticket):
    from loket.records.addresses import address_of

    assert address_of("ticket", portal, ticket.pk).endswith(f"/support/tickets/{ticket.pk}/")
    assert get_resolver("loket.portal.urls").resolve(f"/tickets/{ticket.pk}/").url_name == "ticket"
