"""Where Loket may connect to when somebody typed the host: not into the network that it stands in (trap 38).

Private, loopback, link-local and other special addresses are refused unless ``LOKET_OUTBOUND_ALLOW`` lists their network.
The address that was checked is the one connected to: a name that answers otherwise the second time gains nothing.
"""

import http.client
import ipaddress
import socket
import ssl
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

LARGEST_ANSWER = 1_000_000


class Forbidden(OSError):
    """The host leads to a network that is not allowed."""


class Unknown(OSError):
    """The host's name has no address."""


def is_allowed(address):
    """Whether ``address``, an IP address as text, may be connected to."""
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    found = mapped or found
    if any(found.version == network.version and found in network for network in settings.OUTBOUND_ALLOW):
        return True
    return found.is_global and not found.is_multicast


def addresses_of(host, port):
    """The addresses of ``host`` that may be connected to. Raises Unknown, or Forbidden when any may not."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unknown(_("The name %(host)s is not known.") % {"host": host}) from error
    addresses = list(dict.fromkeys(each[4][0] for each in found))
    if not all(is_allowed(address) for address in addresses):
        raise Forbidden(
            _("%(host)s stands in a private network. LOKET_OUTBOUND_ALLOW must list it first.") % {"host": host}
        )
    return addresses


def connect(host, port, timeout):
    """A connected socket. Raises Unknown, Forbidden, or OSError of the last address tried."""
    failure = OSError()
    for address in addresses_of(host, port):
        try:
            return socket.create_connection((address, port), timeout=timeout)
        except OSError as error:
            failure = error
    raise failure


class _Connection(http.client.HTTPSConnection):
    """HTTPS over a checked socket."""

    def connect(self):
        sock = connect(self.host, self.port, self.timeout)
        self.sock = ssl.create_default_context().wrap_socket(sock, server_hostname=self.host)


class _PlainConnection(http.client.HTTPConnection):
    """HTTP over a checked socket."""

    def connect(self):
        self.sock = connect(self.host, self.port, self.timeout)


def is_secure(url):
    """Whether ``url`` is one of https, or of a machine that cannot be listened to: this one."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost"))
    )


def ask(method, url, *, body=None, headers=None, timeout=20):
    """Ask an address that ``is_secure``, following no redirect. Returns (status, answer as bytes).

    Raises OSError when there is no connection, the address is not allowed, or the answer is no HTTP.
    """
    parts = urlsplit(url)
    if not is_secure(url):
        raise Forbidden(_("Only addresses that begin with https:// are asked."))
    kind = _Connection if parts.scheme == "https" else _PlainConnection
    connection = kind(parts.hostname, parts.port, timeout=timeout)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, body=body, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read(LARGEST_ANSWER)
    except http.client.HTTPException as error:
        raise OSError(_("The answer of the server cannot be read.")) from error
    finally:
        connection.close()


def post(url, body, *, headers, timeout=20):
    """POST ``body`` (bytes) as ``ask`` does."""
    return ask("POST", url, body=body, headers=headers, timeout=timeout)
