"""DKIM (RFC 6376): mails are signed for the domain of their From, with a key that Loket makes.

A key signs only when the DNS was seen to hold its record: a signature that nobody can check does more harm than none.
"""

import base64
import secrets

import dkim
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.db import models, transaction
from django.utils import timezone

from loket.guard.secrets import locked, unlocked
from loket.history.models import record

BITS = 2048
RELAXED = (b"relaxed", b"relaxed")


class SigningKeyQuerySet(models.QuerySet):
    def of(self, domain):
        """Keys of ``domain``, the newest first."""
        return self.filter(domain=domain).order_by("-pk")

    def seen(self):
        """Those whose record the DNS holds: they sign."""
        return self.exclude(seen_at=None)

    def make(self, domain, *, by):
        """A new key, in the place of one that the DNS was never seen to hold. The present one signs until this one is seen."""
        private = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        with transaction.atomic():
            self.of(domain).filter(seen_at=None).delete()
            key = self.create(
                domain=domain, selector=f"loket-{secrets.token_hex(3)}", secret=locked(pem.decode()),
                public=base64.b64encode(public).decode(),
            )  # fmt: skip
            record(key, "created", by=by)
        return key


class SigningKey(models.Model):
    """A key for ``domain``, whose public half the DNS is to hold under ``selector``. ``secret`` is encrypted."""

    domain = models.CharField(max_length=253, db_index=True)
    selector = models.CharField(max_length=63, unique=True)
    secret = models.TextField(editable=False)
    public = models.TextField()
    seen_at = models.DateTimeField(null=True)

    objects = SigningKeyQuerySet.as_manager()

    def __str__(self):
        return self.host

    @property
    def host(self):
        """The name under which the DNS is to hold ``text``."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def text(self):
        return f"v=DKIM1; k=rsa; p={self.public}"

    def begin(self, *, by):
        """The DNS holds it: sign from now on, and with no older key."""
        if self.seen_at:
            return
        with transaction.atomic():
            self.seen_at = timezone.now()
            self.save(update_fields=["seen_at"])
            record(self, "key_seen", by=by)

    def sign(self, raw):
        """``raw``, the bytes of a mail, with a signature. Raises ValueError when it was locked with another key."""
        return (
            dkim.sign(
                raw, self.selector.encode(), self.domain.encode(), unlocked(self.secret).encode(), canonicalize=RELAXED
            )
            + raw
        )


def signed(raw, domain):
    """``raw`` signed for ``domain``, or as it is where that has no key. Raises ValueError as ``SigningKey.sign``."""
    key = SigningKey.objects.of(domain.lower()).seen().first()
    return key.sign(raw) if key else raw
