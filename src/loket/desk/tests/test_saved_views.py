"""Views that agents save: whose they are, what they hold, what they keep from being deleted (D1)."""

import pytest
from django.db import connection

from loket.desk import queues
from loket.people.models import User
from loket.properties.models import Definition
from loket.records.uses import uses_of
from loket.tickets.models import SavedView

NEW = "/desk/saved-views/new/"
LIST = 13
# PostgreSQL is told of the deadline, and of its end, in a transaction.
DEADLINE = 4 if connection.vendor == "postgresql" else 0


def rule(value, name="subject"):
    condition = {"propertyName": name, "operator": "CONTAINS_TOKEN", "value": value}
    return {"filterGroups": [{"filters": [condition]}]}


@pytest.fixture
def view(dora):
    return SavedView.objects.create(name="Fires", owner=dora, rule=rule("fire"))


@pytest.fixture
def erins(erin):
    return SavedView.objects.create(name="Erin’s", owner=erin, rule=rule("fire"))


def send(browser, address, **fields):
    """The form as it is shown, filled in: one condition over subjects."""
    condition = {
        "property": "Subject",
        "asked": "subject",
        "operator": "CONTAINS_TOKEN",
        "value": fields.pop("value", "fire"),
    }
    values = {"rule": "filter"} | {f"rule-0-0-{part}": each for part, each in condition.items()}
    stamp = browser.get(address).context["form"]["stamp"].value()
    return browser.post(address, {"stamp": stamp, **values, **fields})


def rail(browser):
    return {each["label"]: each["count"] for each in browser.get("/desk/views/all-open/").context["rail"].views}


def subjects(answer):
    return [row["subject"] for row in answer.context["pane"].rows]


def test_dora_saves_a_view_that_shows_and_counts_what_meets_it(desk, ticket, file_ticket, alice):
    file_ticket(alice, "Coffee machine")
    answer = send(desk, NEW, name="Fires")
    view = SavedView.objects.get()
    assert answer["Location"] == f"/desk/views/saved-{view.pk}/"
    page = desk.get(answer["Location"])
    assert subjects(page) == ["Printer on fire"]
    assert f"/desk/saved-views/{view.pk}/" in page.content.decode()
    assert rail(desk)["Fires"] == "1"
    assert desk.get(f"/desk/tickets/{ticket.pk}/?view=saved-{view.pk}").context["pane"].view.label == "Fires"


def test_an_own_view_is_nobody_elses_and_a_shared_one_everybodys(desk, ticket, erins):
    address = f"/desk/views/saved-{erins.pk}/"
    assert desk.get(address).status_code == 404
    assert "Erin’s" not in rail(desk)
    SavedView.objects.update(is_shared=True)
    assert subjects(desk.get(address)) == ["Printer on fire"]
    assert f"/desk/saved-views/{erins.pk}/" not in desk.get(address).content.decode()


@pytest.mark.parametrize("is_shared", [False, True])
def test_dora_neither_changes_nor_deletes_what_is_erins(desk, erins, is_shared):
    SavedView.objects.update(is_shared=is_shared)
    for address in (f"/desk/saved-views/{erins.pk}/", f"/desk/saved-views/{erins.pk}/deletion/"):
        assert desk.get(address).status_code == 404
        assert desk.post(address, {"name": "Mine"}).status_code == 404
    assert SavedView.objects.get().name == "Erin’s"


def test_an_administrator_may_change_every_view(at_desk, erin, view):
    assert send(at_desk(erin), f"/desk/saved-views/{view.pk}/", name="Blazes").status_code == 302
    view.refresh_from_db()
    assert view.name == "Blazes"
    assert view.owner.first_name == "Dora"


def test_whose_it_is_is_not_taken_from_the_form(desk, erin, dora):
    send(desk, NEW, name="Fires", owner=str(erin.pk))
    assert SavedView.objects.get().owner == dora


def test_while_its_filter_is_edited_nothing_is_saved(desk, view):
    answer = send(desk, f"/desk/saved-views/{view.pk}/", name="Typed", **{"rule-edit": "clone-0"})
    assert answer.status_code == 200
    assert 'value="Typed"' in answer.content.decode()
    assert SavedView.objects.get().name == "Fires"


def test_a_view_without_conditions_is_refused(desk, db):
    stamp = desk.get(NEW).context["form"]["stamp"].value()
    answer = desk.post(NEW, {"stamp": stamp, "name": "All", "rule": "filter"})
    assert answer.status_code == 422
    assert not SavedView.objects.exists()


def test_dora_deletes_her_view(desk, view, ticket):
    address = f"/desk/saved-views/{view.pk}/deletion/"
    assert SavedView.objects.filter(pk=view.pk).exists() and desk.get(address).status_code == 200
    assert desk.post(address)["Location"] == "/desk/"
    assert not SavedView.objects.exists()
    assert desk.get(f"/desk/views/saved-{view.pk}/").status_code == 404


def test_a_broken_view_shows_nothing_and_says_why(desk, ticket, view):
    SavedView.objects.update(rule=rule("x", name="gone"))
    page = desk.get(f"/desk/views/saved-{view.pk}/")
    assert subjects(page) == []
    assert "There is no property “gone”" in page.content.decode()
    assert 'Fires<span class="visually-hidden"> (broken)</span>' in page.content.decode()


def test_an_administrator_finds_the_broken_ones_of_others(at_desk, erin, view):
    SavedView.objects.update(rule=rule("x", name="gone"))
    page = at_desk(erin).get("/desk/settings/properties/").content.decode()
    assert f'href="/desk/saved-views/{view.pk}/">The view “Fires” shows no tickets: There is no property “gone”' in page


def test_a_count_that_takes_too_long_is_left_out(desk, ticket, view, monkeypatch):
    monkeypatch.setattr(queues, "COUNTING", 0)
    counts = rail(desk)
    assert counts["Fires"] == ""
    assert counts["All open"] == "1"


def test_a_property_an_option_and_a_status_are_used_by_the_views_that_name_them(view, pipeline):
    motto = Definition.objects.create(kind="ticket", name="motto", label="Motto", type="string")
    SavedView.objects.update(rule=rule("x", name="motto"))
    assert [(use.kind, use.pk) for use in uses_of(motto, "property")] == [("view", view.pk)]
    status = pipeline.first_open()
    condition = {"propertyName": "hs_pipeline_stage", "operator": "IN", "values": [str(status.pk)]}
    SavedView.objects.update(rule={"filterGroups": [{"filters": [condition]}]})
    assert [use.kind for use in uses_of(status)] == ["view"]
    assert not uses_of(pipeline.statuses.filter(is_closed=True).first())
    assert not uses_of(motto, "property")


def test_views_of_a_former_agent_stay_when_they_are_shared(desk, erins, ticket):
    SavedView.objects.update(is_shared=True)
    User.objects.filter(pk=erins.owner_id).delete()
    assert rail(desk)["Erin’s"] == "1"


@pytest.mark.parametrize("rows", [1, 3])
def test_each_view_takes_one_query_more_for_its_count(desk, dora, ticket, rows, django_assert_num_queries):
    for number in range(rows):
        SavedView.objects.create(name=f"View {number}", owner=dora, rule=rule("fire"))
    desk.get("/desk/views/closed/")
    with django_assert_num_queries(LIST + DEADLINE + rows):
        desk.get("/desk/views/closed/")
