"""The section *Properties* (D4), for administrators only."""

import pytest

from loket.history.models import Event
from loket.properties.models import Definition
from loket.tickets.lists import ListPolicy
from loket.tickets.models import SightPolicy

COLOURS = [{"value": "red", "label": "Red"}, {"value": "blue", "label": "Blue"}]


@pytest.fixture
def colour(db):
    return Definition.objects.create(kind="ticket", name="colour", label="Colour", type="choice", options=COLOURS)


@pytest.fixture
def shown(colour, page):
    return page(f"property/{colour.pk}/")


def only(value):
    return {"filterGroups": [{"filters": [{"propertyName": "colour", "operator": "IN", "values": [value]}]}]}


@pytest.mark.parametrize(
    "address", ["properties/", "properties/contact/", "properties/ticket/new/", "property/1/", "property/1/deletion/"]
)
def test_dora_is_refused_even_with_the_right_to_set_portals(at_desk, dora, colour, address):
    dora.may_set = True
    dora.save()
    assert at_desk(dora).get(f"/desk/settings/{address}").status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_one_and_three(page, count, django_assert_num_queries):
    for number in range(count):
        Definition.objects.create(kind="contact", name=f"own{number}", label=f"Own {number}", type="number")
    page("properties/contact/").get()
    with django_assert_num_queries(7):
        text = page("properties/contact/").text()
    assert text.count("Own ") >= count


def test_built_in_ones_are_shown_with_hubspots_name_and_type_and_cannot_be_edited(page, colour):
    text = page("properties/").text()
    assert "<code>hs_ticket_priority</code> · Choice" in text
    assert f'href="/desk/settings/property/{colour.pk}/"' in text
    assert text.count("/desk/settings/property/") == 2, "edit and delete, of the custom one only"


def test_search_finds_by_label_and_by_name(page, colour):
    assert [each.name for each, _key in page("properties/?q=COLO").get().context["rows"]] == ["colour"]
    assert [each.name for each, _key in page("properties/?q=pipeline_st").get().context["rows"]] == [
        "hs_pipeline_stage"
    ]
    assert "No property matches." in page("properties/?q=zebra").text()
    assert page("properties/agent/").get().status_code == 404


def test_a_name_is_made_from_the_label(page, erin):
    assert page("properties/contact/new/").save(label="Order number", type="number").status_code == 302
    made = Definition.objects.get()
    assert (made.kind, made.name, made.label, made.type) == ("contact", "order_number", "Order number", "number")
    told = Event.objects.about(made).get()
    assert (told.verb, told.actor_name) == ("created", "Erin")
    assert "Made it" in page(f"property/{made.pk}/").text()


def test_a_choice_gets_its_options_row_by_row(page):
    new = page("properties/ticket/new/")
    first = new.shown(new.save(**{"options-edit": "add"}, label="Size", type="choice"))
    second = new.shown(new.send(first | {"options-0-label": "Large", "options-edit": "add"}))
    third = new.shown(new.send(second | {"options-1-label": "Small; or less", "options-edit": "up-1"}))
    assert not Definition.objects.exists()
    assert new.send(third).status_code == 302
    assert Definition.objects.get().options == [
        {"value": "Small, or less", "label": "Small; or less"},
        {"value": "Large", "label": "Large"},
    ]


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        ({"label": ""}, "label", "required"),
        ({"name": "subject"}, "name", "HubSpot’s own"),
        ({"name": "hs_mine"}, "name", "HubSpot’s own"),
        ({"name": "colour"}, "name", "the name of “Colour” already"),
        ({"name": "My name"}, "name", "lower-case"),
        ({"type": "magic"}, "type", "valid choice"),
        ({"type": "choice"}, "options", "needs options"),
        ({"type": "choice", "options-0-label": "A", "options-1-label": "a"}, "options", "same label"),
        ({"type": "choice", "options-0-label": ""}, "options", "marked lines"),
        ({"type": "choice", "options-0-label": "A", "options-0-value": "a;b"}, "options", "needs options"),
    ],
)
def test_what_is_wrong_is_told_beside_it_and_what_was_typed_is_kept(page, colour, sent, field, words):
    answer = page("properties/ticket/new/").save(**{"label": "Typed", "type": "string", "name": "x"} | sent)
    assert answer.status_code == 422
    assert words in answer.context["form"].errors[field][0]
    assert Definition.objects.count() == 1


def test_a_row_without_words_does_not_matter_where_no_options_are_asked(page):
    sent = {"label": "Plain", "type": "string", "name": "", "options-0-label": ""}
    assert page("properties/ticket/new/").save(**sent).status_code == 302


