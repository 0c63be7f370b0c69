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
