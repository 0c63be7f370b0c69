"""Two-step sign-in (A4): both doors ask for it, each code counts once, and nothing tells its secret."""

import re
import time

import pyotp
import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command

from cast import PASSWORD
from loket.access import codes, second_factors
from loket.access.models import DeskEntry, OpenSession, RecoveryCode, SecondFactor, SignInCode, grant, revoke
from loket.access.policies import AccessPolicy
from loket.history.models import Event
from loket.mail.models import Letter

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def fresh_counts(db):
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def clock(monkeypatch):
    """The time, which a test moves on by ``clock.now += 30``."""

    class Clock:
        now = 1_800_000_000

    monkeypatch.setattr(second_factors.time, "time", lambda: Clock.now)
    return Clock


@pytest.fixture
def code(clock):
    """What Alice's app shows now."""
    return lambda secret=SECRET: pyotp.TOTP(secret).at(clock.now)


@pytest.fixture
def user(portal, alice):
    user = grant(alice, portal, by=None)
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def recovery(user, code, clock):
    """Alice has set it up, a minute ago: her recovery codes."""
    found = second_factors.set_up(user, SECRET, code())
    clock.now += 60
    return found


def password(client, user, door="support", **more):
    return client.post(f"/{door}/sign-in/", {"login": user.email, "password": PASSWORD} | more)


def step(client, typed, door="support"):
    return client.post(f"/{door}/sign-in/second-step/", {"code": typed})


def is_in(client):
    return client.get("/support/").status_code == 200


def test_alice_comes_in_by_password_and_code_and_is_where_she_wanted_to_be(recovery, client, user, code):
    answer = password(client, user, next="/support/tickets.csv")
    assert answer.headers["Location"] == "/support/sign-in/second-step/"
    assert not is_in(client)
    assert step(client, f" {code()[:3]} {code()[3:]} ").headers["Location"] == "/support/tickets.csv"
    assert is_in(client)


def test_the_password_alone_opens_nothing(recovery, client, user):
    password(client, user)
    before = client.cookies["loket_portal"].value
    for path in ("", "tickets.csv", "settings/sessions/", "second-factor/"):
        assert client.get(f"/support/{path}").headers["Location"].startswith("/support/sign-in/?next="), path
    assert client.get("/support/second-factor/set-up/").headers["Location"] == "/support/sign-in/second-step/"
    assert not OpenSession.objects.exists()
    assert client.cookies["loket_portal"].value == before


def test_a_code_counts_once_and_an_older_one_never_again(recovery, client, user, code, clock):
    earlier = code()
    clock.now += 30
    password(client, user)
    assert step(client, code()).status_code == 302
    for replayed in (code(), earlier):
        other = type(client)()
        password(other, user)
        assert step(other, replayed).status_code == 422
        assert not is_in(other)


@pytest.mark.parametrize(("late", "status"), [(-60, 422), (-30, 302), (0, 302), (30, 302), (60, 422)])
def test_a_phone_may_be_half_a_minute_off(recovery, client, user, clock, late, status):
    password(client, user)
    assert step(client, pyotp.TOTP(SECRET).at(clock.now - late)).status_code == status


@pytest.mark.parametrize("typed", ["", "000000", "12345", "١٢٣٤٥٦", "\u017f" * 6, "x" * 20])
def test_any_other_code_is_refused(recovery, client, user, typed):
    password(client, user)
    assert step(client, typed).status_code == 422
    assert not is_in(client)


def test_ten_wrong_codes_an_hour_and_even_the_right_one_waits(recovery, client, user, code):
    for _try in range(10):
        password(client, user)
        assert step(client, "000000").status_code == 422
    answer = step(client, code())
    assert "Wait an hour" in answer.content.decode()
    assert not is_in(client)


def test_a_right_code_forgets_wrong_ones(recovery, client, user, code, clock):
    for _time in range(3):
        password(client, user)
        for _try in range(6):
            step(client, "000000")
        assert step(client, code()).status_code == 302
        client.post("/support/sign-out/")
        clock.now += 30


def test_the_second_step_waits_ten_minutes(recovery, client, user, code, clock):
    password(client, user)
    clock.now += 601
    assert step(client, code()).headers["Location"] == "/support/sign-in/"


