"""Status, closing, opening again, priority, properties."""

import pytest

from loket.history.models import Event
from loket.properties.models import Definition
from loket.tickets.models import Pipeline, Ticket


@pytest.fixture
def post(desk, ticket):
    return lambda noun, **values: desk.post(f"/desk/tickets/{ticket.pk}/{noun}/", values)


def current(ticket):
    ticket.refresh_from_db()
    return ticket.status.label


def test_a_ticket_moves_through_its_pipeline(post, ticket, pipeline):
    for status in pipeline.statuses.exclude(label="New"):
        assert post("status", status=status.pk).status_code == 302
        assert current(ticket) == status.label
        assert ticket.is_closed == status.is_closed


def test_a_status_of_another_pipeline_is_refused(post, ticket):
    other = Pipeline.objects.create(name="Sales").statuses.create(label="Won", is_closed=True)
    for status in (other.pk, "", "x", "9" * 30):
        answer = post("status", status=status)
        assert answer.status_code == 422
        assert answer.context["problem"]
    assert post("status").status_code == 422
    assert current(ticket) == "New"


def test_the_menu_offers_the_pipelines_own_statuses(desk, ticket):
    Pipeline.objects.create(name="Sales").statuses.create(label="Won", is_closed=True)
    page = desk.get(f"/desk/tickets/{ticket.pk}/")
    assert [str(each) for each in page.context["open_statuses"]] == ["New", "Waiting"]
    assert [str(each) for each in page.context["closed_statuses"]] == ["Closed"]


def test_a_ticket_is_closed_and_opened_again_once_each(post, ticket, dora):
    for _click in range(2):
        post("closure")
    assert current(ticket) == "Closed"
    for _click in range(2):
        post("reopening")
    assert current(ticket) == "New"
    verbs = Event.objects.filter(verb__in=["closed", "reopened"]).order_by("pk")
    assert [(each.verb, each.actor_name) for each in verbs] == [("closed", dora.name), ("reopened", dora.name)]


def test_without_a_closed_status_the_reason_is_said(post, ticket, pipeline):
    pipeline.statuses.filter(is_closed=True).delete()
    answer = post("closure")
    assert answer.status_code == 422
    assert "has no closed status" in answer.content.decode()
    assert current(ticket) == "New"


def test_a_priority_is_set_and_taken_away(post, ticket):
    post("priority", priority="HIGH")
    ticket.refresh_from_db()
    assert ticket.priority == "HIGH"
    post("priority", priority="")
    ticket.refresh_from_db()
    assert ticket.priority == ""


def test_an_unknown_priority_changes_nothing(post, ticket, dora):
    ticket.change({"hs_ticket_priority": "LOW"}, by=dora)
    for values in ({"priority": "PANIC"}, {"priority": "x" * 5_000}, {}):
        assert post("priority", **values).status_code == 422
    ticket.refresh_from_db()
    assert ticket.priority == "LOW"


@pytest.mark.parametrize("noun", ["status", "closure", "priority", "properties"])
def test_a_customer_changes_nothing_here(entered, alice, ticket, form, pipeline, noun):
    browser = entered(alice)
    browser.cookies["loket_desk"] = browser.cookies["loket_portal"].value
    closed = pipeline.statuses.filter(is_closed=True).first().pk
    values = {"status": closed, "priority": "HIGH", "property-subject": "Mine", "initial-property-subject": "x"}
    browser.post(f"/desk/tickets/{ticket.pk}/{noun}/", values)
    ticket.refresh_from_db()
    assert (ticket.status.label, ticket.priority, ticket.subject) == ("New", "", "Printer on fire")


@pytest.fixture
def machine(db):
    Definition.objects.create(kind="ticket", name="built", label="Built on", type="date")
    Definition.objects.create(kind="ticket", name="weight", label="Weight", type="number")
    options = [{"value": "a", "label": "Ay"}, {"value": "b", "label": "Bee"}]
    Definition.objects.create(kind="ticket", name="parts", label="Parts", type="multichoice", options=options)


def filled(desk, ticket):
    """What the browser would send of the untouched form."""
    form = desk.get(f"/desk/tickets/{ticket.pk}/properties/").context["form"]
    values = {}
    for field in form:
        value = field.value() if field.value() is not None else ""
        values[field.html_name] = values[field.html_initial_name] = value if isinstance(value, list) else str(value)
    return values


def test_properties_are_changed_by_the_catalogue(desk, post, ticket, machine):
    values = filled(desk, ticket) | {
        "property-subject": "Printer is out", "property-built": "2026-02-01", "property-weight": "12.50",
        "property-parts": ["a", "b"], "property-hs_ticket_category": "BILLING_ISSUE",
    }  # fmt: skip
    assert post("properties", **values).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.category) == ("Printer is out", "BILLING_ISSUE")
    assert ticket.custom == {"built": "2026-02-01", "weight": "12.5", "parts": "a;b"}
    assert filled(desk, ticket)["property-parts"] == ["a", "b"]


def test_only_named_properties_can_be_written(desk, post, ticket, dora):
    values = filled(desk, ticket) | {
        "property-hubspot_owner_id": dora.pk,
        "property-createdate": "2000-01-01",
        "owner": dora.pk,
    }
    post("properties", **values)
    ticket.refresh_from_db()
    assert ticket.owner is None
    assert not Event.objects.filter(verb="changed").exists()


def test_errors_stand_beside_their_fields_and_nothing_is_written(desk, post, ticket, machine):
    values = filled(desk, ticket) | {"property-subject": "", "property-weight": "1e99", "property-built": "soon"}
    answer = post("properties", **values)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"subject", "weight", "built"}
    assert 'value="soon"' in answer.content.decode()
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.custom) == ("Printer on fire", {})


def test_a_stale_form_overrides_nothing_that_it_did_not_change(desk, post, ticket, erin):
    values = filled(desk, ticket)
    Ticket.objects.get(pk=ticket.pk).change({"hs_ticket_priority": "HIGH"}, by=erin)
    assert post("properties", **values | {"property-subject": "Printer is out"}).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.priority) == ("Printer is out", "HIGH")


def test_of_two_who_change_one_property_the_second_is_told(desk, post, ticket, erin, machine):
    values = filled(desk, ticket) | {"property-subject": "Mine", "property-parts": ["b"]}
    Ticket.objects.get(pk=ticket.pk).change({"subject": "Erin’s", "parts": "a"}, by=erin)
    answer = post("properties", **values)
    assert answer.status_code == 422
    assert "changed this to “Erin’s”" in answer.content.decode()
    assert "changed this to “Ay”" in answer.content.decode()
    ticket.refresh_from_db()
    assert ticket.subject == "Erin’s"
    again = {"initial-property-subject": "Erin’s", "initial-property-parts": ["a"]}
    for name in again:
        assert f'name="{name}"' in answer.content.decode()
    assert post("properties", **values | again).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.custom) == ("Mine", {"parts": "b"})
