"""The section *Segments*: made, changed, deleted; people shown as they are now, picked and taken out."""

import pytest

from loket.people.models import Contact, Segment
from loket.records import uses

ADDRESS = "/desk/settings/segments/"
QUERIES = 7


def rule(name, operator="CONTAINS_TOKEN", place="0-0"):
    """The fields of one condition over first names."""
    parts = {"property": "First name", "asked": "firstname", "operator": operator, "value": name}
    return {"rule": "filter"} | {f"rule-{place}-{part}": value for part, value in parts.items()}


@pytest.fixture
def picked(db):
    return Segment.objects.create(name="Pilot", kind="static")


@pytest.fixture
def active(db):
    condition = {"propertyName": "firstname", "operator": "EQ", "value": "alice"}
    return Segment.objects.create(name="Alices", kind="active", rule={"filterGroups": [{"filters": [condition]}]})


def send(browser, address, fields):
    """The form as it is shown now, filled in with ``fields``."""
    stamp = browser.get(f"{ADDRESS}{address}/").context["form"]["stamp"].value()
    return browser.post(f"{ADDRESS}{address}/", {"stamp": stamp, **fields}, follow=True)


def people(answer):
    return [each.first_name for each in answer.context["people"]]


def test_dora_who_is_no_administrator_does_not_come_in(at_desk, dora, picked):
    browser = at_desk(dora)
    for address in ("", "new/active/", f"{picked.pk}/", f"{picked.pk}/deletion/"):
        assert browser.get(ADDRESS + address).status_code == 403
    assert browser.post(f"{ADDRESS}{picked.pk}/people/1/").status_code == 403


def test_an_active_one_is_made_and_shows_who_is_in_it(settings_desk, alice, bob):
    answer = send(settings_desk, "new/active", {"name": "Alices", **rule("LIC")})
    assert people(answer) == ["Alice"]
    assert Segment.objects.get().rule["filterGroups"][0]["filters"][0]["value"] == "LIC"


def test_who_would_be_in_it_is_shown_before_it_is_saved(settings_desk, active, alice, bob):
    typed = {"name": "Typed", **rule("bob"), "rule-edit": "choose"}
    answer = settings_desk.post(f"{ADDRESS}{active.pk}/", typed)
    assert answer.status_code == 200
    assert people(answer) == ["Bob"]
    assert 'value="Typed"' in answer.content.decode()
    assert list(active.contacts()) == [alice]
    answer = settings_desk.post(f"{ADDRESS}{active.pk}/", typed | {"rule-edit": "add-0"})
    assert "people" not in answer.context, "a filter that is not finished has nobody"
    assert Segment.objects.get().name == "Alices"


def test_what_is_wrong_is_told_and_kept(settings_desk, active, picked):
    answer = send(settings_desk, active.pk, {"name": "Pilot", **rule("ali")})
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"name": ["Segment with this Name already exists."]}
    assert 'value="ali"' in answer.content.decode()
    answer = send(settings_desk, "new/active", {"name": "Everybody", "rule": "filter"})
    assert "Add at least one condition." in answer.content.decode()
    assert not Segment.objects.filter(name="Everybody").exists()


def test_alice_is_found_picked_and_taken_out(settings_desk, picked, alice, bob):
    page = settings_desk.get(f"{ADDRESS}{picked.pk}/", {"q": "alice@"}).content.decode()
    place = f"{ADDRESS}{picked.pk}/people/{alice.pk}/"
    assert f'action="{place}"' in page
    assert people(settings_desk.post(place, follow=True)) == ["Alice"]
    assert people(settings_desk.post(f"{place}deletion/", follow=True)) == []


def test_nobody_is_picked_for_an_active_one(settings_desk, active, bob):
    assert settings_desk.post(f"{ADDRESS}{active.pk}/people/{bob.pk}/").status_code == 404


def test_pages_and_a_count_that_stops(settings_desk, picked, monkeypatch):
    made = Contact.objects.bulk_create(Contact(first_name=f"N{number}") for number in range(60))
    picked.picked.add(*made)
    answer = settings_desk.get(f"{ADDRESS}{picked.pk}/")
    assert (len(people(answer)), answer.context["count"]) == (25, 60)
    assert len(people(settings_desk.get(f"{ADDRESS}{picked.pk}/?page=3"))) == 10
    for odd in ("0", "-1", "x", "²", "9" * 30, "999"):
        assert settings_desk.get(f"{ADDRESS}{picked.pk}/", {"page": odd}).status_code == 200
    monkeypatch.setattr("loket.desk.settings.segments.MOST_COUNTED", 9)
    assert settings_desk.get(f"{ADDRESS}{picked.pk}/").context["count"] == "9+"


@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_takes_the_same_queries_whatever_its_rows(settings_desk, picked, acme, rows, django_assert_num_queries):
    for number in range(rows):
        contact = Contact.objects.create(first_name=f"N{number}", primary_company=acme)
        picked.add(contact, by=None)
    settings_desk.get(f"{ADDRESS}{picked.pk}/?q=n")
    with django_assert_num_queries(QUERIES):
        settings_desk.get(f"{ADDRESS}{picked.pk}/?q=n")


def test_one_in_use_is_not_deleted_and_a_free_one_is(settings_desk, picked, active, portal, monkeypatch):
    used = lambda segment: [uses.Use("portal", portal.pk, portal.name, "it admits them")] * (segment == picked)  # noqa: E731
    monkeypatch.setitem(uses._finders, "segment", [used])
    for segment, status in ((picked, 422), (active, 302)):
        assert settings_desk.post(f"{ADDRESS}{segment.pk}/deletion/").status_code == status
    assert list(Segment.objects.all()) == [picked]


def test_a_broken_one_holds_nobody_and_says_why(settings_desk, active, alice):
    condition = {"propertyName": "gone", "operator": "EQ", "value": "x"}
    Segment.objects.update(rule={"filterGroups": [{"filters": [condition]}]})
    page = settings_desk.get(f"{ADDRESS}{active.pk}/").content.decode()
    assert "There is no property “gone” to filter by." in page
    for address in (ADDRESS, "/desk/settings/properties/"):
        page = settings_desk.get(address).content.decode()
        assert f'href="{ADDRESS}{active.pk}/">Nobody is in the segment “Alices”: There is no property “gone”' in page
