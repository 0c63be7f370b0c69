"""Segments: who is in them, and what they keep from being deleted (D6)."""

import pytest
from django.core.exceptions import ValidationError

from loket.history.models import Event
from loket.people.models import Contact, Segment
from loket.properties.models import Definition
from loket.records.uses import uses_of


def called(name, operator="EQ"):
    return {"filterGroups": [{"filters": [{"propertyName": "firstname", "operator": operator, "value": name}]}]}


@pytest.fixture
def picked(db):
    return Segment.objects.create(name="Pilot", kind="static")


def test_alice_is_picked_once_and_taken_out_once(picked, alice, bob, erin):
    for _twice in range(2):
        picked.add(alice, by=erin)
    assert set(picked.contacts()) == {alice}
    for _twice in range(2):
        picked.take_out(alice, by=erin)
    assert not picked.contacts()
    assert [event.verb for event in Event.objects.about(picked)] == ["contact_added", "contact_removed"]


def test_whoever_meets_the_rule_now_is_in_an_active_one(alice, bob, erin):
    segment = Segment(kind="active")
    segment.set({"name": "Alices", "rule": called("alice")}, by=erin)
    assert set(segment.contacts()) == {alice}
    Contact.objects.filter(pk=bob.pk).update(first_name="Alice")
    assert set(segment.contacts()) == {alice, bob}


def test_nobody_is_picked_for_an_active_one(alice, erin):
    segment = Segment.objects.create(name="Alices", kind="active", rule=called("alice"))
    for deed in (segment.add, segment.take_out):
        with pytest.raises(ValidationError):
            deed(alice, by=erin)


@pytest.mark.parametrize("rule", [{}, {"filterGroups": []}, called("x", "REGEX"), {"filterGroups": "x"}])
def test_an_active_one_without_a_rule_that_makes_sense_is_refused_and_holds_nobody(alice, erin, rule):
    with pytest.raises(ValidationError):
        Segment(kind="active").set({"name": "All", "rule": rule}, by=erin)
    assert not Segment.objects.create(name="All", kind="active", rule=rule).contacts()


def test_a_static_one_has_no_rule(picked, erin):
    with pytest.raises(ValidationError):
        picked.set({"rule": called("alice")}, by=erin)


def test_a_property_and_an_option_are_used_by_the_segments_that_name_them(erin):
    options = [{"value": each, "label": each} for each in ("gold", "silver")]
    tier = Definition.objects.create(kind="contact", name="tier", label="Tier", type="choice", options=options)
    other = Definition.objects.create(kind="ticket", name="tier", label="Tier", type="string")
    rule = {"filterGroups": [{"filters": [{"propertyName": "tier", "operator": "IN", "values": ["gold"]}]}]}
    segment = Segment.objects.create(name="Best", kind="active", rule=rule)
    assert [(use.kind, use.pk) for use in uses_of(tier, "property")] == [("segment", segment.pk)]
    assert not uses_of(other, "property")


@pytest.mark.parametrize(
    ("query", "found"),
    [("ali", {"alice"}), ("EXAMPLE bob", {"bob"}), ("bob@exam", {"bob"}), ("", set()), ("zoe", set()), ("%", set())],
)
def test_contacts_are_found_by_name_or_address(alice, bob, query, found):
    assert {each.first_name.lower() for each in Contact.objects.called(query)} == found
