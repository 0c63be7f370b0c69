"""Single sign-on (A4, trap 31): only the provider's own, fresh word for this browser and this portal lets anyone in."""

from ipaddress import ip_network

import pytest

from loket.access import codes, forgotten, registrations
from loket.access.models import Identity, SingleSignOn, grant, may_enter, revoke
from loket.access.policies import AccessPolicy
from loket.access.single_sign_on import account_for
from loket.access.tests.provider import SECRET, Provider
from loket.history.models import Event
from loket.mail.models import Letter
from loket.people.models import Contact, User
from loket.portals.models import Portal

BACK = "/support/sign-in/sso/callback/"


@pytest.fixture
def provider(settings):
    settings.OUTBOUND_ALLOW = [ip_network("127.0.0.0/8")]
    provider = Provider()
    yield provider
    provider.close()


@pytest.fixture
def sso(portal, provider, alice):
    """The portal's domain signs in with the provider; Alice is a member."""
    grant(alice, portal, by=None)
    sso = SingleSignOn(domain=portal.domain)
    values = {"name": "Acme ID", "issuer": provider.issuer, "client_id": "loket", "is_on": True}
    sso.change(values, secret=SECRET, by=None)
    return sso


@pytest.fixture
def came(sso, provider, client):
    """Begin in the browser, agree at the provider: what the browser brings back."""
    return lambda **wanted: provider.approve(client.get("/support/sign-in/sso/", wanted).headers["Location"])


def test_who_is_known_may_enter_a_second_open_portal(came, client, alice, portal, sso):
    client.get(BACK, came())
    second = Portal.objects.create(name="Second", slug="second", domain=portal.domain, is_on=True)
    claims = {"sub": "alice-1"}
    account_for(second, sso.issuer, claims)
    assert not may_enter(alice, second), "only members enter there"
    AccessPolicy.objects.create(portal=second, mode="open")
    assert account_for(second, sso.issuer, claims).contact == alice
    assert may_enter(alice, second)


def is_in(client):
    return client.get("/support/").status_code == 200


def test_alice_comes_in_with_her_organisations_account_and_is_where_she_wanted_to_be(came, client, alice, provider):
    answer = client.get(BACK, came(next="/support/tickets.csv"))
    assert answer.headers["Location"] == "/support/tickets.csv"
    assert is_in(client)
    identity = Identity.objects.get()
    assert (identity.user.contact, identity.issuer, identity.subject) == (alice, provider.issuer, "alice-1")


@pytest.mark.parametrize(
    "lies",
    [
        {"iss": "https://evil.example"}, {"aud": "another"}, {"aud": ["loket", "another"]}, {"nonce": "old"},
        {"exp": 1}, {"sub": None}, {"iat": 99_999_999_999},
    ],
)  # fmt: skip
def test_a_token_of_another_issuer_audience_nonce_or_time_lets_nobody_in(came, client, provider, lies):
    provider.lies = lies
    assert client.get(BACK, came()).status_code == 403
    assert not is_in(client)
    assert not Identity.objects.exists()


def test_a_token_that_somebody_else_signed_lets_nobody_in(came, client, provider):
    provider.signs_with = 1
    assert client.get(BACK, came()).status_code == 403
    assert not is_in(client)


@pytest.mark.parametrize("change", [{"state": "x"}, {"state": ""}, {"iss": "https://evil.example"}, {"code": ""}])
def test_an_answer_that_was_not_asked_for_lets_nobody_in(came, client, change):
    assert client.get(BACK, came() | change).status_code == 403
    assert not is_in(client)


def test_an_answer_counts_once_and_in_the_browser_that_began(came, client):
    brought = came()
    stranger = type(client)()
    assert stranger.get(BACK, brought).status_code == 403
    client.get(BACK, brought)
    client.post("/support/sign-out/")
    assert client.get(BACK, brought).status_code == 403
    assert not is_in(client)


def test_a_code_of_another_sign_in_fails_by_pkce(came, client):
    first, second = came(), came()
    assert client.get(BACK, second | {"code": first["code"]}).status_code == 403


@pytest.mark.parametrize("verified", [False, None, "false", 1])
def test_an_address_that_is_not_verified_joins_no_account(came, client, provider, verified):
    provider.person["email_verified"] = verified
    answer = client.get(BACK, came())
    assert answer.status_code == 403
    assert b"does not confirm your e-mail address" in answer.content
    assert not is_in(client)


