"""The cast as this room knows it: kinds and ids."""

from types import SimpleNamespace

import pytest

from loket.records import kinds


def person(pk, model):
    return SimpleNamespace(pk=pk, _meta=SimpleNamespace(concrete_model=model))


@pytest.fixture(autouse=True)
def known_kinds(monkeypatch):
    """Stand-ins for the models of rooms above."""
    monkeypatch.setattr(kinds, "_kinds", {"a contact": "contact", "an agent": "agent"})


@pytest.fixture
def alice():
    return person(1, "a contact")


@pytest.fixture
def charlie():
    return person(2, "a contact")


@pytest.fixture
def dora():
    """An agent who happens to have Alice's number."""
    return person(1, "an agent")
