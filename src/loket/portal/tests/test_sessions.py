"""Sessions of members: idle timeout (A6), seeing and ending them, renewed at sign-in (trap 29)."""

import pytest

from loket.access.models import OpenSession
from loket.access.policies import AccessPolicy
from loket.access.sign_in import sessions

NOW = 2_000_000_000


@pytest.fixture
def clock(monkeypatch):
    """What time it is for sessions, in seconds after ``NOW``."""
    return lambda seconds: monkeypatch.setattr(sessions.time, "time", lambda: NOW + seconds)


@pytest.fixture
def at_once(entered, client):
    """Sign a contact in with several browsers: ``entered`` alone sets the password anew, which ends all others."""

    def enter(contact, count):
        browsers = [entered(contact), *(type(client)() for _each in range(count - 1))]
        for browser in browsers[1:]:
            browser.post("/support/sign-in/", {"login": contact.email, "password": "correct horse battery"})
        assert [each.get("/support/").status_code for each in browsers] == [200] * count
        return browsers

    return enter


@pytest.mark.parametrize("minutes", [20, 40, 60, 1440])
def test_who_is_away_too_long_is_signed_out_at_the_minute(entered, portal, alice, clock, minutes):
    AccessPolicy.objects.create(portal=portal, idle_minutes=minutes)
    clock(0)
    browser = entered(alice)
    clock(minutes * 60)
    assert browser.get("/support/").status_code == 200
    clock(2 * minutes * 60 + 1)
    assert browser.get("/support/").status_code == 302


def test_waiting_for_news_is_not_being_there(entered, alice, ticket, clock):
    clock(0)
    browser = entered(alice)
    live = f"/support/tickets/{ticket.pk}/live/"
    for seconds in range(600, 3601, 600):
        clock(seconds)
        assert browser.get(live, headers={"X-Loket-Live": "1"}).status_code in (200, 204)
    clock(3601)
    assert browser.get(live, headers={"X-Loket-Live": "1"}).status_code not in (200, 204)


def test_alice_sees_where_she_is_signed_in_and_ends_the_other_one(at_once, alice):
    phone, desktop = at_once(alice, 2)
    page = desktop.get("/support/settings/sessions/").content.decode()
    assert page.count("This browser") == 1
    assert "Sign out everywhere else" in page
    other = OpenSession.objects.order_by("opened_at").first()
    assert phone.get("/support/").status_code == 200
    desktop.post("/support/settings/sessions/ending/", {"session": other.pk})
    assert phone.get("/support/").status_code == 302
    assert desktop.get("/support/").status_code == 200


def test_all_others_end_at_once(at_once, alice):
    *others, here = at_once(alice, 3)
    here.post("/support/settings/sessions/ending/")
    assert [each.get("/support/").status_code for each in others] == [302, 302]
    assert here.get("/support/").status_code == 200


def test_charlie_cannot_end_alices_session(entered, alice, charlie):
    hers, his = entered(alice), entered(charlie)
    for chosen in (OpenSession.objects.get(user=alice.user).pk, ""):
        his.post("/support/settings/sessions/ending/", {"session": chosen})
    assert hers.get("/support/").status_code == 200


@pytest.mark.parametrize("chosen", ["x", "9" * 30, "-1"])
def test_nonsense_is_refused(entered, alice, chosen):
    assert entered(alice).post("/support/settings/sessions/ending/", {"session": chosen}).status_code == 400


def test_a_session_that_was_there_before_is_another_after_signing_in(client, entered, alice, portal):
    entered(alice)
    client.post("/support/sign-in/code/", {"email": alice.email})
    before = client.cookies["loket_portal"].value
    client.post("/support/sign-in/", {"login": alice.email, "password": "correct horse battery"})
    assert client.cookies["loket_portal"].value != before


def test_a_new_password_ends_every_session(entered, alice):
    browser = entered(alice)
    assert browser.get("/support/").status_code == 200
    user = alice.user
    user.set_password("another horse battery")
    user.save()
    assert browser.get("/support/").status_code == 302


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_and_for_three(at_once, alice, django_assert_num_queries, count):
    browsers = at_once(alice, count)
    browsers[0].get("/support/settings/sessions/")
    with django_assert_num_queries(6):
        browsers[0].get("/support/settings/sessions/")
