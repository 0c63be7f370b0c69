"""Secrets that must be used again, such as a mailbox's password: encrypted while they lie in the database."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def _lock():
    """The cipher whose key comes of ``LOKET_SECRET_KEY``, for this use only."""
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"loket secrets").derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def locked(secret):
    """``secret`` (str) as a text that tells nothing without the key, and cannot be changed unseen."""
    return _lock().encrypt(secret.encode()).decode("ascii")


def unlocked(text):
    """The secret again. Raises ValueError when ``text`` was changed, or locked with another LOKET_SECRET_KEY."""
    try:
        return _lock().decrypt(text.encode()).decode()
    except InvalidToken as error:
        raise ValueError("The secret was locked with another LOKET_SECRET_KEY: set it again.") from error
