import pytest
from django.test import Client, RequestFactory

from loket.config import faults

pytestmark = pytest.mark.django_db


def test_a_missing_page_says_nothing_of_the_address(client):
    response = client.get("/no/such/<b>page</b>/")
    assert response.status_code == 404
    assert b"such" not in response.content


@pytest.mark.parametrize("handler", [faults.bad_request, faults.forbidden, faults.not_found])
def test_the_cause_stays_inside(handler):
    response = handler(RequestFactory().get("/"), ValueError("hunter2"))
    assert b"hunter2" not in response.content
    assert b"<h1" in response.content


def test_a_fault_of_ours_has_a_page_of_its_own():
    response = faults.broken(RequestFactory().get("/"))
    assert response.status_code == 500
    assert b"<h1" in response.content


def test_a_form_that_was_open_too_long_says_how_to_keep_the_text():
    stale = faults.csrf_failure(RequestFactory().post("/"))
    assert stale.status_code == 403
    assert b"go back" in stale.content


def test_a_post_without_a_token_is_refused():
    assert Client(enforce_csrf_checks=True).post("/").status_code == 403


@pytest.fixture
def dutch(portal):
    portal.domain.language = "nl"
    portal.domain.save()
    return portal


def test_a_missing_page_of_a_portal_looks_and_speaks_like_it(dutch, client):
    response = client.get("/support/no/such/page/", headers={"accept-language": "en"})
    assert response.status_code == 404
    page = response.content.decode()
    assert '<html lang="nl">' in page
    assert '<a class="brand system-brand" href="/support/">' in page
    assert "Acme Support" in page
    assert "such" not in page


def test_what_is_hidden_looks_like_what_is_absent(dutch, entered, ticket, charlie):
    browser = entered(charlie)
    hidden, absent = (browser.get(f"/support/tickets/{pk}/") for pk in (ticket.pk, 999_999))
    assert (hidden.status_code, hidden.content) == (404, absent.content)
    assert hidden.headers["Cache-Control"] == absent.headers["Cache-Control"] == "private, no-store"
    assert "Acme Support" in hidden.content.decode()


@pytest.mark.parametrize("path", ["/no/such/page/", "/supporting/", "/desk/no/such/page/"])
def test_elsewhere_no_portal_is_named(portal, client, path):
    response = client.get(path)
    assert response.status_code == 404
    assert b"Acme" not in response.content


def test_a_fault_and_a_stale_form_of_a_portal_carry_its_name(portal, alice, entered, monkeypatch):
    browser = entered(alice)
    browser.handler.enforce_csrf_checks = True
    assert "Acme Support" in browser.post("/support/uploads/").content.decode()
    browser.raise_request_exception = False
    monkeypatch.setattr("loket.portal.views.lists.Listing", None)
    response = browser.get("/support/")
    assert response.status_code == 500
    assert "Acme Support" in response.content.decode()


def test_a_missing_page_of_the_desk_leads_to_its_front(client):
    assert '<a class="button" href="/desk/">' in client.get("/desk/no/such/page/").content.decode()
