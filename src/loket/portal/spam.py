"""What tells people from machines on pages for strangers: a trap, the time it took, a sum that costs a machine (ALTCHA)."""

import base64
import binascii
import hashlib
import hmac
import ipaddress
import json
import secrets
import time

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.core.signing import BadSignature, TimestampSigner

# A slow core tries some 5,000 numbers a second in a browser, so that the sum takes it a second: less than to read the form.
LARGEST = 10_000
QUICKEST = 3
HOUR = 3_600
MOST_AN_HOUR = 20
MOST_FILES_AN_HOUR = 100
SIGNER = TimestampSigner(salt="loket.public-form")


def new_token(form):
    """A token for one rendering of ``form``, with the moment in it; nobody else can make one."""
    return SIGNER.sign(f"{form.pk}.{secrets.token_urlsafe(9)}")


def is_token_of(form, token):
    """Whether we made ``token`` for ``form``, at most a day ago."""
    try:
        return SIGNER.unsign(token, max_age=24 * HOUR).startswith(f"{form.pk}.")
    except BadSignature:
        return False


def draft_of(token):
    """The draft in which the files of a rendering wait: nothing that is stored gives its token away."""
    return sha256(token)


def is_too_quick(token):
    """Whether it was rendered so short ago that nobody could have read it."""
    try:
        SIGNER.unsign(token, max_age=QUICKEST)
    except BadSignature:
        return False
    return True


def challenge(token):
    """The sum to do for ``token``: ALTCHA's, to be solved by trying numbers up to ``maxnumber``."""
    salt, number = salt_of(token), secrets.randbelow(LARGEST)
    wanted = sha256(f"{salt}{number}")
    return {
        "algorithm": "SHA-256", "challenge": wanted, "salt": salt, "signature": sign(wanted), "maxnumber": LARGEST,
    }  # fmt: skip


def is_solved(token, payload):
    """Whether ``payload``, base64 of ALTCHA's JSON, solves a challenge that was made for ``token``."""
    try:
        said = json.loads(base64.b64decode(payload[:2_000], validate=True))
        number, wanted, signature = int(said["number"]), str(said["challenge"]), str(said["signature"])
    except (binascii.Error, ValueError, TypeError, KeyError, RecursionError, OverflowError):
        return False
    is_right = 0 <= number <= LARGEST and sha256(f"{salt_of(token)}{number}") == wanted
    return is_right and hmac.compare_digest(sign(wanted).encode(), signature.encode("utf-8", "replace"))


def salt_of(token):
    """The salt of a token's challenge: a solution serves for no other token."""
    return sign(f"salt {token}")[:24]


def sign(text):
    return hmac.new(settings.SECRET_KEY.encode(), f"altcha {text}".encode(), hashlib.sha256).hexdigest()


def sha256(text):
    """In hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def is_too_often(request):
    """Count one more sending of the visitor's host; whether that is more than an hour may have."""
    return counted("public-form", request) > MOST_AN_HOUR


def uploads_too_often(request):
    """The same for files that go up ahead."""
    return counted("public-upload", request) > MOST_FILES_AN_HOUR


def counted(deed, request):
    """How often the visitor's network did this in this hour of the clock, this time among it."""
    key = f"{deed}-{sha256(network_of(get_adapter().get_client_ip(request)))[:32]}-{int(time.time()) // HOUR}"
    count = cache.get(key, 0) + 1
    cache.set(key, count, HOUR)
    return count


def network_of(address):
    """An IPv4 address itself; of an IPv6 address the 64 bits that one household or host has to itself."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return str(address)
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else str(found)
