"""One-time codes (A4): once, within 15 minutes, five tries, and a GET uses nothing up (trap 21)."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from loket.access import codes
from loket.access.models import SignInCode, grant, revoke
from loket.access.policies import AccessPolicy
from loket.mail.models import Letter


@pytest.fixture
def asked(portal, alice, client):
    """Alice has asked for a code and got it: the code."""
    cache.clear()
    grant(alice, portal, by=None)
    client.post("/support/sign-in/code/", {"email": alice.email, "next": "/support/tickets.csv"})
    codes.mail_due()
    yield re.search(r"code=(\S+)", Letter.objects.get().text)[1]
    cache.clear()


def check(client, code, address="alice@example.com"):
    return client.post("/support/sign-in/code/check/", {"email": address, "code": code})


def test_alice_comes_in_by_her_code_once_and_is_where_she_wanted_to_be(asked, client):
    page = client.get(f"/support/sign-in/code/check/?code={asked}")
    assert asked in page.content.decode()
    assert check(client, asked.lower().replace("-", " ")).headers["Location"] == "/support/tickets.csv"
    assert client.get("/support/").status_code == 200
    assert check(type(client)(), asked).status_code == 422


def test_five_wrong_codes_and_the_right_one_is_worth_nothing(asked, client):
    for _try in range(5):
        assert check(client, "AAAA-AAAA").status_code == 422
    assert check(client, asked).status_code == 422
    assert client.get("/support/").status_code == 302


def test_after_15_minutes_it_is_too_late(asked, client):
    SignInCode.objects.update(asked_at=timezone.now() - timedelta(minutes=15, seconds=1))
    assert check(client, asked).status_code == 422


def test_a_code_is_for_its_address_only(asked, bob, portal, client):
    grant(bob, portal, by=None)
    assert check(client, asked, bob.email).status_code == 422
    assert check(client, asked, "alice@example.com.").status_code == 302


def test_who_may_enter_no_more_gets_none_and_is_refused_with_one(asked, alice, portal, client):
    revoke(alice, portal, by=None)
    assert check(client, asked).headers["Location"] == "/support/access-denied/"
    client.post("/support/sign-in/code/", {"email": alice.email})
    client.post("/support/sign-in/code/", {"email": "nobody@example.com"})
    codes.mail_due()
    assert Letter.objects.count() == 1
    assert check(client, "").status_code == 422


def test_where_codes_are_off_there_are_none(portal, client):
    assert b"Sign in with a code" in client.get("/support/sign-in/").content
    AccessPolicy.objects.create(portal=portal, allows_codes=False)
    assert b"Sign in with a code" not in client.get("/support/sign-in/").content
    for path in ("", "check/"):
        assert client.get(f"/support/sign-in/code/{path}").status_code == 404
