"""The filter editor: what its buttons do, what it keeps, what it refuses, how it shows a filter that is broken."""

import re
from html import unescape

import pytest
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from loket.desk.conditions import FilterField
from loket.desk.editors import WithEditors
from loket.desk.settings.stamps import StampedForm
from loket.properties.catalogue import catalogue
from loket.properties.filters import Filter
from loket.properties.models import Definition


class RulesForm(WithEditors, StampedForm):
    name = forms.CharField()
    rule = FilterField("ticket", required=False, empty=_("All tickets."))


def one(name, operator, **values):
    return {"filters": [{"propertyName": name, "operator": operator, **values}]}


URGENT = {"filterGroups": [one("hs_ticket_priority", "IN", values=["HIGH", "URGENT"])]}


@pytest.fixture
def custom(db):
    for name, kind in {
        "story": "text",
        "staff": "number",
        "founded": "date",
        "renewal": "datetime",
        "vip": "bool",
    }.items():
        Definition.objects.create(kind="ticket", name=name, label=name.title(), type=kind)
    options = [{"value": each, "label": each.title()} for each in ("north", "south")]
    Definition.objects.create(kind="ticket", name="regions", label="Regions", type="multichoice", options=options)


def shown(rule, **more):
    """The form as it is shown at first."""
    return RulesForm(current={"name": "Ours", "rule": rule}, **more)


def sent_by_browser(form):
    """[(name, value)] that a browser sends of the form as it stands: successful controls, in order."""
    page = str(form["rule"])
    pairs = [("name", form["name"].value() or ""), ("stamp", form["stamp"].value() or "")]
    controls = r"<input\b[^>]*>|<select\b.*?</select>|<textarea\b.*?</textarea>"
    for control in re.findall(controls, page, re.S):
        name = re.search(r'name="([^"]*)"', control)[1]
        if control.startswith("<select"):
            options = re.findall(r'<option value="([^"]*)"( selected)?>', control)
            pairs.append((name, next((value for value, chosen in options if chosen), options[0][0])))
        elif control.startswith("<textarea"):
            pairs.append((name, re.search(r">\n?(.*)</textarea>", control, re.S)[1]))
        elif 'type="checkbox"' not in control or " checked" in control:
            pairs.append((name, re.search(r' value="([^"]*)"', control)[1]))
    return [(name, unescape(value)) for name, value in pairs]


def send(form, rule=None, **changes):
    """The form sent as it stands, with ``changes`` ({"0-0-value": …} within the filter, "edit" for a button)."""
    data = QueryDict(mutable=True)
    for name, value in sent_by_browser(form):
        data.appendlist(name, value)
    for name, value in changes.items():
        data.setlist(f"rule-{name.replace('_', '-')}", value if isinstance(value, list) else [value])
    return RulesForm(data, current={"name": "Ours", "rule": form.current["rule"] if rule is None else rule})


def conditions(form):
    return [[(each.heading, each.operator, *each.values) for each in group] for group in form["rule"].draft.groups]


ANY_KIND = {
    "filterGroups": [
        {"filters": [
            {"propertyName": "subject", "operator": "CONTAINS_TOKEN", "value": "caf\"é <b>"},
            {"propertyName": "subject", "operator": "NOT_IN", "values": ["a", "b c"]},
            {"propertyName": "story", "operator": "EQ", "value": "two\nlines"},
            {"propertyName": "staff", "operator": "BETWEEN", "value": "2", "highValue": "9.5"},
            {"propertyName": "founded", "operator": "LT", "value": "2026-01-31"},
            {"propertyName": "renewal", "operator": "BETWEEN", "value": "2026-01-31T10:00:00.000000+00:00",
             "highValue": "2026-02-28T10:00:07.120000+00:00"},
        ]},
        {"filters": [
            {"propertyName": "regions", "operator": "IN", "values": ["north", "south"]},
            {"propertyName": "vip", "operator": "NEQ", "value": "true"},
            {"propertyName": "closed_date", "operator": "NOT_HAS_PROPERTY"},
            {"propertyName": "hs_ticket_priority", "operator": "EQ", "value": "URGENT"},
        ]},
    ]
}  # fmt: skip