def test_a_known_subject_stays_who_it_is_when_its_address_changes(came, client, provider, alice, bob, portal):
    grant(bob, portal, by=None)
    client.get(BACK, came())
    client.post("/support/sign-out/")
    provider.person |= {"email": bob.email, "email_verified": False}
    client.get(BACK, came())
    assert "Alice Example" in client.get("/support/").content.decode()


def test_another_subject_with_alices_address_is_not_alice(came, client, provider):
    client.get(BACK, came())
    client.post("/support/sign-out/")
    provider.person["sub"] = "mallory-2"
    answer = client.get(BACK, came())
    assert b"belongs to another account" in answer.content
    assert not is_in(client)


def test_userinfo_about_another_person_is_refused(came, client, provider):
    provider.lies = {"sub": "charlie-3"}
    assert client.get(BACK, came()).status_code == 403
    assert not is_in(client)


def test_who_may_not_enter_is_told_so_without_a_loop(came, client, provider, alice, portal):
    client.get(BACK, came())
    revoke(alice, portal, by=None)
    assert client.get("/support/").status_code == 403
    client.post("/support/sign-out/")
    denied = client.get(BACK, came(), follow=True)
    assert (denied.status_code, len(denied.redirect_chain)) == (403, 1)


def test_a_stranger_is_made_a_member_only_where_anyone_may_register(came, client, provider, portal):
    provider.person = {"sub": "zoe-9", "email": "Zoe@Acme.example", "email_verified": True, "given_name": "Zoe"}
    assert client.get(BACK, came()).status_code == 403
    assert not Contact.objects.filter(email="zoe@acme.example").exists()
    AccessPolicy.objects.create(portal=portal, mode="open")
    client.get(BACK, came())
    assert is_in(client)
    assert Contact.objects.get(email="zoe@acme.example").first_name == "Zoe"


def test_nothing_else_signs_in_where_it_is_on(sso, client, alice, portal):
    AccessPolicy.objects.create(portal=portal, mode="open")
    user = alice.user
    user.set_password("correct horse battery")
    user.save()
    page = client.get("/support/sign-in/").content.decode()
    assert "Sign in with Acme ID" in page
    assert 'type="password"' not in page
    password = {"login": alice.email, "password": "correct horse battery"}
    assert client.post("/support/sign-in/", password).status_code == 404
    for path in (
        "password-reset/",
        "password-reset/1-x/",
        "register/",
        "register/x/",
        "sign-in/code/",
        "sign-in/code/check/",
    ):
        for send in (client.get, client.post):
            assert send(f"/support/{path}", {"email": alice.email}).status_code == 404
    assert not is_in(client)
    assert client.get("/desk/sign-in/").status_code == 200


def test_no_mail_about_passwords_leaves_after_the_switch(portal, alice, client, provider):
    AccessPolicy.objects.create(portal=portal, mode="open")
    grant(alice, portal, by=None)
    for path in ("password-reset/", "register/", "sign-in/code/"):
        client.post(f"/support/{path}", {"email": alice.email})
    SingleSignOn(domain=portal.domain).change(
        {"name": "A", "issuer": "https://a", "client_id": "b", "is_on": True}, by=None
    )
    assert [forgotten.answer_due(), registrations.mail_due(), codes.mail_due()] == [1, 1, 1]
    assert not Letter.objects.exists()


def test_switching_it_signs_everybody_out_of_its_portals_only(entered, at_desk, erin, alice, portal, dora):
    elsewhere = Portal.objects.create(
        name="Two", slug="two", is_on=True, domain=type(portal.domain).objects.create(host="b.example")
    )
    browser, desk = entered(alice), at_desk(dora)
    sso = SingleSignOn(domain=portal.domain)
    sso.change({"name": "A", "issuer": "https://a", "client_id": "b", "is_on": True}, by=erin)
    assert browser.get("/support/").status_code == 302
    assert desk.get("/desk/views/mine/").status_code == 200
    assert not SingleSignOn.objects.filter(domain=elsewhere.domain).exists()
    assert "secret" not in str(Event.objects.about(portal.domain).get().details)


def test_an_account_out_of_use_stays_out(came, client, alice):
    client.get(BACK, came())
    User.objects.update(is_active=False)
    client.post("/support/sign-out/")
    assert client.get(BACK, came()).status_code == 403


def test_a_provider_in_a_private_network_is_not_asked(came, client, settings, sso):
    settings.OUTBOUND_ALLOW = []
    answer = client.get("/support/sign-in/sso/")
    assert answer.status_code == 403
    assert "private network" in answer.content.decode()


def test_a_provider_that_calls_itself_otherwise_is_refused(sso, client, provider):
    provider.told = {"issuer": "https://evil.example"}
    assert client.get("/support/sign-in/sso/").status_code == 403
