"""Access tokens by refresh tokens, for Google and Microsoft."""

import json
from urllib.parse import parse_qs

import pytest

from loket.conversations.channels.email import oauth


@pytest.fixture
def asked(channel, monkeypatch):
    """The channel signs in at Microsoft; what was asked of its token endpoint, and the answer to give."""
    channel.sign_in, channel.client_id, channel.tenant = "microsoft", "app", "acme"
    channel.keep_secret("refresh-1", "app-secret")
    channel.save()
    calls = {"answer": (200, json.dumps({"access_token": "access", "refresh_token": "refresh-2"}).encode())}

    def post(url, body, *, headers):
        calls.update(url=url, body=parse_qs(body.decode()))
        return calls["answer"]

    monkeypatch.setattr(oauth.outbound, "post", post)
    return calls


def test_a_refresh_token_gives_access_and_its_successor_is_kept(channel, asked):
    assert oauth.access_token(channel) == "access"
    assert asked["url"] == "https://login.microsoftonline.com/acme/oauth2/v2.0/token"
    assert asked["body"]["refresh_token"] == ["refresh-1"]
    channel.refresh_from_db()
    assert channel.password == "refresh-2"


@pytest.mark.parametrize("answer", [(400, b'{"error": "invalid_grant"}'), (200, b"[]"), (500, b"<html>"), (200, b"{}")])
def test_a_refusal_is_told_without_secrets(channel, asked, answer):
    asked["answer"] = answer
    with pytest.raises(oauth.Refused) as refusal:
        oauth.access_token(channel)
    assert "refresh-1" not in str(refusal.value)
