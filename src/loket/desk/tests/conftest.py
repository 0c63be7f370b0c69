"""Fixtures of the desk's tests."""

import pytest

from loket.records import addresses


@pytest.fixture(autouse=True)
def ticket_addresses(monkeypatch):
    """Where a portal shows a ticket, whether or not the portal's door is there."""
    monkeypatch.setitem(addresses._addresses, "ticket", lambda portal, pk: portal.address(f"tickets/{pk}/"))


@pytest.fixture
def desk(at_desk, dora):
    """Dora's browser at the desk."""
    return at_desk(dora)