def test_a_filter_of_every_kind_comes_back_as_it_was_stored(custom):
    form = send(shown(ANY_KIND))
    assert form.is_valid(), form.errors
    assert form.values() == {"name": "Ours", "rule": ANY_KIND}
    assert Filter.clean(ANY_KIND, catalogue("ticket")).data() == ANY_KIND


def test_without_conditions_it_is_everything_and_says_so(db):
    form = shown({})
    assert "All tickets." in str(form["rule"])
    form = send(form)
    assert form.is_valid()
    assert form.values()["rule"] == {}


def test_a_condition_is_made_step_by_step_and_nothing_is_saved_meanwhile(db):
    form = send(shown({}), edit="add")
    assert form.is_redrawn
    assert not form.is_valid()
    assert not form.errors
    form = send(form, **{"0-0-property": "Priority", "edit": "choose"})
    assert conditions(form) == [[("Priority", "EQ", "")]]
    form = send(form, **{"0-0-operator": "IN", "edit": "choose"})
    assert str(form["rule"]).count('type="checkbox"') == 4
    form = send(form, **{"0-0-value": ["HIGH", "URGENT"]})
    assert form.is_valid(), form.errors
    assert form.values()["rule"] == URGENT


def test_what_was_typed_elsewhere_stays_while_a_filter_is_edited(db):
    data = QueryDict(mutable=True)
    data.update({"name": "", "rule": "filter", "rule-edit": "add", "stamp": "x"})
    form = RulesForm(data, current={"name": "Ours", "rule": {}})
    assert form["name"].value() == ""
    assert not form["name"].errors
    assert form["stamp"].value() == "x"


def test_groups_are_added_cloned_and_deleted(db):
    form = send(shown(URGENT), edit="clone-0")
    assert conditions(form) == [[("Priority", "IN", "HIGH", "URGENT")]] * 2
    form = send(form, edit="add-1")
    assert conditions(form)[1] == [("Priority", "IN", "HIGH", "URGENT"), ("", "", "")]
    form = send(form, edit="remove-1-1")
    form = send(form, edit="remove-0")
    assert conditions(form) == [[("Priority", "IN", "HIGH", "URGENT")]]
    form = send(form, edit="remove-0-0")
    assert conditions(form) == []


@pytest.mark.parametrize(
    "deed", ["", "add-7", "remove-0-9", "remove--1", "clone-²", "drop-0", "add-0-0-0", "remove-99999"]
)
def test_a_deed_that_makes_no_sense_changes_nothing(db, deed):
    assert conditions(send(shown(URGENT), edit=deed)) == [[("Priority", "IN", "HIGH", "URGENT")]]


