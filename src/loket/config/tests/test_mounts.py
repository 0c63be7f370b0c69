"""Hosts and doors: which address answers at all, and whose cookies count where."""

import pytest

from loket.portals.models import Domain, Portal

DESK, PORTAL = "/desk/sign-in/", "/support/sign-in/"


def test_an_unknown_host_gets_400_and_never_a_portal(portal, client):
    answer = client.get(PORTAL, headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert b"Acme" not in answer.content
    assert client.get(PORTAL, headers={"host": "bad host"}).status_code == 400


@pytest.mark.parametrize("host", ["evil.example", "testserver", "10.0.0.9:8000"])
def test_health_answers_on_any_host(host, client, db):
    assert client.get("/healthz", headers={"host": host}).status_code == 200


def test_the_desk_answers_only_on_the_host_of_the_installation(portal, client):
    Domain.objects.create(host="portal.example")
    assert client.get(DESK).status_code == 200
    assert client.get(DESK, headers={"host": "portal.example"}).status_code == 404


def test_a_portal_answers_only_on_its_domain(portal, client):
    other = Domain.objects.create(host="portal.example")
    Portal.objects.create(name="Other", domain=other, slug="other", is_on=True)
    assert client.get("/other/sign-in/").status_code == 404
    assert client.get("/other/sign-in/", headers={"host": "PORTAL.example."}).status_code == 200
    assert client.get(PORTAL, headers={"host": "portal.example"}).status_code == 404


@pytest.mark.parametrize("door", ["support", "desk"])
def test_a_door_without_its_slash_leads_to_it(portal, client, door):
    assert client.get(f"/{door}").headers["Location"] == f"/{door}/"
    assert client.head(f"/{door}?q=a%20b").headers["Location"] == f"/{door}/?q=a%20b"
    assert client.post(f"/{door}").status_code in (302, 405), "no address of its own"
    portal.turn_off(by=None)
    assert client.get("/support").status_code == 404


def test_a_portal_that_is_off_says_so_friendly(portal, client, entered, alice):
    browser = entered(alice)
    portal.turn_off(by=None)
    answer = browser.get("/support/")
    assert answer.status_code == 404
    assert "not available" in answer.content.decode()
    portal.turn_on(by=None)
    assert browser.get("/support/").status_code == 200, "nothing is lost"


def test_the_portal_speaks_its_domains_language(portal, client):
    assert client.get(PORTAL).headers["Content-Language"] == "en"
    portal.domain.language = "nl"
    portal.domain.save()
    answer = client.get(PORTAL, headers={"accept-language": "fr"})
    assert answer.headers["Content-Language"] == "nl"


def test_sessions_of_the_two_doors_do_not_mix(portal, alice, dora, entered, at_desk, client):
    member, agent = entered(alice), at_desk(dora)
    assert set(member.cookies) >= {"loket_portal"}
    assert member.cookies["loket_portal"]["path"] == "/support/"
    assert agent.cookies["loket_desk"]["path"] == "/desk/"
    thief = type(client)()
    thief.cookies["loket_desk"] = member.cookies["loket_portal"].value
    thief.cookies["loket_portal"] = agent.cookies["loket_desk"].value
    assert thief.get("/desk/", follow=True).redirect_chain[-1][0].startswith("/desk/sign-in/")
    assert thief.get("/support/").headers["Location"].startswith("/support/sign-in/")
    assert agent.get("/desk/").status_code in (200, 302), "the thief did not end Dora's session"


def test_a_session_of_one_portal_is_none_in_another(portal, alice, entered):
    Portal.objects.create(name="Second", domain=portal.domain, slug="second", is_on=True)
    browser = entered(alice)
    browser.cookies["loket_portal"]["path"] = "/"
    assert browser.get("/second/").headers["Location"].startswith("/second/sign-in/")


def test_every_answer_has_a_strict_policy(portal, client):
    for path in (PORTAL, DESK, "/nothing-here/", "/healthz"):
        policy = client.get(path).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
