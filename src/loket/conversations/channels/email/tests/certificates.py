"""Certificates for a server of a test: one that its authority vouches for, and one that nobody does."""

from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.utils import timezone

SIGNS = x509.KeyUsage(
    digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False, key_encipherment=False,
    data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
)  # fmt: skip


class Authority:
    """Signs certificates in ``folder``; ``path`` is its own, to be trusted."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.key, self.name = ec.generate_private_key(ec.SECP256R1()), named("Authority of a test")
        own = signed(self.name, self.key, self.name, self.key, x509.BasicConstraints(ca=True, path_length=None), SIGNS)
        self.path = self.folder / "authority.pem"
        self.path.write_bytes(own.public_bytes(serialization.Encoding.PEM))

    def certificate(self, host):
        """(path of the certificate, path of its key) for ``host``, an IP address."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))])
        made = signed(named(host), key, self.name, self.key, names)
        paths = self.folder / f"{host}.crt", self.folder / f"{host}.key"
        paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
        plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        paths[1].write_bytes(key.private_bytes(*plain))
        return paths


def named(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def signed(subject, key, issuer, issuer_key, *extensions):
    """A certificate good for a day."""
    now = timezone.now()
    made = x509.CertificateBuilder(
        subject_name=subject,
        issuer_name=issuer,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - timedelta(hours=1),
        not_valid_after=now + timedelta(days=1),
    )
    of_issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    of_key = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    for each in (*extensions, of_issuer, of_key):
        made = made.add_extension(each, critical=isinstance(each, x509.BasicConstraints))
    return made.sign(issuer_key, hashes.SHA256())