def test_another_property_begins_without_the_old_values(db):
    form = send(shown(URGENT), **{"0-0-property": "Category", "edit": "choose"})
    assert conditions(form) == [[("Category", "IN", "")]]
    form = send(shown(URGENT), **{"0-0-property": "Create date"})
    assert not form.is_valid(), "saved at once, before its values were asked for"
    assert "“Create date” needs a value" in str(form["rule"])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"0-0-property": ""}, "Choose a property, or remove this condition."),
        ({"0-0-property": "owner"}, "Did you mean “Ticket owner”?"),
        ({"0-0-property": "owner__password"}, "There is no property “owner__password” to filter by."),
        ({"0-0-property": "Create date", "0-0-asked": "createdate", "0-0-operator": "LT", "0-0-value": "soon"},
         "“soon” is not a date and time"),
        ({"0-0-property": "Number", "0-0-asked": "hs_ticket_id", "0-0-operator": "BETWEEN", "0-0-value": "9", "0-0-high": "2"},
         "nothing lies between them"),
        ({"0-0-operator": "REGEX"}, "“REGEX” does not fit “Priority”."),
        ({"0-0-value": ["HIGH", "MILD"]}, "“MILD” is no option of “Priority”."),
        ({"0-0-value": []}, "Name between 1 and 200 values."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_beside_the_condition_and_kept(db, changes, words):
    form = send(shown(URGENT), **changes)
    assert not form.is_valid()
    page = str(form["rule"])
    assert words.replace("'", "&#x27;") in page
    assert 'aria-invalid="true"' in page
    for typed in changes.values():
        for value in [typed] if isinstance(typed, str) else typed:
            assert value in page
    assert form.errors["rule"] == ["Mend or remove the conditions marked here."]


def test_a_stored_filter_that_is_broken_is_shown_with_its_reason_and_can_be_mended(custom):
    rule = {"filterGroups": [one("story", "EQ", value="x"), one("hs_ticket_priority", "EQ", value="GONE")]}
    Definition.objects.filter(name="story").delete()
    form = shown(rule)
    page = str(form["rule"])
    assert "There is no property “story” to filter by." in page
    assert "“GONE” is no option of “Priority”." in page
    assert "“GONE”, which is gone" in page
    assert not send(form).is_valid(), "it is not mended in silence"
    form = send(send(form, edit="remove-0"), **{"0-0-value": "HIGH"})
    assert form.is_valid(), form.errors
    assert form.values()["rule"] == {"filterGroups": [one("hs_ticket_priority", "EQ", value="HIGH")]}


@pytest.mark.parametrize("rule", [
    {"filterGroups": "nonsense"}, {"filterGroups": [{"filters": []}]}, {"filterGroups": [None]}, ["x"], "x", 7,
    {"filterGroups": [{"filters": [None]}]}, {"filterGroups": [one(["subject"], {"a": 1}, values=3)]},
])  # fmt: skip
def test_a_stored_filter_that_cannot_be_read_never_turns_into_everything(db, rule):
    form = send(shown(rule))
    assert not form.is_valid()
    assert len(conditions(form)) == 1
    assert send(form, edit="remove-0")["rule"].draft.groups == []


def test_a_form_without_its_filter_is_refused_and_not_taken_for_everything(db):
    form = RulesForm({"name": "Ours"}, current={"name": "Ours", "rule": URGENT})
    assert not form.is_valid()
    assert "did not arrive whole" in form.errors["rule"][0]


def test_the_limits_of_the_language_hold(db):
    condition = {"propertyName": "subject", "operator": "EQ", "value": "x"}
    full = {"filterGroups": [{"filters": [condition] * 20}] * 20}
    assert send(shown(full)).is_valid()
    assert 'value="add-0"' not in str(shown(full)["rule"])
    for deed in ("add", "add-3", "clone-3"):
        form = send(shown(full), edit=deed)
        assert "at most 20" in str(form["rule"])
        assert len(form["rule"].draft.conditions) == 400
    more = {"filterGroups": [{"filters": [condition]}] * 21}
    assert "at most 20 groups" in send(shown(more)).errors["rule"][0]
    lines = send(shown({"filterGroups": [one("subject", "IN", values=["x"])]}), **{"0-0-value": "y\n" * 201})
    assert "Name between 1 and 200 values." in str(lines["rule"])


def test_two_properties_of_one_label_are_told_apart(custom):
    Definition.objects.create(kind="ticket", name="subject_2", label="Subject", type="string")
    form = send(send(shown({}), edit="add"), **{"0-0-property": "Subject (subject_2)", "edit": "choose"})
    assert form["rule"].draft.conditions[0].found.name == "subject_2"


def test_the_filter_is_said_in_words_of_its_kind(custom):
    rule = {"filterGroups": [one("founded", "GT", value="2026-01-31"), one("staff", "GT", value="3")]}
    assert "Founded is after “Jan. 31, 2026” or Staff is more than “3”." in str(shown(rule)["rule"])


def test_the_second_administrator_reads_the_other_ones_filter_in_words(db):
    form = send(shown({}), rule=URGENT)
    assert not form.is_valid()
    assert "to “Priority is any of “High”, “Urgent”” meanwhile" in form.errors["rule"][0]


def test_text_that_no_database_stores_is_refused(db):
    form = send(
        shown(URGENT), **{"0-0-property": "Subject", "0-0-asked": "subject", "0-0-operator": "EQ", "0-0-value": "\x00"}
    )
    assert not form.is_valid()


def test_two_filters_in_one_form_are_told_apart(db):
    class BothForm(WithEditors):
        who = FilterField("contact", required=False)
        what = FilterField("ticket", required=False)

    form = BothForm({"who": "filter", "what": "filter", "what-edit": "add"})
    assert form.is_redrawn
    assert [len(form[name].draft.groups) for name in ("who", "what")] == [0, 1]
