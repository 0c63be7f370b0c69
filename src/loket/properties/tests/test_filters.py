"""The filter language: what the database selects and what ``matches`` says of unsaved values is the same."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase  # noqa: F401  registers Django's strategies

from loket.people.models import Company
from loket.properties.catalogue import catalogue
from loket.properties.filters import Filter
from loket.properties.models import Definition

CUSTOM = {
    "motto": ("string", []),
    "story": ("text", []),
    "staff": ("number", []),
    "founded": ("date", []),
    "renewal": ("datetime", []),
    "tier": ("choice", ["gold", "silver"]),
    "regions": ("multichoice", ["north", "south", "east"]),
    "vip": ("bool", []),
}
WORDS = st.text("aAbBéÉ %_\\'\"", max_size=4)
VALUES = {
    "motto": WORDS.map(str.strip),
    "story": WORDS.map(str.strip),
    "staff": st.decimals(-1000, 1000, places=2),
    "founded": st.dates(date(1990, 1, 1), date(2030, 1, 1)),
    "renewal": st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    "tier": st.sampled_from(["gold", "silver"]),
    "regions": st.lists(st.sampled_from(["north", "south", "east"]), min_size=1, unique=True).map(";".join),
    "vip": st.sampled_from(["true", "false"]),
    "name": WORDS.map(str.strip),
}


@st.composite
def conditions(draw):
    name = draw(st.sampled_from(list(VALUES)))
    operator = draw(st.sampled_from(KINDS[name].operators))
    value = VALUES[name].filter(lambda each: each != "")
    if name == "regions":
        value = st.sampled_from(["north", "south", "east"])
    data = {"propertyName": name, "operator": operator}
    if operator in ("IN", "NOT_IN"):
        data["values"] = draw(st.lists(value, min_size=1, max_size=3))
    elif operator == "BETWEEN":
        data["value"], data["highValue"] = sorted([draw(value), draw(value)])
    elif "PROPERTY" not in operator:
        data["value"] = draw(value)
    return data


from loket.properties.types import TYPES  # noqa: E402

KINDS = {name: TYPES[kind] for name, (kind, _options) in CUSTOM.items()} | {"name": TYPES["string"]}
FILTERS = st.lists(st.lists(conditions(), min_size=1, max_size=2), max_size=2).map(
    lambda groups: {"filterGroups": [{"filters": group} for group in groups]}
)
RECORDS = st.lists(st.fixed_dictionaries({}, optional=VALUES), min_size=1, max_size=4)


@pytest.fixture
def definitions(db):
    for name, (kind, options) in CUSTOM.items():
        Definition.objects.create(
            kind="company", name=name, label=name.title(), type=kind,
            options=[{"value": each, "label": each.title()} for each in options],
        )  # fmt: skip


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=FILTERS, records=RECORDS)
def test_the_database_and_matches_agree(definitions, data, records):
    Company.objects.all().delete()
    properties = catalogue("company")
    rule = Filter.clean(data, properties)
    expected = set()
    for values in records:
        company = Company(name="")
        for name, raw in values.items():
            properties[name].write(company, raw)
        company.save()
        if rule.matches({name: properties[name].clean(raw) for name, raw in values.items()}):
            expected.add(company.pk)
    assert set(Company.objects.filter(rule.q()).values_list("pk", flat=True)) == expected


@pytest.mark.parametrize(
    "text", ["2026-01-01T00:00:00+00:00", "2026-01-01T00:00:00.5+00:00", "2026-01-01T01:02:03.000001Z"]
)
@pytest.mark.parametrize("operator", ["EQ", "GTE", "LTE"])
def test_a_moment_is_found_by_itself_to_the_microsecond(definitions, text, operator):
    properties = catalogue("company")
    company = Company(name="Acme")
    properties["renewal"].write(company, text)
    company.save()
    assert Company.objects.filter(Filter.clean(one("renewal", operator, value=text), properties).q()).exists()


def one(name, operator, **values):
    return {"filterGroups": [{"filters": [{"propertyName": name, "operator": operator, **values}]}]}


@pytest.mark.parametrize(
    "wrong",
    [
        one("password", "EQ", value="x"),
        one("name__contains", "EQ", value="x"),
        one("primary_contacts__user__password", "HAS_PROPERTY"),
        one("name", "REGEX", value="x"),
        one("name", "EQ"),
        one("name", "IN", values=[]),
        one("name", "IN", values="abc"),
        one("tier", "EQ", value="bronze"),
        one("staff", "GT", value="many"),
        one("staff", "GT", value="1e400"),
        one("founded", "LT", value="2026-02-31"),
        one("renewal", "LT", value="9" * 30),
        one(["name"], "EQ", value="x"),
        {"filterGroups": [{"filters": [None]}]},
        {"filterGroups": [None]},
        {"filterGroups": {}},
        "name",
    ],
)
def test_what_the_catalogue_does_not_know_is_refused_and_a_stored_one_is_closed(definitions, wrong):
    Company.objects.create(name="Acme")
    with pytest.raises(ValidationError):
        Filter.clean(wrong, catalogue("company"))
    stored = Filter.stored(wrong, catalogue("company"))
    assert stored.problem
    assert not Company.objects.filter(stored.q()).exists()
    assert not stored.matches({"name": "Acme"})


def test_an_empty_filter_is_everything(definitions):
    Company.objects.create(name="Acme")
    assert Company.objects.filter(Filter.clean({}, catalogue("company")).q()).count() == 1


def test_a_filter_in_words(definitions):
    data = {
        "filterGroups": [
            {
                "filters": [
                    {"propertyName": "name", "operator": "CONTAINS_TOKEN", "value": "caf"},
                    {"propertyName": "tier", "operator": "IN", "values": ["gold", "silver"]},
                ]
            },
            {"filters": [{"propertyName": "staff", "operator": "BETWEEN", "value": "2", "highValue": "9"}]},
        ]
    }
    assert Filter.clean(data, catalogue("company")).describe() == (
        "Company name contains “caf” and Tier is any of “Gold”, “Silver” or Staff is between “2” and “9”"
    )


def test_values_are_stored_as_hubspots_text_and_read_back(definitions):
    company, properties = Company(name="Acme"), catalogue("company")
    raw = {
        "staff": "12.50",
        "founded": "1999-03-01",
        "renewal": "1700000000000",
        "vip": "true",
        "regions": "east;north;east",
    }
    for name, text in raw.items():
        properties[name].write(company, text)
    assert company.custom == {
        "staff": "12.5", "founded": "1999-03-01", "renewal": "2023-11-14T22:13:20.000000+00:00",
        "vip": "true", "regions": "east;north",
    }  # fmt: skip
    company.save()
    row = Company.objects.values_list(*(properties[name].expression for name in raw)).get()
    shown = [properties[name].show(value) for name, value in zip(raw, row, strict=True)]
    assert shown == ["12.5", "March 1, 1999", "11/14/2023 10:13 p.m.", "Yes", "East; North"]
    properties["staff"].write(company, "")
    assert "staff" not in company.custom
    assert properties["staff"].clean(Decimal("7")) == 7


@pytest.mark.parametrize("direction", [1, -1])
def test_sort_keys_are_never_null_and_python_sorts_them_alike(definitions, direction):
    properties = catalogue("company")
    samples = [
        {"motto": "b", "staff": "10", "founded": "2001-01-01", "tier": "silver"},
        {"motto": "A", "staff": "9", "founded": "1999-01-01", "tier": "gold"},
        {"motto": "é", "staff": "-3"},
        {},
    ]
    for number, values in enumerate(samples):
        company = Company(name=f"{number}")
        for name, raw in values.items():
            properties[name].write(company, raw)
        company.save()
    for name in ("motto", "staff", "founded", "tier", "renewal", "vip", "name", "createdate"):
        key = properties[name].sort_key
        order = key.asc() if direction == 1 else key.desc()
        keys = list(Company.objects.annotate(key=key).order_by(order).values_list("key", flat=True))
        assert None not in keys
        assert keys == sorted(keys, reverse=direction == -1), name
