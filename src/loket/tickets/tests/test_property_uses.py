"""D4: a property or an option that is in use is not deleted; each use is named."""

import pytest
from django.core.exceptions import ValidationError

from loket.properties.models import Definition
from loket.properties.naming import proposed_name, proposed_value
from loket.records.uses import InUse, uses_of
from loket.tickets.models import ListPolicy, SightPolicy
from loket.tickets.needs import broken_filters

COLOURS = [{"value": "red", "label": "Red"}, {"value": "blue", "label": "Blue"}]


@pytest.fixture
def colour(db):
    return Definition.objects.create(kind="ticket", name="colour", label="Colour", type="multichoice", options=COLOURS)


def only(name, value):
    return {"filterGroups": [{"filters": [{"propertyName": name, "operator": "IN", "values": [value]}]}]}


def test_records_filters_and_columns_are_uses(colour, portal, ticket, file_ticket, alice, erin):
    assert uses_of(colour) == []
    ticket.change({"colour": "red;blue"}, by=erin)
    file_ticket(alice, "no colour")
    SightPolicy.of(portal).set({"visibility_filter": only("colour", "red")}, by=None)
    ListPolicy.of(portal).set({"columns": [{"name": "colour", "heading": {}}]}, by=None)
    found = [(use.kind, use.what) for use in uses_of(colour)]
    assert found == [
        ("", "1 record holds it"),
        ("ticket", "“Printer on fire” holds it"),
        ("portal", "the portal “Acme Support” decides by it which tickets appear"),
        ("portal", "it is a column in the portal “Acme Support”"),
    ]
    with pytest.raises(InUse):
        colour.remove(by=erin)
    assert Definition.objects.exists()


def test_many_records_are_counted_and_ten_named(colour, file_ticket, alice, erin):
    for number in range(12):
        file_ticket(alice, f"{number}").change({"colour": "red"}, by=erin)
    uses = uses_of(colour)
    assert uses[0].what == "12 records hold it"
    assert len(uses) == 11


def test_a_filter_over_contacts_uses_a_property_of_contacts(portal, erin):
    for kind in ("contact", "ticket"):
        Definition.objects.create(kind=kind, name="level", label="Level", type="choice", options=COLOURS)
    SightPolicy.of(portal).set({"sharing": "filter", "sharing_filter": only("level", "red")}, by=None)
    contacts, tickets = Definition.objects.order_by("kind")
    assert [use.name for use in uses_of(contacts)] == ["Acme Support"]
    assert uses_of(tickets) == []


def test_an_option_in_use_stays_and_another_goes(colour, ticket, erin):
    ticket.change({"colour": "red"}, by=erin)
    with pytest.raises(InUse) as refused:
        colour.set({"options": COLOURS[1:]}, by=erin)
    assert [use.what for use in refused.value.uses] == ["1 record holds it", "“Printer on fire” holds it"]
    colour.refresh_from_db()
    colour.set({"options": [{"value": "red", "label": "Crimson"}]}, by=erin)
    assert Definition.objects.get().options == [{"value": "red", "label": "Crimson"}]


def test_an_option_in_a_filter_stays(colour, portal, erin):
    SightPolicy.of(portal).set({"visibility_filter": only("colour", "blue")}, by=None)
    with pytest.raises(InUse):
        colour.set({"options": COLOURS[:1]}, by=erin)


def test_the_type_stays_while_values_are_of_it(colour, ticket, erin):
    colour.set({"type": "string"}, by=erin)
    assert colour.options == []
    ticket.change({"colour": "any"}, by=erin)
    with pytest.raises(ValidationError, match="1 record holds it"):
        colour.set({"type": "number"}, by=erin)


@pytest.mark.parametrize("name", ["subject", "hs_own", "hubspot_x", "colour", "Upper", "a-b", ""])
def test_a_name_that_is_taken_or_wrong_is_refused(colour, name, erin):
    with pytest.raises(ValidationError) as refused:
        Definition(kind="ticket").set({"name": name, "label": "New", "type": "string"}, by=erin)
    assert "name" in refused.value.error_dict


@pytest.mark.parametrize("options", [[], [{"value": "a;b", "label": "A"}], [COLOURS[0], COLOURS[0]], ["red"], "red"])
def test_options_that_are_none_are_refused(options, erin):
    with pytest.raises(ValidationError) as refused:
        Definition(kind="ticket").set({"name": "x", "label": "X", "type": "choice", "options": options}, by=erin)
    assert "options" in refused.value.error_dict


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Order number", "order_number"),
        ("Größe (cm)", "groe_cm"),
        ("HS own", "own_hs_own"),
        ("Subject", "own_subject"),
        ("Colour", "colour_2"),
        ("注文", "own"),
        ("2nd line", "own_2nd_line"),
    ],
)
def test_a_name_is_proposed_from_the_label(label, name):
    assert proposed_name("ticket", label, {"colour"}) == name


def test_a_value_is_proposed_from_the_label():
    assert proposed_value("Red; or blue", set()) == "Red, or blue"
    assert proposed_value("Red", {"Red"}) == "Red 2"


def test_a_filter_that_broke_is_told_with_its_portal(portal, colour):
    SightPolicy.of(portal).set({"visibility_filter": only("colour", "red")}, by=None)
    assert not list(broken_filters())
    colour.delete()
    assert [use.what for use in broken_filters()] == [
        "the portal “Acme Support” shows no tickets at all: There is no property “colour” to filter by."
    ]
