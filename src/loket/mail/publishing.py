"""What a domain must publish in the DNS so that mail from it is believed (SPF, DKIM, DMARC), and whether it does."""

import ipaddress
import re
from dataclasses import dataclass

import dns.exception
import dns.resolver
from django.utils.translation import gettext as _
from publicsuffixlist import PublicSuffixList

TIMEOUT = 5
OK, MISSING, WRONG, UNKNOWN = "ok", "missing", "wrong", "unknown"
suffixes = PublicSuffixList()


@dataclass(frozen=True)
class Wanted:
    """A TXT record to publish: at ``host``, ``text``. ``kind`` is SPF, DKIM or DMARC."""

    kind: str
    host: str
    text: str


@dataclass(frozen=True)
class Answer:
    """What the DNS says instead: ``state`` is ok, missing, wrong or unknown; ``found`` what stands there; ``why`` in words."""

    state: str
    found: tuple = ()
    why: str = ""


class Silent(Exception):
    """The DNS gives no answer now."""


def wanted(domain, server, key):
    """The records for mail from ``domain`` that leaves through ``server`` (a host, or "") and is signed by ``key`` (or None)."""
    records = [Wanted("SPF", domain, f"v=spf1 {mechanism(server)} ~all")]
    if key:
        records.append(Wanted("DKIM", key.host, key.text))
    return [*records, Wanted("DMARC", f"_dmarc.{domain}", "v=DMARC1; p=none")]


def mechanism(server):
    """How SPF names a server, given by its name or its address."""
    try:
        address = ipaddress.ip_address(server)
    except ValueError:
        return f"a:{server}" if server else "mx"
    return f"ip{address.version}:{server}"


def checked(record):
    """What the DNS answers for a ``Wanted``."""
    try:
        return {"SPF": of_spf, "DKIM": of_dkim, "DMARC": of_dmarc}[record.kind](record)
    except Silent:
        return Answer(UNKNOWN, why=_("The DNS gives no answer now. Try again later."))


def of_spf(record):
    """One SPF record (RFC 7208), which does not let everybody send."""
    found = tuple(each for each in texts_at(record.host) if re.match(r"v=spf1( |$)", each, re.IGNORECASE))
    if not found:
        return Answer(MISSING)
    if len(found) > 1:
        return Answer(WRONG, found, _("There are several: receivers then heed none. Make one of them."))
    if re.search(r" \+?all\b", found[0], re.IGNORECASE):
        return Answer(WRONG, found, _("It lets every server send in the name of the domain. End it with ~all or -all."))
    return Answer(OK, found, _("See that it names the servers through which your mail leaves."))


def of_dkim(record):
    """The public key, whatever the spaces and the order (RFC 6376 3.6.1)."""
    found = texts_at(record.host)
    if not found:
        return Answer(MISSING)
    if any(key_in(each) == key_in(record.text) for each in found):
        return Answer(OK, found)
    return Answer(WRONG, found, _("It holds another key."))


def key_in(text):
    """The public key in a record, without the spaces that may stand anywhere in it."""
    tags = dict(re.sub(r"\s", "", tag).partition("=")[::2] for tag in text.split(";"))
    return tags.get("p", "")


def of_dmarc(record):
    """A policy at the domain, or at the registered one above it (RFC 7489 6.6.3)."""
    domain = record.host.removeprefix("_dmarc.")
    above = suffixes.privatesuffix(domain)
    for each in dict.fromkeys((domain, above or domain)):
        found = tuple(text for text in texts_at(f"_dmarc.{each}") if re.match(r"v=DMARC1\s*(;|$)", text))
        if len(found) > 1:
            return Answer(WRONG, found, _("There are several: receivers then heed none. Make one of them."))
        if found and not re.search(r";\s*p\s*=\s*(none|quarantine|reject)\s*(;|$)", found[0]):
            return Answer(WRONG, found, _("It says no policy: p=none, p=quarantine or p=reject."))
        if found:
            return Answer(OK, found)
    return Answer(MISSING)


def texts_at(host):
    """The TXT records at ``host``, each as one text. Raises Silent when the DNS does not answer."""
    try:
        answer = resolver().resolve(host, "TXT", lifetime=TIMEOUT)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.exception.SyntaxError, dns.name.LabelTooLong):
        return ()
    except dns.exception.DNSException as error:
        raise Silent from error
    return tuple(b"".join(each.strings).decode("utf-8", "replace") for each in answer)


def resolver():
    """Who is asked: the machine's own DNS."""
    return dns.resolver.Resolver()
