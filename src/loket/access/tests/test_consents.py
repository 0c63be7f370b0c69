"""Consent (A10): per domain, in versions, at registration and again at sign-in; kept in the very words."""

import re

import pytest

from loket.access import registrations
from loket.access.models import Consent, ConsentWording
from loket.access.policies import AccessPolicy
from loket.mail.models import Letter
from loket.people.models import User
from loket.portals.models import Portal

ACCOUNT = {"first_name": "Zoe", "last_name": "Zet", "password": "another horse battery", "sent": "1"}
WORDS = {"text": {"en": "We keep your tickets.", "nl": "We bewaren je tickets."}, "box": {"en": "I agree"}}


@pytest.fixture
def wording(portal, erin):
    AccessPolicy.objects.create(portal=portal, mode="open")
    wording = ConsentWording(domain=portal.domain)
    wording.set(WORDS | {"is_required": True}, by=erin)
    return wording


@pytest.fixture
def link(wording, client):
    client.post("/support/register/", {"email": "zoe@acme.example"})
    registrations.mail_due()
    return re.search(r"http://testserver(/support/register/\S+)", Letter.objects.latest("pk").text)[1]


def test_no_account_without_the_box_where_it_is_required(link, client):
    assert "We keep your tickets." in client.get(link).content.decode()
    answer = client.post(link, ACCOUNT)
    assert answer.status_code == 422
    assert not User.objects.filter(email="zoe@acme.example").exists()
    assert client.post(link, ACCOUNT | {"agreed": "on"}).status_code == 302
    given = Consent.objects.get()
    assert (given.text, given.box, given.version, given.has_ticked) == ("We keep your tickets.", "I agree", 1, True)
    assert given.contact.email == "zoe@acme.example"


def test_a_box_that_is_optional_is_written_down_as_it_was_left(link, wording, client, erin):
    wording.set({"is_required": False}, by=erin)
    client.post(link, ACCOUNT)
    assert not Consent.objects.get().has_ticked


def test_other_words_are_another_version_and_other_settings_are_not(wording, erin):
    wording.set({"asks_again": True, "is_required": False}, by=erin)
    assert wording.version == 1
    wording.set({"box": {"en": "I do agree"}}, by=erin)
    assert wording.version == 2


def test_alice_is_asked_again_at_her_next_sign_in_and_sees_nothing_before(wording, entered, alice, ticket, erin):
    browser = entered(alice)
    assert browser.get("/support/").status_code == 200, "nobody is asked within a session"
    wording.set({"asks_again": True}, by=erin)
    browser = entered(alice)
    there = f"/support/tickets/{ticket.pk}/"
    asked = browser.get(there)
    assert asked.headers["Location"] == f"/support/consent/?next=%2Fsupport%2Ftickets%2F{ticket.pk}%2F"
    assert browser.post(f"{there}replies/", {"text": "x"}).status_code == 302
    assert "We keep your tickets." in browser.get(asked.headers["Location"]).content.decode()
    assert browser.post(asked.headers["Location"], {"sent": "1"}).status_code == 422
    assert browser.post(asked.headers["Location"], {"sent": "1", "agreed": "on"}).headers["Location"] == there
    assert browser.get(there).status_code == 200
    assert entered(alice).get(there).status_code == 200, "once answered is enough"
    wording.set({"text": {"en": "We keep all."}}, by=erin)
    assert entered(alice).get(there).status_code == 302


def test_changed_words_are_not_asked_again_where_that_is_off(wording, entered, alice, erin):
    wording.set({"text": {"en": "We keep all."}}, by=erin)
    assert entered(alice).get("/support/").status_code == 200


def test_the_question_is_for_who_is_signed_in_and_leads_nowhere_else(wording, client, entered, alice, erin):
    assert client.get("/support/consent/").headers["Location"] == "/support/sign-in/"
    browser = entered(alice)
    assert browser.get("/support/consent/?next=https://evil.example/").headers["Location"] == "/support/"


def test_another_domain_asks_nothing(wording, portal, client):
    domain = type(portal.domain).objects.create(host="b.example")
    elsewhere = Portal.objects.create(name="Two", slug="two", is_on=True, domain=domain)
    assert not ConsentWording.of(elsewhere.domain).is_asked


def test_what_was_agreed_stays_when_the_domain_goes(wording, alice, portal):
    wording.note(alice, has_ticked=True)
    wording.note(alice, has_ticked=True)
    Portal.objects.all().delete()
    portal.domain.delete()
    assert Consent.objects.get().host == "testserver"


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_words_are_those_of_the_portals_language(wording, portal, alice, language):
    from django.utils import translation

    with translation.override(language):
        wording.note(alice, has_ticked=False)
    assert Consent.objects.get().text == WORDS["text"][language]
