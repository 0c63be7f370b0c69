"""Ten wrong passwords lock the typed address, whether it has an account or not (A8, trap 28)."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from loket.access import codes, locks
from loket.access.models import AddressLock, grant, password_address
from loket.mail.models import Letter

RIGHT = "correct horse battery"


@pytest.fixture(autouse=True)
def fresh(db):
    """The counts of throttling outlive a test."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def known(entered, alice):
    """Alice with her password."""
    entered(alice)
    return alice.email


def try_in(client, address, password="wrong"):
    return client.post("/support/sign-in/", {"login": address, "password": password})


def test_the_eleventh_try_is_refused_even_with_the_right_password(known, client):
    for _try in range(10):
        assert b"do not belong together" in try_in(client, known).content
    answer = try_in(client, known, RIGHT)
    assert b"Too many wrong passwords for this address" in answer.content
    assert client.get("/support/").status_code == 302


def test_nine_wrong_ones_and_the_right_one_is_a_fresh_start(known, client):
    for _round in range(2):
        for _try in range(9):
            try_in(client, known)
        assert try_in(client, known, RIGHT).status_code == 302
        client.post("/support/sign-out/")


def test_an_address_without_an_account_is_locked_alike(known, client):
    try_in(client, "first@example.com")
    answers, queries = [], []
    for address in (known, "nobody@example.com"):
        AddressLock.objects.create(address=address, failures=10)
        with CaptureQueriesContext(connection) as asked:
            answers.append(try_in(client, address))
        queries.append([re.sub(r"'[^']*'|[0-9a-f.]+", "?", each["sql"]) for each in asked.captured_queries])
    bodies = [re.sub(rb'value="[^"]*"', b"", each.content) for each in answers]
    assert bodies[0] == bodies[1]
    assert queries[0] == queries[1], "the same work, so the same time"


def test_a_new_password_opens_it_again(known, portal, alice, client):
    AddressLock.objects.create(address=known, failures=10)
    alice.user.refresh_from_db()
    link = password_address(alice.user, portal).removeprefix("http://testserver")
    form = client.get(link, follow=True)
    client.post(form.request["PATH_INFO"], {"password": "another horse battery"})
    assert try_in(client, known, "another horse battery").status_code == 302


def test_a_code_still_signs_in(known, portal, client):
    AddressLock.objects.create(address=known, failures=10)
    client.post("/support/sign-in/code/", {"email": known})
    codes.mail_due()
    code = re.search(r"code=(\S+)", Letter.objects.get().text)[1]
    assert client.post("/support/sign-in/code/check/", {"email": known, "code": code}).status_code == 302


def test_look_alikes_lock_only_themselves(known, client, portal, alice):
    """Trap 32: ``ſ``, the Kelvin sign, a full-width @ are not letters of somebody's address."""
    grant(alice, portal, by=None)
    AddressLock.objects.create(address=known, failures=9)
    for typed in ("Alice@Example.com.", "ALICE@EXAMPLE.COM"):
        try_in(client, typed)
    assert locks.is_locked(known)
    AddressLock.objects.all().delete()
    for typed in ("alice＠example.com", "alıce@example.com", "alice+x@example.com"):
        try_in(client, typed)
    assert not AddressLock.objects.filter(address=known).exists()


def test_a_few_wrong_ones_are_forgotten_after_a_day_and_a_lock_is_not(known, client):
    yesterday = timezone.now() - timedelta(days=1, minutes=1)
    AddressLock.objects.create(address=known, failures=9, failed_at=yesterday)
    AddressLock.objects.create(address="locked@example.com", failures=10, failed_at=yesterday)
    try_in(client, known)
    assert AddressLock.objects.get(address=known).failures == 1
    AddressLock.objects.filter(address=known).update(failed_at=yesterday)
    locks.forget_stale()
    assert AddressLock.objects.get().address == "locked@example.com"


def test_erin_sees_and_lifts_a_lock_and_dora_does_not(known, at_desk, dora, erin, client):
    lock = AddressLock.objects.create(address=known, failures=10)
    AddressLock.objects.create(address="few@example.com", failures=3)
    desk = at_desk(erin)
    page = desk.get("/desk/settings/locks/").content.decode()
    assert known in page
    assert "few@example.com" not in page
    assert at_desk(dora).post(f"/desk/settings/locks/{lock.pk}/lifting/").status_code == 403
    desk.post(f"/desk/settings/locks/{lock.pk}/lifting/")
    assert try_in(client, known, RIGHT).status_code == 302
