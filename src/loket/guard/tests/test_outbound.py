"""Where Loket may connect to when somebody typed the host (trap 38), and secrets that lie in the database."""

from ipaddress import ip_network

import pytest

from loket.guard import outbound
from loket.guard.secrets import locked, unlocked


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "::1", "10.0.0.5", "192.168.1.1", "169.254.169.254", "fe80::1%eth0", "::ffff:127.0.0.1", "0.0.0.0", "224.0.0.1", "fd00::1", "2002:7f00:1::"]
)  # fmt: skip
def test_an_address_within_is_refused(address, settings):
    settings.OUTBOUND_ALLOW = []
    assert not outbound.is_allowed(address)


def test_an_address_outside_and_a_listed_network_are_allowed(settings):
    settings.OUTBOUND_ALLOW = [ip_network("10.1.0.0/16")]
    assert outbound.is_allowed("93.184.216.34")
    assert outbound.is_allowed("10.1.2.3")
    assert not outbound.is_allowed("10.2.2.3")


def test_a_name_that_leads_within_is_refused_even_when_another_address_is_fine(monkeypatch, settings):
    settings.OUTBOUND_ALLOW = []
    found = [(2, 1, 6, "", (address, 993)) for address in ("93.184.216.34", "127.0.0.1")]
    monkeypatch.setattr(outbound.socket, "getaddrinfo", lambda *args, **options: found)
    with pytest.raises(outbound.Forbidden):
        outbound.connect("mail.example.com", 993, 1)


def test_a_secret_tells_nothing_and_needs_its_key(settings):
    text = locked("zwaluwnest")
    assert "zwaluwnest" not in text
    assert unlocked(text) == "zwaluwnest"
    settings.SECRET_KEY = "another-key-" + "y" * 40
    with pytest.raises(ValueError, match="another LOKET_SECRET_KEY"):
        unlocked(text)
