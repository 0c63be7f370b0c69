"""Signing in to a mailbox at its provider: the lasting access ends with us, and only for who began it."""

import hashlib
import json
from base64 import urlsafe_b64encode
from urllib.parse import parse_qs, urlsplit

import pytest

from loket.conversations.channels.email import oauth
from loket.conversations.channels.email.models import EmailChannel
from loket.history.models import Event

BACK = "/desk/settings/email/sign-in/"


@pytest.fixture
def channel(inbox, pipeline):
    return EmailChannel.objects.create(
        inbox=inbox, address="help@loket.example", method="imap", host="imap.gmail.com", username="help@loket.example",
        sign_in="google", client_id="app",
    )  # fmt: skip


@pytest.fixture
def provider(monkeypatch):
    """A token endpoint that gives tokens for the code "good" to who holds PKCE's secret; ``asked`` is what came."""
    asked = {"answer": {"access_token": "access", "refresh_token": "lasting"}}

    def post(url, body, *, headers):
        asked.update({name: values[0] for name, values in parse_qs(body.decode()).items()}, url=url)
        challenge = urlsafe_b64encode(hashlib.sha256(asked["code_verifier"].encode()).digest()).decode().rstrip("=")
        if asked["code"] != "good" or challenge != asked["challenge"]:
            return 400, b'{"error": "invalid_grant"}'
        return 200, json.dumps(asked["answer"]).encode()

    monkeypatch.setattr(oauth.outbound, "post", post)
    return asked


@pytest.fixture
def begun(settings_desk, channel, provider):
    """The sign-in as Erin's page offers it: what the provider is told, by name."""
    url = settings_desk.get(f"/desk/settings/email/{channel.pk}/").context["sign_in_url"]
    told = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    provider["challenge"] = told["code_challenge"]
    return told


def secret(channel):
    channel.refresh_from_db()
    return channel.password


def test_erin_connects_a_mailbox_by_signing_in_at_google(settings_desk, channel, provider, begun, erin):
    assert begun["redirect_uri"] == "http://testserver" + BACK
    assert (begun["access_type"], begun["login_hint"]) == ("offline", "help@loket.example")
    page = settings_desk.get(BACK, {"state": begun["state"], "code": "good"})
    assert page.status_code == 200
    assert secret(channel) == "", "a GET changes nothing"
    answer = settings_desk.post(BACK, {"state": begun["state"], "code": "good"})
    assert answer.status_code == 302
    assert secret(channel) == "lasting"
    assert provider["redirect_uri"] == begun["redirect_uri"]
    assert Event.objects.about(channel).get(verb="secret_changed").actor_id == erin.pk
    assert "lasting" not in settings_desk.get(answer["Location"]).content.decode()


def test_a_sign_in_begun_in_another_session_is_refused(settings_desk, at_desk, channel, begun, erin):
    other = at_desk(erin)
    for browser, state in ((other, begun["state"]), (settings_desk, begun["state"] + "x"), (settings_desk, "")):
        answer = browser.post(BACK, {"state": state, "code": "good"})
        assert answer.status_code == 422
        assert "begun elsewhere" in answer.content.decode()
    assert secret(channel) == ""


def test_an_old_sign_in_is_refused(settings_desk, channel, begun, monkeypatch):
    monkeypatch.setattr(oauth, "LASTS", -1)
    assert settings_desk.post(BACK, {"state": begun["state"], "code": "good"}).status_code == 422
    assert secret(channel) == ""


def test_what_the_provider_refuses_is_said(settings_desk, channel, provider, begun):
    refused = settings_desk.get(BACK, {"state": begun["state"], "error": "access_denied"})
    assert "access_denied" in refused.content.decode()
    wrong = settings_desk.post(BACK, {"state": begun["state"], "code": "bad"})
    assert (wrong.status_code, "invalid_grant" in wrong.content.decode()) == (422, True)
    provider["answer"] = {"access_token": "access"}
    lasting = settings_desk.post(BACK, {"state": begun["state"], "code": "good"})
    assert "no lasting access" in lasting.content.decode()
    assert secret(channel) == ""


def test_only_administrators_finish_a_sign_in(at_desk, dora, begun):
    assert at_desk(dora).post(BACK, {"state": begun["state"], "code": "good"}).status_code == 403


def test_a_mailbox_with_a_password_offers_no_sign_in(settings_desk, channel):
    EmailChannel.objects.update(sign_in="password")
    assert "provider" not in settings_desk.get(f"/desk/settings/email/{channel.pk}/").context
