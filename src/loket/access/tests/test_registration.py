"""Self-registration (A3): the address is proven first, and whether it has an account is never told (trap 28)."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from loket.access import registrations
from loket.access.companies import company_of
from loket.access.models import Registration, grant, may_enter
from loket.access.policies import AccessPolicy
from loket.mail.models import Letter
from loket.people.models import Company, Contact, User

ACCOUNT = {"first_name": "Zoe", "last_name": "Zet", "password": "another horse battery", "sent": "1"}


@pytest.fixture
def opened(portal):
    """The portal, where anyone may register."""
    AccessPolicy.objects.create(portal=portal, mode="open")
    return portal


@pytest.fixture
def link(opened, client):
    """Register an address and read the link of the mail: ``link("zoe@acme.example")``."""

    def ask(address):
        client.post("/support/register/", {"email": address})
        registrations.mail_due()
        return re.search(r"http://testserver(/support/register/\S+)", Letter.objects.latest("pk").text)[1]

    return ask


def test_the_sign_in_page_says_register_here_only_where_anyone_may(portal, client):
    assert b"Register here" not in client.get("/support/sign-in/").content
    assert client.get("/support/register/").status_code == 404
    AccessPolicy.objects.create(portal=portal, mode="open")
    assert b"Register here" in client.get("/support/sign-in/").content
    assert b"Register here" not in client.get("/desk/sign-in/").content


def test_zoe_proves_her_address_and_is_signed_in(opened, link, client):
    address = link("Zoe@Acme.example")
    assert not Contact.objects.filter(email="zoe@acme.example").exists()
    client.get(address)
    assert not User.objects.exists(), "a GET uses nothing up"
    answer = client.post(address, ACCOUNT)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/support/")
    assert client.get("/support/").status_code == 200
    zoe = Contact.objects.get(email="zoe@acme.example")
    assert (zoe.name, zoe.primary_company) == ("Zoe Zet", None)
    assert client.get(address).status_code == 404, "the link works once"


def test_an_unknown_address_is_answered_like_a_known_one(opened, alice, client):
    grant(alice, opened, by=None)
    client.post("/support/register/", {"email": "first@example.com"})
    answers, queries = [], []
    for address in (alice.email, "nobody@example.com"):
        with CaptureQueriesContext(connection) as asked:
            answers.append(client.post("/support/register/", {"email": address}))
        queries.append([re.sub(r"'[^']*'|[0-9a-f.]+", "?", each["sql"]) for each in asked.captured_queries])
    known, stranger = answers
    assert (known.status_code, known.headers["Location"]) == (302, stranger.headers["Location"])
    assert known.content == stranger.content
    assert queries[0] == queries[1], "the same work, so the same time"


def test_alice_who_has_an_account_is_told_so_by_mail_only(opened, entered, alice, client):
    entered(alice)
    client.post("/support/register/", {"email": alice.email})
    registrations.mail_due()
    letter = Letter.objects.get()
    assert letter.subject == "You have an account at Acme Support"
    assert "/register/" not in letter.text


def test_nothing_that_a_stranger_typed_stands_in_the_mail_and_three_a_day_are_enough(opened, client):
    for _again in range(5):
        client.post("/support/register/", {"email": "victim@example.com", "first_name": "BUY http://evil.example"})
        registrations.mail_due()
    assert Letter.objects.count() == 3
    assert "evil" not in Letter.objects.first().text


def test_the_link_is_over_after_24_hours_and_counts_in_its_portal_only(opened, link, client):
    address = link("zoe@acme.example")
    Registration.objects.update(good_until=timezone.now() - timedelta(seconds=1))
    for send in (client.get, client.post):
        assert send(address).status_code == 404
    assert not User.objects.exists()


def test_two_registrations_of_one_address_make_one_account_and_the_first_password_stays(opened, link, client):
    first, second = link("zoe@acme.example"), link("zoe@acme.example")
    client.post(first, ACCOUNT)
    stranger = type(client)()
    answer = stranger.post(second, ACCOUNT | {"password": "some other long words"})
    assert answer.headers["Location"] == "/support/sign-in/"
    assert stranger.get("/support/").status_code == 302, "who cannot tell the password stays outside"
    assert User.objects.get().check_password(ACCOUNT["password"])


def test_a_link_used_meanwhile_is_refused(opened, link):
    link("zoe@acme.example")
    registration = Registration.objects.get()
    registrations.accept(registration, password=ACCOUNT["password"])
    with pytest.raises(ValidationError, match="used before"):
        registrations.accept(registration, password="some other long words")


def test_a_weak_password_is_refused_and_the_name_stays(opened, link, client):
    answer = client.post(link("zoe@acme.example"), ACCOUNT | {"password": "short"})
    assert answer.status_code == 422
    assert b'value="Zoe"' in answer.content
    assert b"Use at least 8 characters" in answer.content


def test_who_registered_may_enter_only_while_anyone_may(opened, link, client, erin):
    client.post(link("zoe@acme.example"), ACCOUNT)
    zoe = Contact.objects.get(email="zoe@acme.example")
    assert may_enter(zoe, opened)
    AccessPolicy.of(opened).set({"mode": "groups"}, by=erin)
    assert client.get("/support/").status_code == 403
    grant(zoe, opened, by=erin)
    assert client.get("/support/").status_code == 200


def test_a_new_contact_joins_the_company_of_their_domain_where_that_is_switched_on(opened, acme, link, client):
    client.post(link("zoe@acme.example"), ACCOUNT)
    assert not Contact.objects.get(email="zoe@acme.example").companies.exists()
    AccessPolicy.objects.update(gives_company=True)
    client.post("/support/sign-out/")
    type(client)().post(link("yan@acme.example"), ACCOUNT)
    assert Contact.objects.get(email="yan@acme.example").primary_company == acme


@pytest.mark.parametrize("domain", ["gmail.com", "co.uk", "localhost", "hotmail.nl", "s3.amazonaws.com"])
def test_no_company_by_a_domain_that_others_share(db, domain):
    Company.objects.create(name="Sly", domain=domain)
    assert company_of(f"zoe@{domain}") is None


def test_two_companies_with_one_domain_are_none(acme):
    assert company_of("zoe@acme.example") == acme
    Company.objects.create(name="Acme too", domain="ACME.example")
    assert company_of("zoe@acme.example") is None


@pytest.mark.parametrize(
    "address", ["zoe", "zoe＠acme.example", "a\x00b@acme.example", "z" * 300 + "@acme.example", ""]
)
def test_what_is_no_address_is_told_beside_the_field(opened, client, address):
    answer = client.post("/support/register/", {"email": address})
    assert answer.status_code in (400, 422)
    assert not Registration.objects.exists()
