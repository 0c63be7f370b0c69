"""A forgotten password (A5): whether an address has an account is never told."""

from loket.access.models import grant
from loket.mail.models import Letter


def test_an_unknown_address_is_answered_like_a_known_one(portal, alice, client, settings):
    settings.MAILERS = {"default": {"BACKEND": "loket.mail.backend.OutboxBackend"}}
    grant(alice, portal, by=None)
    known = client.post("/support/password-reset/", {"email": alice.email})
    stranger = client.post("/support/password-reset/", {"email": "stranger@example.com"})
    assert (known.status_code, known.headers["Location"]) == (stranger.status_code, stranger.headers["Location"])
    assert known.status_code == 302
    letter = Letter.objects.get()
    assert letter.to == "alice@example.com"
    assert "asked for a new password for Acme Support" in letter.text
    assert "http://testserver/support/password-reset/" in letter.text
