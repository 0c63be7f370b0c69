"""Single sign-on (A4, trap 31) against a certified provider, as organisations run one: all over the wire."""

from ipaddress import ip_network

import pytest

from loket.access import oidc
from loket.access.models import Identity, SingleSignOn, grant
from loket.access.sign_in.single import client_of
from loket.access.tests.certified import CertifiedProvider, install

pytestmark = pytest.mark.installation
BACK = "/support/sign-in/sso/callback/"
REDIRECT = f"http://testserver{BACK}"
ALICE = {"email": "alice@example.com", "email_verified": True}
# Signs that a form and a header write otherwise.
SECRET = "the client's own secret: 100% & more"


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    install()
    more = {"redirect_uris": [REDIRECT], "client_secret": SECRET}
    provider = CertifiedProvider(
        tmp_path_factory.mktemp("provider"), [{"client_id": name} | more for name in ("loket", "another")], {}
    )
    yield provider
    provider.close()


@pytest.fixture
def provider(running, settings):
    settings.OUTBOUND_ALLOW = [ip_network("127.0.0.0/8")]
    running.tell({"alice-1": ALICE, "mallory-2": ALICE, "unproven-3": ALICE | {"email_verified": False}})
    return running


@pytest.fixture
def sso(portal, provider, alice):
    grant(alice, portal, by=None)
    sso = SingleSignOn(domain=portal.domain)
    values = {"name": "Acme ID", "issuer": provider.issuer, "client_id": "loket", "is_on": True}
    sso.change(values, secret=SECRET, by=None)
    return sso


@pytest.fixture
def came(sso, provider, client):
    """Begin in the browser and sign in at the provider: what the browser brings back."""
    return lambda sub="alice-1": provider.approve(client.get("/support/sign-in/sso/").headers["Location"], sub)


def is_in(client):
    return client.get("/support/").status_code == 200


def test_alice_comes_in(came, client, alice, provider):
    assert client.get(BACK, came()).headers["Location"] == "/support/"
    assert is_in(client)
    identity = Identity.objects.get()
    assert (identity.user.contact, identity.issuer, identity.subject) == (alice, provider.issuer, "alice-1")


def test_verify_knows_a_good_client_from_a_wrong_secret(sso, provider):
    oidc.verify(client_of(sso), REDIRECT)
    with pytest.raises(oidc.Failed) as failure:
        oidc.verify(oidc.Client(provider.issuer, "loket", "guessed"), REDIRECT)
    assert failure.value.step == "client"


def test_an_issuer_by_another_name_is_refused(sso, client, provider):
    sso.change({"issuer": provider.issuer.replace("127.0.0.1", "localhost")}, by=None)
    assert client.get("/support/sign-in/sso/").status_code == 403


def test_an_answer_that_names_another_issuer_is_refused(came, client):
    brought = came()
    assert brought["iss"]
    assert client.get(BACK, brought | {"iss": "https://evil.example"}).status_code == 403
    assert not is_in(client)


def tokens_for(provider, name):
    """What the provider gives the client ``name`` for Alice's sign-in: (tokens, what was kept)."""
    client = oidc.Client(provider.issuer, name, SECRET)
    address, kept = oidc.begin(client, REDIRECT)
    code = provider.approve(address, "alice-1")["code"]
    return oidc.redeem(client, oidc.discover(provider.issuer), REDIRECT, code, kept["verifier"]), kept


def test_a_token_for_another_client_or_sign_in_is_not_believed(provider):
    tokens, kept = tokens_for(provider, "another")
    keys = oidc.keys_of(oidc.discover(provider.issuer))
    another, ours = (oidc.Client(provider.issuer, name, SECRET) for name in ("another", "loket"))
    assert oidc.believed(another, tokens["id_token"], keys, kept["nonce"])["sub"] == "alice-1"
    for client, nonce, step in ((ours, kept["nonce"], "token"), (another, "of another sign-in", "nonce")):
        with pytest.raises(oidc.Failed) as failure:
            oidc.believed(client, tokens["id_token"], keys, nonce)
        assert failure.value.step == step


def test_a_code_counts_once_at_the_provider_too(provider):
    client = oidc.Client(provider.issuer, "loket", SECRET)
    address, kept = oidc.begin(client, REDIRECT)
    code, told = provider.approve(address, "alice-1")["code"], oidc.discover(provider.issuer)
    oidc.redeem(client, told, REDIRECT, code, kept["verifier"])
    with pytest.raises(oidc.Failed, match="invalid_grant"):
        oidc.redeem(client, told, REDIRECT, code, kept["verifier"])


def test_a_replayed_answer_lets_nobody_in(came, client):
    brought = came()
    client.get(BACK, brought)
    client.post("/support/sign-out/")
    assert client.get(BACK, brought).status_code == 403
    assert not is_in(client)


def test_another_state_lets_nobody_in(came, client):
    assert client.get(BACK, came() | {"state": "guessed"}).status_code == 403
    assert not is_in(client)


def test_without_the_verifier_a_code_is_worth_nothing(provider):
    client = oidc.Client(provider.issuer, "loket", SECRET)
    address, _kept = oidc.begin(client, REDIRECT)
    code = provider.approve(address, "alice-1")["code"]
    with pytest.raises(oidc.Failed, match="invalid_grant"):
        oidc.redeem(client, oidc.discover(provider.issuer), REDIRECT, code, "x" * 43)


def test_another_sign_ins_code_is_refused_by_pkce(came, client):
    first, second = came(), came()
    assert client.get(BACK, second | {"code": first["code"]}).status_code == 403
    assert not is_in(client)


def test_an_address_that_is_not_verified_joins_no_account(came, client):
    answer = client.get(BACK, came("unproven-3"))
    assert answer.status_code == 403
    assert b"does not confirm your e-mail address" in answer.content
    assert not Identity.objects.exists()


def test_another_subject_with_alices_address_is_not_alice(came, client):
    client.get(BACK, came())
    client.post("/support/sign-out/")
    answer = client.get(BACK, came("mallory-2"))
    assert b"belongs to another account" in answer.content
    assert not is_in(client)


def test_alice_stays_alice_when_her_address_changes(came, client, provider, bob, portal):
    grant(bob, portal, by=None)
    client.get(BACK, came())
    client.post("/support/sign-out/")
    provider.tell({"alice-1": {"email": bob.email, "email_verified": True}})
    client.get(BACK, came())
    assert "Alice Example" in client.get("/support/").content.decode()


def test_who_says_no_at_the_provider_is_told_so(came, client):
    state = came()["state"]
    answer = client.get(BACK, {"error": "access_denied", "state": state})
    assert answer.status_code == 403
    assert b"did not sign you in" in answer.content
