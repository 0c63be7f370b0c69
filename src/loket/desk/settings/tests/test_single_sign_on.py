"""Setting up single sign-on: values to copy, verify, the switch, the secret (A4)."""

from ipaddress import ip_network

import pytest

from loket.access.models import SingleSignOn
from loket.access.tests.provider import SECRET, Provider


@pytest.fixture
def provider(settings):
    settings.OUTBOUND_ALLOW = [ip_network("127.0.0.0/8")]
    provider = Provider()
    yield provider
    provider.close()


@pytest.fixture
def own(page, portal):
    return page(f"domains/{portal.domain_id}/single-sign-on/")


@pytest.fixture
def values(provider):
    return {"name": "Acme ID", "issuer": provider.issuer, "client_id": "loket", "secret": SECRET}


def test_the_page_shows_what_to_copy(own):
    assert "http://testserver/support/sign-in/sso/callback/" in own.text()


def test_verify_says_every_step_and_saves_nothing(own, values):
    answer = own.save(verify="1", **values)
    assert [state for _step, state, _why in answer.context["steps"]] == ["ok"] * 4
    assert not SingleSignOn.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "failed"),
    [("issuer", "http://127.0.0.1:9", 0), ("secret", "wrong", 3), ("client_id", "wrong", 3)],
)
def test_verify_says_which_step_failed(own, values, field, value, failed):
    answer = own.save(verify="1", **values | {field: value})
    states = [state for _step, state, _why in answer.context["steps"]]
    assert states == ["ok"] * failed + ["failed"] + [""] * (3 - failed)


def test_it_is_on_only_once_it_works(own, values, client):
    refused = own.save(is_on="on", **values | {"secret": "wrong"})
    assert refused.status_code == 422
    assert not SingleSignOn.objects.exists()
    assert own.save(is_on="on", **values).status_code == 302
    assert b"Sign in with Acme ID" in client.get("/support/sign-in/").content


def test_the_secret_is_never_shown_and_stays_when_nothing_is_typed(own, values):
    own.save(**values)
    assert SECRET not in own.text().replace("&#x27;", "'")
    own.save(name="Acme")
    sso = SingleSignOn.objects.get()
    assert (sso.name, sso.client_secret) == ("Acme", SECRET)
    assert SECRET not in sso.secret
    assert "Changed the client secret" in own.text()


@pytest.mark.parametrize("issuer", ["http://login.example.com", "javascript:alert(1)", "login", "https://"])
def test_an_issuer_that_can_be_listened_to_is_refused(own, values, issuer):
    answer = own.save(**values | {"issuer": issuer})
    assert "issuer" in answer.context["form"].errors


def test_only_administrators_may(at_desk, dora, portal):
    dora.may_set = True
    dora.save()
    assert at_desk(dora).get(f"/desk/settings/domains/{portal.domain_id}/single-sign-on/").status_code == 403
