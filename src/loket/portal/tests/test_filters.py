"""C2: filters by each column's kind of value."""

import re

import pytest
from django.utils import timezone

from loket.properties.models import Definition
from loket.tickets.models import ListPolicy, Pipeline, Ticket, WordingPolicy


@pytest.fixture
def shelf(portal, file_ticket, alice, bob, dora):
    """Three tickets that differ in everything, and a list that shows it."""
    options = [{"value": "a", "label": "Alpha"}, {"value": "b", "label": "Beta"}]
    for name, kind in (("seats", "number"), ("due", "date"), ("vip", "bool"), ("tags", "multichoice")):
        listed = options if kind == "multichoice" else []
        Definition.objects.create(kind="ticket", name=name, label=name, type=kind, options=listed)
    for number, who in enumerate((alice, bob, alice), start=1):
        ticket = file_ticket(who, f"Subject {number}")
        values = {"seats": number * 10, "due": f"2026-12-0{number}", "vip": "true" if number == 2 else "false"}
        ticket.change(values | {"tags": "a;b" if number == 1 else "b"}, by=dora)
        moment = timezone.make_aware(timezone.datetime(2026, 11, number, 23, 59))
        Ticket.objects.filter(pk=ticket.pk).update(created_at=moment)
    Ticket.objects.get(subject="Subject 3").assign(dora, by=dora)
    names = ["subject", "requested_by", "createdate", "hubspot_owner_id", "seats", "due", "vip", "tags"]
    ListPolicy.objects.create(portal=portal, columns=[{"name": name} for name in names])


@pytest.mark.parametrize("query, found", [
    ({"subject.has": "JECT 2"}, "2"),
    ({"requested_by.has": "bob"}, "2"),
    ({"createdate.from": "2026-11-02"}, "23"),
    ({"createdate.to": "2026-11-02"}, "12"),
    ({"createdate.from": "2026-11-02", "createdate.to": "2026-11-02"}, "2"),
    ({"hubspot_owner_id.is": "Dora"}, "3"),
    ({"seats.min": "20"}, "23"),
    ({"seats.min": "11", "seats.max": "20"}, "2"),
    ({"due.from": "2026-12-02", "due.to": "2026-12-09"}, "23"),
    ({"vip.is": "true"}, "2"),
    ({"tags.is": "a"}, "1"),
    ({"tags.is": "b", "seats.max": "20"}, "12"),
    ({"seats.min": "many"}, "123"), ({"vip.is": "perhaps"}, "123"), ({"createdate.to": "9999-12-31"}, "123"),
    ({"hs_ticket_priority.is": "HIGH"}, "123"), ({"owner__email.has": "x"}, "123"), ({"subject": "2"}, "123"),
])  # fmt: skip
def test_each_kind_of_filter(entered, shelf, alice, query, found):
    page = entered(alice).get("/support/", query).content.decode()
    assert "".join(number for number in "123" if f">Subject {number}</a>" in page) == found


@pytest.mark.parametrize("query, error", [
    ({"createdate.from": "<next week>"}, "“&lt;next week&gt;” is not a date"),
    ({"seats.max": "many"}, "“many” is not a number."),
    ({"vip.is": "perhaps"}, "“perhaps” is no option"),
    ({"createdate.to": "9999-12-31"}, "Choose an earlier date."),
])  # fmt: skip
def test_what_makes_no_sense_is_said_and_stays(entered, shelf, alice, query, error):
    from html import escape

    page = entered(alice).get("/support/", query).content.decode()
    assert error in page
    assert 'aria-invalid="true"' in page
    if "vip.is" not in query:
        assert f'value="{escape(*query.values())}"' in page


@pytest.mark.parametrize("typed", ["9" * 20, "9" * 200, "1e99", "1e999999", "-1e-999999", "nan", "sNaN", "-inf", "²"])
@pytest.mark.parametrize("name", ["seats.min", "due.from", "createdate.to"])
def test_huge_and_odd_values_are_refused_and_no_fault(entered, shelf, alice, name, typed):
    answer = entered(alice).get("/support/", {name: typed})
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.content.decode()


def options_in(page):
    return set(re.findall(r'<option value="([^"]+)"', page))


def test_filters_offer_only_what_tickets_in_sight_have(
    entered, portal, file_ticket, alice, bob, charlie, dora, erin, pipeline
):
    """Trap: the names of agents and statuses that a customer never met stand in the filter's menu."""
    options = [{"value": each, "label": each} for each in ("gold", "silver", "blacklisted")]
    for name, kind in (("tier", "choice"), ("marks", "multichoice")):
        Definition.objects.create(kind="ticket", name=name, label=name, type=kind, options=options)
    WordingPolicy.of(portal).set({"shows_status_labels": True}, by=None)
    legal = Pipeline.objects.create(name="Legal").statuses.create(label="Sue them", is_closed=False)
    names = ["subject", "hubspot_owner_id", "hs_pipeline_stage", "hs_pipeline", "tier", "marks"]
    ListPolicy.objects.create(portal=portal, columns=[{"name": name} for name in names])
    mine, other = file_ticket(alice, "Mine"), file_ticket(charlie, "Other")
    mine.assign(dora, by=dora)
    mine.change({"tier": "gold", "marks": "gold"}, by=dora)
    file_ticket(bob, "A colleague’s").change({"tier": "silver"}, by=dora)
    other.assign(erin, by=erin)
    other.move_to(legal, by=erin)
    other.change({"tier": "blacklisted", "marks": "gold;blacklisted"}, by=erin)
    alices, charlies = entered(alice), entered(charlie)
    for query in ("", "?status=closed", "?view=own", "?q=nothing", "?tier.is=gold"):
        page = alices.get(f"/support/{query}").content.decode()
        assert options_in(page) == {"Dora", "New", str(pipeline.pk), "gold", "silver"}, query
    seen = options_in(charlies.get("/support/").content.decode())
    assert seen == {"Erin", "Sue them", str(legal.pipeline_id), "blacklisted", "gold"}, "it was there to leak"
    for name, hidden in (("hubspot_owner_id", "Erin"), ("hs_pipeline_stage", "Sue them"), ("tier", "blacklisted")):
        pages = [alices.get("/support/", {f"{name}.is": value}).content.decode() for value in (hidden, "No such thing")]
        assert f"“{hidden}” is no option" in pages[0]
        chips = [page.split('class="chips"')[1].split("</form>")[0] for page in pages]
        assert chips[0].replace(hidden, "No such thing") == chips[1]
        assert ">Mine</a>" in pages[0]


def test_filters_live_in_every_link(entered, shelf, alice):
    page = entered(alice).get("/support/?seats.min=20&view=own&sort=-seats").content.decode()
    assert 'href="?view=own&amp;status=closed&amp;sort=-seats&amp;seats.min=20"' in page
    assert 'href="/support/tickets.csv?view=own&amp;sort=-seats&amp;seats.min=20"' in page
    assert '<input type="hidden" name="sort" value="-seats">' in page
    assert '<span class="tally">1</span>' in page


def test_a_property_named_like_a_parameter_of_the_list_is_no_trouble(entered, portal, file_ticket, alice, dora):
    Definition.objects.create(kind="ticket", name="status", label="Own status", type="string")
    file_ticket(alice, "One").change({"status": "odd"}, by=dora)
    file_ticket(alice, "Two")
    ListPolicy.objects.create(portal=portal, columns=[{"name": "subject"}, {"name": "status"}])
    page = entered(alice).get("/support/?status=open&status.has=odd&sort=status").content.decode()
    assert ">One</a>" in page
    assert ">Two</a>" not in page