def test_label_and_options_change_and_history_says_so(shown, colour):
    assert shown.save(label="Paint", **{"options-0-label": "Crimson"}).status_code == 302
    colour.refresh_from_db()
    assert colour.label == "Paint"
    assert colour.options[0] == {"value": "red", "label": "Crimson"}
    text = shown.text()
    assert "Label: Colour → Paint" in text
    assert "Options: Red, Blue → Crimson, Blue" in text


def test_an_option_in_use_names_each_use_as_a_link(shown, colour, ticket, portal, erin):
    ticket.change({"colour": "red"}, by=erin)
    SightPolicy.of(portal).set({"visibility_filter": only("red")}, by=None)
    answer = shown.save(**{"options-edit": "remove-0"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert f'href="/desk/tickets/{ticket.pk}/"' in text
    assert f'href="/desk/settings/customer-portal/{portal.pk}/tickets/"' in text
    assert shown.shown(answer)["options-0-label"] == "Red"
    without = shown.shown() | {"options-0-label": None, "options-0-value": None}
    answer = shown.send(without)
    assert answer.status_code == 422
    assert "“Printer on fire” holds it" in answer.content.decode()
    assert shown.send(shown.shown(shown.save(**{"options-edit": "remove-1"}))).status_code == 302
    colour.refresh_from_db()
    assert colour.options == COLOURS[:1]


def test_the_type_changes_only_while_nothing_holds_a_value(shown, colour, ticket, erin):
    ticket.change({"colour": "red"}, by=erin)
    answer = shown.save(type="number")
    assert answer.status_code == 422
    assert "1 record holds it" in answer.context["form"].errors["type"][0]
    ticket.change({"colour": ""}, by=erin)
    assert shown.save(type="number").status_code == 302
    assert Definition.objects.get().options == []


def test_the_name_and_the_kind_never_change(shown, colour):
    assert shown.save(name="other", kind="contact").status_code == 302
    colour.refresh_from_db()
    assert (colour.kind, colour.name) == ("ticket", "colour")


def test_the_second_administrator_is_told_what_the_first_changed(shown, colour, erin):
    typed = shown.shown() | {"label": "Second"}
    colour.set({"label": "First"}, by=erin)
    answer = shown.send(typed)
    assert "changed this to “First” meanwhile" in answer.context["form"].errors["label"][0]
    assert shown.send(shown.shown(answer)).status_code == 302
    assert Definition.objects.get().label == "Second"


def test_a_property_in_use_is_not_deleted_and_another_is(page, colour, ticket, erin):
    ticket.change({"colour": "red"}, by=erin)
    removal = page(f"property/{colour.pk}/deletion/")
    answer = removal.send({})
    assert answer.status_code == 422
    assert "1 record holds it" in answer.content.decode()
    assert f'href="/desk/tickets/{ticket.pk}/"' in answer.content.decode()
    ticket.change({"colour": ""}, by=erin)
    assert removal.send({})["Location"] == "/desk/settings/properties/ticket/"
    assert not Definition.objects.exists()


def test_a_filter_that_broke_is_shown(page, colour, portal):
    SightPolicy.of(portal).set({"visibility_filter": only("red")}, by=None)
    assert "make no sense" not in page("properties/").text()
    colour.delete()
    text = page("properties/").text()
    assert "The portal “Acme Support” shows no tickets at all: There is no property “colour” to filter by." in text


def test_customers_read_other_words_than_the_team(page, portal, pipeline, entered, alice, ticket, form):
    options = [{"value": "s", "label": "Small"}]
    size = Definition.objects.create(kind="ticket", name="size", label="Size", type="choice", options=options)
    typed = {"customer_label-nl": "Maat", "options-0-text_nl": "Klein", "options-0-text_en": "Little"}
    assert page(f"property/{size.pk}/").save(**typed).status_code == 302
    size.refresh_from_db()
    assert size.customer_label == {"nl": "Maat"}
    assert size.options == [{"value": "s", "label": "Small", "customer_label": {"nl": "Klein", "en": "Little"}}]
    portal.set({"further_languages": ["nl"]}, by=None)
    columns = [{"name": "subject", "heading": {}}, {"name": "size", "heading": {}}]
    ListPolicy(portal=portal).set({"columns": columns}, by=None)
    form.published.append({"key": "ticket.size"})
    form.save()
    ticket.custom = {"size": "s"}
    ticket.save()
    browser = entered(alice)
    for path in ("/support/", f"/support/tickets/{ticket.pk}/", f"/support/new/{form.pk}/", "/support/tickets.csv"):
        for language, words, others in (("en", ("Size", "Little"), "Klein"), ("nl", ("Maat", "Klein"), "Little")):
            browser.post("/support/language/", {"language": language})
            answer = browser.get(path)
            text = (answer.getvalue() if answer.streaming else answer.content).decode()
            assert all(each in text for each in words), (path, language)
            assert others not in text
            assert "Small" not in text
