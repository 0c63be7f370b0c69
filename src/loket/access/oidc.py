"""OpenID Connect as a relying party: discovery, the code flow with PKCE, and what must be true of an ID token.

OpenID Connect Core 1.0 §3.1, RFC 7636 (PKCE), RFC 9207 (iss in the answer). Every host is asked through the outbound guard.
"""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import jwt
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from loket.guard import outbound

# No HMAC, which anybody who knows the client secret could sign with, and never "none".
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
TIMEOUT, LEEWAY = 10, 60


class Failed(Exception):
    """The provider said something that cannot be believed, or nothing; ``step`` is how far it came."""

    def __init__(self, step, words):
        super().__init__(words)
        self.step = step


@dataclass(frozen=True)
class Client:
    """What the provider knows us by."""

    issuer: str
    client_id: str
    secret: str


def answer_of(step, method, url, **options):
    """The JSON object that ``url`` answers with, and the status. Raises Failed."""
    try:
        status, body = outbound.ask(method, url, timeout=TIMEOUT, **options)
        told = json.loads(body)
    except (OSError, ValueError) as error:
        raise Failed(step, _("%(url)s does not answer as it should: %(why)s") % {"url": url, "why": error}) from error
    if not isinstance(told, dict):
        raise Failed(step, _("%(url)s answers with something else.") % {"url": url})
    return status, told


def discover(issuer):
    """What the provider says of itself. Raises Failed, also when it calls itself by another name."""
    url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    status, told = answer_of("discovery", "GET", url)
    if status != 200 or told.get("issuer") != issuer:
        words = _("%(url)s speaks for %(other)s. Type the issuer exactly as the provider names itself.")
        raise Failed("discovery", words % {"url": url, "other": str(told.get("issuer", "–"))[:200]})
    for name in ENDPOINTS:
        if not isinstance(told.get(name), str) or not outbound.is_secure(told[name]):
            raise Failed("discovery", _("The provider names no usable %(name)s.") % {"name": name})
    return told


def keys_of(told):
    """The provider's public keys."""
    _status, found = answer_of("keys", "GET", told["jwks_uri"])
    try:
        return jwt.PyJWKSet.from_dict(found).keys
    except (jwt.PyJWTError, KeyError, TypeError, AttributeError) as error:
        raise Failed("keys", _("The provider’s keys cannot be read.")) from error


def begin(client, redirect_uri):
    """(address to send the browser to, what to keep until it comes back)."""
    told = discover(client.issuer)
    kept = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    challenge = base64.urlsafe_b64encode(hashlib.sha256(kept["verifier"].encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": redirect_uri,
        "scope": "openid email profile",
        "state": kept["state"],
        "nonce": kept["nonce"],
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    address = told["authorization_endpoint"]
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}", kept


def complete(client, redirect_uri, kept, came):
    """The claims about the person, after the browser came back with the parameters ``came``. Raises Failed."""
    if not kept or not constant_time_compare(came.get("state", ""), kept["state"]):
        raise Failed("state", _("This sign-in was begun elsewhere, or too long ago."))
    if came.get("iss", client.issuer) != client.issuer:
        raise Failed("issuer", _("Another provider answered."))
    if "error" in came or not came.get("code"):
        raise Failed("answer", _("The provider did not sign you in."))
    told = discover(client.issuer)
    tokens = redeem(client, told, redirect_uri, came["code"], kept["verifier"])
    claims = believed(client, tokens.get("id_token"), keys_of(told), kept["nonce"])
    if "email" not in claims and isinstance(told.get("userinfo_endpoint"), str):
        claims = userinfo(told, tokens, claims) | claims
    return claims


def redeem(client, told, redirect_uri, code, verifier):
    """The tokens for a code."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier}
    status, tokens = ask_token(client, told, form)
    if status != 200:
        raise Failed("token", _("The provider refused the code: %(why)s") % {"why": reason(tokens)})
    return tokens


def ask_token(client, told, form):
    """(status, answer) of the token endpoint, with the client's secret in the way that the provider takes it."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if "client_secret_basic" in told.get("token_endpoint_auth_methods_supported", ["client_secret_basic"]):
        pair = f"{quote(client.client_id, safe='')}:{quote(client.secret, safe='')}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    else:
        form = form | {"client_id": client.client_id, "client_secret": client.secret}
    return answer_of("token", "POST", told["token_endpoint"], body=urlencode(form).encode(), headers=headers)


def reason(tokens):
    """The error code of the token endpoint: a word of its own, never a description that may hold anything."""
    return str(tokens.get("error", "?"))[:60]


def believed(client, token, keys, nonce):
    """The claims of an ID token (Core §3.1.3.7): signed by the provider, for us, now, and for this very sign-in."""
    failure = jwt.InvalidTokenError()
    for key in keys:
        try:
            claims = jwt.decode(
                token, key, algorithms=ALGORITHMS, audience=client.client_id, issuer=client.issuer, leeway=LEEWAY,
                options={"require": ["exp", "iat", "sub", "iss", "aud"]},
            )  # fmt: skip
            break
        except (jwt.PyJWTError, TypeError, ValueError) as error:
            # The key that signed it says what else is wrong; that others did not sign it says nothing.
            failure = failure if isinstance(error, jwt.InvalidSignatureError) else error
    else:
        raise Failed("token", _("The provider’s word cannot be believed.")) from failure
    if not constant_time_compare(str(claims.get("nonce", "")), nonce):
        raise Failed("nonce", _("The provider’s word was meant for another sign-in."))
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != client.client_id:
        raise Failed("token", _("The provider’s word was meant for somebody else."))
    return claims


def userinfo(told, tokens, claims):
    """What the provider tells of the person besides; only about the same one."""
    headers = {"Authorization": f"Bearer {tokens.get('access_token', '')}", "Accept": "application/json"}
    status, found = answer_of("userinfo", "GET", told["userinfo_endpoint"], headers=headers)
    if status != 200 or found.get("sub") != claims["sub"]:
        raise Failed("userinfo", _("The provider told of another person."))
    return found


def verify(client, redirect_uri):
    """Try what can be tried without a person: discovery, keys, PKCE, client and secret. Raises Failed at a step."""
    told = discover(client.issuer)
    keys_of(told)
    if "S256" not in told.get("code_challenge_methods_supported", ["S256"]):
        raise Failed("pkce", _("The provider does not know PKCE."))
    nothing = {
        "grant_type": "authorization_code",
        "code": "none",
        "redirect_uri": redirect_uri,
        "code_verifier": "x" * 43,
    }
    _status, tokens = ask_token(client, told, nothing)
    # A provider that knows the client finds fault with the code.
    if reason(tokens) != "invalid_grant":
        raise Failed(
            "client", _("The provider does not accept client ID and secret: %(why)s") % {"why": reason(tokens)}
        )