def test_a_new_password_ends_a_step_begun_with_the_old_one(recovery, client, user, code):
    password(client, user)
    user.set_password("another horse battery")
    user.save()
    assert step(client, code()).headers["Location"] == "/support/sign-in/"


def test_who_may_enter_no_more_is_told_so_after_the_second_step(recovery, client, user, code, portal):
    password(client, user)
    revoke(user.contact, portal, by=None)
    assert step(client, code()).headers["Location"] == "/support/access-denied/"
    assert not OpenSession.objects.exists()


def test_a_recovery_code_lets_in_once(recovery, client, user):
    password(client, user)
    assert step(client, recovery[0].lower().replace("-", " ")).status_code == 302
    other = type(client)()
    password(other, user)
    assert step(other, recovery[0]).status_code == 422
    assert step(other, recovery[1]).status_code == 302


def test_a_mailed_code_is_one_step_of_two(recovery, client, user, code, portal):
    client.post("/support/sign-in/code/", {"email": user.email})
    codes.mail_due()
    mailed = re.search(r"code=(\S+)", Letter.objects.get().text)[1]
    answer = client.post("/support/sign-in/code/check/", {"email": user.email, "code": mailed})
    assert answer.headers["Location"] == "/support/sign-in/second-step/"
    assert not SignInCode.objects.exists()
    assert not is_in(client)
    step(client, code())
    assert is_in(client)


def test_a_step_at_the_portal_is_none_at_the_desk(recovery, client, user, code):
    user.is_agent = True
    user.save()
    password(client, user)
    client.cookies["loket_desk"] = client.cookies["loket_portal"].value
    assert step(client, code(), "desk").headers["Location"] == "/desk/sign-in/"
    assert password(client, user, "desk").headers["Location"] == "/desk/sign-in/second-step/"
    assert step(client, code(), "desk").headers["Location"] == "/desk/"
    assert client.get("/desk/views/mine/").status_code == 200
    client.cookies["loket_portal"] = client.cookies["loket_desk"].value
    assert not is_in(client)


def set_up_page(client, door="support"):
    """The page of setting up: (what its form holds, the secret)."""
    page = client.get(f"/{door}/second-factor/set-up/")
    return {"signed": page.context["form"]["signed"].value()}, page.context["secret"]


def test_alice_sets_it_up_and_is_signed_out_elsewhere(entered, alice, code, client):
    phone, browser = entered(alice), entered(alice)
    page = browser.get("/support/second-factor/set-up/")
    assert "<svg" in page.content.decode() and "style=" not in page.content.decode()
    held, secret = set_up_page(browser)
    assert browser.post("/support/second-factor/set-up/", held | {"code": "000000"}).context["secret"] == secret
    answer = browser.post("/support/second-factor/set-up/", held | {"code": code(secret)})
    assert len(re.findall(r"<code>[A-Z2-9]{5}-[A-Z2-9]{5}</code>", answer.content.decode())) == 10
    assert is_in(browser)
    assert not is_in(phone)
    assert Event.objects.about(alice).last().verb == "second_factor_set_up"
    again = browser.post("/support/second-factor/set-up/", held | {"code": code(secret)})
    assert again.headers["Location"] == "/support/second-factor/"


def test_a_secret_that_another_page_showed_is_not_taken(entered, alice, bob, code):
    held, secret = set_up_page(entered(bob))
    mine = entered(alice)
    answer = mine.post("/support/second-factor/set-up/", held | {"code": code(secret)})
    assert answer.status_code == 422
    assert answer.context["secret"] != secret
    assert not SecondFactor.objects.exists()


def test_a_get_writes_nothing(entered, alice, django_assert_num_queries):
    browser = entered(alice)
    browser.get("/support/second-factor/set-up/")
    with django_assert_num_queries(7) as queries:
        browser.get("/support/second-factor/set-up/")
    assert all(each["sql"].startswith("SELECT") for each in queries.captured_queries)


def test_where_it_is_required_who_has_none_sets_it_up_first(client, user, portal, code):
    AccessPolicy.objects.create(portal=portal, requires_second_factor=True)
    password(client, user, next="/support/tickets.csv")
    assert not is_in(client)
    assert step(client, "").headers["Location"] == "/support/second-factor/set-up/"
    held, secret = set_up_page(client)
    answer = client.post("/support/second-factor/set-up/", held | {"code": code(secret)})
    assert 'href="/support/tickets.csv"' in answer.content.decode()
    assert is_in(client)
    browser = type(client)()
    assert password(browser, user).headers["Location"] == "/support/sign-in/second-step/"


