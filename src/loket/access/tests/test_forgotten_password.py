"""A forgotten password (A5): whether an address has an account is never told."""

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from loket.access.forgotten import answer_due
from loket.access.models import PasswordRequest, grant
from loket.mail.models import Letter

NEW_PASSWORD = "another horse battery"


@pytest.fixture
def ask(client):
    """Ask for a new password: ``ask(address)``, at the portal or another door."""
    return lambda address, door="support": client.post(f"/{door}/password-reset/", {"email": address})


def test_an_unknown_address_is_answered_like_a_known_one(portal, alice, ask):
    grant(alice, portal, by=None)
    ask("first@example.com")  # whatever is made once is made now
    answers, queries = [], []
    for address in (alice.email, "nobody@example.com"):
        with CaptureQueriesContext(connection) as asked:
            answers.append(ask(address))
        queries.append([re.sub(r"'[^']*'|[0-9a-f.]+", "?", each["sql"]) for each in asked.captured_queries])
    known, stranger = answers
    assert (known.status_code, known.headers["Location"]) == (302, stranger.headers["Location"])
    assert stranger.status_code == 302
    assert (known.content, known.headers.keys()) == (stranger.content, stranger.headers.keys())
    assert queries[0] == queries[1], "the same work, so the same time"


def test_only_who_has_an_account_gets_a_letter_and_only_one(portal, alice, ask):
    grant(alice, portal, by=None)
    ask("Alice@Example.com")
    ask("stranger@example.com")
    assert not Letter.objects.exists()
    assert (answer_due(), answer_due()) == (2, 0)
    assert not PasswordRequest.objects.exists()
    letter = Letter.objects.get()
    assert (letter.to, letter.is_private) == ("alice@example.com", True)
    assert letter.subject == "Set a new password for Acme Support"
    assert "asked for a new password for Acme Support" in letter.text
    assert "http://testserver/support/password-reset/" in letter.text


def test_an_account_out_of_use_gets_none(portal, alice, ask):
    user = grant(alice, portal, by=None)
    user.is_active = False
    user.save()
    ask(alice.email)
    answer_due()
    assert not Letter.objects.exists()


def test_the_letter_speaks_the_portals_language_and_its_link_works_once(portal, alice, ask, client):
    portal.domain.language = "nl"
    portal.domain.save()
    user = grant(alice, portal, by=None)
    ask(alice.email)
    answer_due()
    letter = Letter.objects.get()
    assert "nieuw wachtwoord" in letter.subject
    path = re.search(r"http://testserver(/support/password-reset/\S+)", letter.text)[1]
    form = client.get(path, follow=True)
    client.post(form.request["PATH_INFO"], {"password": NEW_PASSWORD})
    user.refresh_from_db()
    assert user.check_password(NEW_PASSWORD)
    assert b'name="password"' not in type(client)().get(path, follow=True).content


def test_an_agents_link_leads_to_the_desk(dora, ask):
    ask(dora.email, door="desk")
    answer_due()
    letter = Letter.objects.get()
    assert "http://testserver/desk/password-reset/" in letter.text
    assert "for Loket" in letter.subject


def test_who_asks_too_often_is_told_in_the_portals_looks(portal, alice, ask):
    cache.clear()  # no model, so it outlives a test, with its counts
    grant(alice, portal, by=None)
    known, stranger = ([ask(who) for _ in range(6)][-1] for who in (alice.email, "stranger@example.com"))
    cache.clear()
    assert (known.status_code, known.content) == (429, stranger.content)
    page = known.content.decode()
    assert "Too many attempts" in page
    assert "Acme Support" in page
