"""Mail addresses as people write them, made safe for headers and for SMTP commands."""

import re
import unicodedata
from dataclasses import dataclass
from email.header import Header

from django.utils.encoding import punycode

NAME_LENGTH = 200
WRITTEN = re.compile(r"(?P<name>.*?)\s*<(?P<address>[^<>]*)>\Z")
LOCAL = re.compile(r"[^\s\x00-\x20\x7f<>()\[\]:;,@\\\"]{1,64}\Z")
DOMAIN = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?\Z")
PLAIN_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*\Z")


def one_line(text):
    """``text`` without line breaks, control characters and lone surrogates: nothing in it can begin another header."""
    kept = (" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp", "Cs") else sign for sign in str(text))
    return re.sub(r" {2,}", " ", "".join(kept)).strip()


def encoded(text, room=66):
    """``text`` as RFC 2047 encoded words, folded."""
    return Header(text, "utf-8", maxlinelen=room).encode(linesep="\r\n")


@dataclass(frozen=True)
class Mailbox:
    """One address, with the name that people see before it."""

    name: str
    local: str
    domain: str

    @classmethod
    def read(cls, written):
        """From ``"a@b.example"``, ``"Alice <a@b.example>"`` or ``("Alice", "a@b.example")``; ValueError when it is none."""
        if isinstance(written, str):
            match = WRITTEN.match(one_line(written))
            written = (match["name"], match["address"]) if match else ("", written)
        name, address = (one_line(part) for part in written)
        local, _, domain = address.rpartition("@")
        if len(name) > 1 and name[0] == name[-1] == '"':
            name = re.sub(r"\\(.)", r"\1", name[1:-1])
        mailbox = cls(name[:NAME_LENGTH].strip(), local, domain)
        if not LOCAL.match(local) or not DOMAIN.match(mailbox.host) or len(mailbox.wire) > 254:
            raise ValueError(f"Not a mail address: {address[:100]}")
        return mailbox

    @property
    def host(self):
        """The domain in ASCII (IDNA); empty when it cannot be one."""
        try:
            return punycode(self.domain)
        except UnicodeError:
            return ""

    @property
    def address(self):
        """The bare address as it was written."""
        return f"{self.local}@{self.domain}"

    @property
    def wire(self):
        """The bare address for SMTP: ASCII, but for a local part that needs SMTPUTF8 (RFC 6531)."""
        return f"{self.local}@{self.host}"

    @property
    def header(self):
        """The mailbox for a header line; the name cannot break out of its place."""
        if not self.name:
            return self.wire
        if not self.name.isascii() or "=?" in self.name:
            return f"{encoded(self.name)}\r\n <{self.wire}>"
        if PLAIN_NAME.match(self.name):
            return f"{self.name} <{self.wire}>"
        escaped = re.sub(r'([\\"])', r"\\\1", self.name)
        return f'"{escaped}" <{self.wire}>'

    def __str__(self):
        return f"{self.name} <{self.address}>" if self.name else self.address
