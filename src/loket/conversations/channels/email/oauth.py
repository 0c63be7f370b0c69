"""Mailboxes at Google and Microsoft (XOAUTH2): an administrator signs in there once, and the channel keeps the refresh token.

The way to the provider and back (RFC 6749, 4.1) holds nothing on our side: ``state`` is signed, names the channel and
the session it began in, and the secret of PKCE (RFC 7636) is made from it.
"""

import hashlib
import json
from base64 import urlsafe_b64encode
from typing import NamedTuple
from urllib.parse import urlencode

from django.core import signing
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from loket.guard import outbound

SALT = "loket.mailbox-sign-in"
LASTS = 3600


class Provider(NamedTuple):
    """Addresses that hold ``{tenant}`` where the provider has tenants; ``extra`` makes it give a refresh token."""

    sign_in: str
    token: str
    scope: str
    extra: dict


PROVIDERS = {
    "google": Provider(
        "https://accounts.google.com/o/oauth2/v2/auth",
        "https://oauth2.googleapis.com/token",
        "https://mail.google.com/",
        {"access_type": "offline", "prompt": "consent"},
    ),
    "microsoft": Provider(
        "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
        "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
        "https://outlook.office.com/IMAP.AccessAsUser.All offline_access",
        {"prompt": "select_account"},
    ),
}


class Refused(Exception):
    """No token was given; the text says why, without secrets."""


def sign_in_url(channel, session_key, back):
    """Where an administrator signs in to the mailbox of ``channel``; the provider answers to the address ``back``."""
    provider = PROVIDERS[channel.sign_in]
    state = signing.dumps({"channel": channel.pk, "session": fingerprint(session_key)}, salt=SALT)
    challenge = urlsafe_b64encode(hashlib.sha256(verifier(state).encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code",
        "client_id": channel.client_id,
        "redirect_uri": back,
        "scope": provider.scope,
        "login_hint": channel.username,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{at_tenant(provider.sign_in, channel)}?{urlencode(asked | provider.extra)}"


def channel_of(state, session_key):
    """The id of the channel that a sign-in in this session is for. Raises Refused for any other state, or an old one."""
    try:
        found = signing.loads(state, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        found = {}
    if found.get("session") != fingerprint(session_key):
        raise Refused(_("This sign-in was begun elsewhere or too long ago. Begin it again from the mailbox."))
    return found["channel"]


def connect(channel, code, state, back, *, by):
    """Change ``code``, which the provider gave, for a refresh token and keep it. Raises Refused or OSError."""
    found = ask(
        channel, grant_type="authorization_code", code=code, redirect_uri=back, code_verifier=verifier(state)
    )  # fmt: skip
    if not found.get("refresh_token"):
        raise Refused(_("The provider gave no lasting access. Take ours away in its account settings, then try again."))
    channel.change({}, secret=found["refresh_token"], by=by)


def access_token(channel):
    """A fresh access token for ``channel``; a new refresh token that comes with it is kept. Raises Refused or OSError."""
    scope = PROVIDERS[channel.sign_in].scope
    found = ask(channel, grant_type="refresh_token", refresh_token=channel.password, scope=scope)
    if found.get("refresh_token") not in (None, channel.password):
        channel.keep_secret(found["refresh_token"])
        channel.save(update_fields=["secret"])
    return found["access_token"]


def ask(channel, **asked):
    """What the provider's token endpoint answers, with an access token in it. Raises Refused or OSError."""
    asked |= {"client_id": channel.client_id, "client_secret": channel.client_password}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    body = urlencode({name: value for name, value in asked.items() if value}).encode()
    url = at_tenant(PROVIDERS[channel.sign_in].token, channel)
    status, answer = outbound.post(url, body, headers=headers)
    try:
        found = json.loads(answer)
    except ValueError:
        found = None
    found = found if isinstance(found, dict) else {}
    if status != 200 or not found.get("access_token"):
        raise Refused(_("The token was refused: %(reason)s") % {"reason": str(found.get("error", status))[:80]})
    return found


def at_tenant(url, channel):
    return url.format(tenant=channel.tenant or "common")


def verifier(state):
    """The secret of PKCE for one sign-in: nobody who only sees ``state`` can make it."""
    return salted_hmac(SALT, state, algorithm="sha256").hexdigest()


def fingerprint(session_key):
    return salted_hmac(SALT, session_key or "", algorithm="sha256").hexdigest()[:32]