def test_requiring_it_signs_out_who_has_none(entered, alice, bob, portal, erin, code, clock):
    hers, his = entered(alice), entered(bob)
    held, secret = set_up_page(hers)
    hers.post("/support/second-factor/set-up/", held | {"code": code(secret)})
    AccessPolicy.of(portal).set({"requires_second_factor": True}, by=erin)
    assert is_in(hers)
    assert not is_in(his)


def test_its_owner_turns_it_off_with_a_code(recovery, client, user, code, clock):
    password(client, user)
    step(client, code())
    assert client.post("/support/second-factor/removal/", {"code": code()}).status_code == 422
    clock.now += 30
    assert client.post("/support/second-factor/removal/", {"code": code()}).status_code == 302
    assert not SecondFactor.objects.exists()
    assert not is_in(client)
    assert Event.objects.about(user.contact).last().verb == "second_factor_removed"


def test_where_it_is_required_nobody_turns_it_off(recovery, client, user, code, clock, portal):
    AccessPolicy.objects.create(portal=portal, requires_second_factor=True)
    password(client, user)
    step(client, code())
    clock.now += 30
    assert client.post("/support/second-factor/removal/", {"code": code()}).status_code == 404
    assert SecondFactor.objects.exists()


def test_new_recovery_codes_end_the_old_ones(recovery, client, user, code, clock):
    password(client, user)
    step(client, recovery[0])
    answer = client.post("/support/second-factor/codes/", {"code": code()})
    fresh = answer.context["codes"]
    assert RecoveryCode.objects.count() == 10
    other = type(client)()
    password(other, user)
    assert step(other, recovery[1]).status_code == 422
    assert step(other, fresh[0]).status_code == 302


def test_neither_secret_nor_codes_are_stored_readable_or_told(recovery, client, user, erin):
    factor = SecondFactor.objects.get()
    assert SECRET not in factor.secret
    digests = set(RecoveryCode.objects.values_list("digest", flat=True))
    assert not digests & {code.replace("-", "") for code in recovery}
    factor.remove(by=erin)
    told = str(list(Event.objects.values()))
    assert "second_factor_removed" in told
    assert SECRET not in told and not any(code in told or code.replace("-", "") in told for code in recovery)


def test_after_another_secret_key_recovery_is_by_an_administrator_only(recovery, client, user, code, settings):
    settings.SECRET_KEY = "another" * 10
    password(client, user)
    assert step(client, code()).status_code == 422
    assert step(client, recovery[0]).status_code == 422
    call_command("removesecondfactor", user.email)
    assert password(client, user).headers["Location"] == "/support/"


def test_the_command_names_an_account_without_one(user):
    with pytest.raises(CommandError, match="No account"):
        call_command("removesecondfactor", user.email)


def test_agents_are_asked_where_an_administrator_says_so(at_desk, erin, dora, client, code):
    desk, hers = at_desk(dora), at_desk(erin)
    address = "/desk/settings/agents/second-factor-requirement/"
    hers.post(address, {"is_required": "1"})
    assert not DeskEntry.stored().requires_second_factor
    held, secret = set_up_page(hers, "desk")
    hers.post("/desk/second-factor/set-up/", held | {"code": code(secret)})
    hers.post(address, {"is_required": "1"})
    assert DeskEntry.stored().requires_second_factor
    assert hers.get("/desk/views/mine/").status_code == 200
    assert desk.get("/desk/views/mine/").status_code == 302
    assert password(client, dora, "desk").headers["Location"] == "/desk/sign-in/second-step/"
    assert client.get("/desk/views/mine/").status_code == 302


def test_requiring_it_at_the_desk_asks_nothing_of_members(client, user):
    DeskEntry.objects.create(pk=1, requires_second_factor=True)
    assert password(client, user).headers["Location"] == "/support/"


def test_time_is_unix_time():
    """RFC 6238, appendix B: at 59 s the eight digits end in 287082."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert pyotp.HOTP(secret).at(59 // second_factors.SECONDS) == "287082"
    assert second_factors.step_of(secret, pyotp.TOTP(secret).at(time.time())) is not None
