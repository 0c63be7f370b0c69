"""Agents' rights: the last administrator keeps theirs."""

import pytest
from django.core.exceptions import ValidationError

from loket.history.models import Event
from loket.people.models import User


def test_the_last_administrator_keeps_the_right_and_the_place(dora, erin):
    for deed in (lambda: erin.change({"is_administrator": False}, by=None), lambda: erin.retire(by=None)):
        with pytest.raises(ValidationError, match="last administrator"):
            deed()
    erin.refresh_from_db()
    assert erin.is_administrator and erin.is_agent


def test_an_administrator_out_of_use_does_not_count(dora, erin):
    dora.change({"is_administrator": True}, by=erin)
    dora.retire(by=erin)
    with pytest.raises(ValidationError, match="last administrator"):
        erin.retire(by=None)


def test_with_another_administrator_either_may_go(dora, erin):
    dora.change({"is_administrator": True}, by=erin)
    erin.change({"is_administrator": False}, by=dora)
    assert list(User.objects.administrators()) == [dora]


def test_erin_does_not_shut_herself_out(dora, erin):
    dora.change({"is_administrator": True}, by=erin)
    with pytest.raises(ValidationError, match="shut you out"):
        erin.change({"is_administrator": False}, by=erin)
    with pytest.raises(ValidationError, match="shut you out"):
        erin.retire(by=erin)


def test_each_deed_happens_once(dora, erin):
    for _again in range(2):
        dora.change({"may_set": True}, by=erin)
        dora.retire(by=erin)
    for _again in range(2):
        dora.appoint(by=erin)
    assert list(Event.objects.about(dora).values_list("verb", flat=True)) == [
        "settings_changed",
        "retired",
        "reinstated",
    ]
