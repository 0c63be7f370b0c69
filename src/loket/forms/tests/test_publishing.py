"""A form has a draft and what is published; only the latter meets people (D3, F1)."""

import pytest
from django.core.exceptions import ValidationError

from loket.forms.elements import Element
from loket.forms.models import Form, FormLink
from loket.history.models import Event
from loket.properties.models import Definition
from loket.records.uses import InUse, uses_of


def keys(elements):
    return [each.key for each in elements]


@pytest.fixture
def floor(db):
    options = [{"value": "1", "label": "First"}, {"value": "2", "label": "Second"}]
    return Definition.objects.create(kind="ticket", name="floor", label="Floor", type="choice", options=options)


def when(name, value):
    return {"filterGroups": [{"filters": [{"propertyName": name, "operator": "EQ", "value": value}]}]}


def test_a_new_form_is_the_support_form(form):
    asked = ["contact.firstname", "contact.lastname", "contact.email", "ticket.subject", "ticket.content", "files"]
    assert keys(form.elements) == asked


def test_the_draft_meets_people_once_it_is_published(form, erin):
    form.add(Element("ticket.hs_ticket_priority"))
    assert "ticket.hs_ticket_priority" not in keys(form.elements)
    assert form.is_changed
    form.publish(by=erin)
    form.refresh_from_db()
    assert keys(form.elements)[-1] == "ticket.hs_ticket_priority"
    assert (form.version, form.is_changed) == (2, False)
    form.publish(by=erin)
    assert Event.objects.about(form).filter(verb="published").count() == 1


def test_elements_are_moved_and_dropped(form):
    form.move("files", -1)
    assert keys(form.draft_elements)[-2:] == ["files", "ticket.content"]
    form.arrange(["ticket.content", "contact.email"])
    assert keys(form.draft_elements)[:3] == ["ticket.content", "contact.email", "contact.firstname"]
    form.drop("contact.email")
    assert "contact.email" not in keys(form.draft_elements)
    form.discard_draft()
    assert not form.is_changed


def test_one_property_stands_on_a_form_once(form):
    with pytest.raises(ValidationError, match="on the form already"):
        form.add(Element("ticket.subject"))


def test_what_depends_on_nothing_before_it_is_not_published(form, floor, erin):
    form.change(Element("files", when=when("floor", "1")))
    with pytest.raises(ValidationError, match="not asked before it"):
        form.publish(by=erin)
    form.add(Element("ticket.floor"))
    form.move("ticket.floor", -1)
    form.publish(by=erin)


def test_a_hidden_field_needs_a_default(form, floor, erin):
    form.add(Element("ticket.floor", is_hidden=True))
    with pytest.raises(ValidationError, match="needs a default"):
        form.publish(by=erin)
    form.change(Element("ticket.floor", is_hidden=True, default="7"))
    with pytest.raises(ValidationError, match="no option"):
        form.publish(by=erin)


def test_a_form_says_why_it_cannot_be_linked(inbox, pipeline, portal):
    form = Form(name="New", published=[], published_at=None, inbox=inbox, status=pipeline.first_open())
    assert "not published" in form.why_not_linkable()
    form.save()
    form.draft = [Element("contact.email").data()]
    form.publish(by=None)
    assert "no property of a ticket" in form.why_not_linkable()
    with pytest.raises(ValidationError):
        FormLink(portal=portal, form=form).set({"is_on": True}, by=None)


def test_a_linked_form_keeps_its_tickets(form, erin):
    with pytest.raises(ValidationError, match="Portals link it"):
        form.set({"makes_tickets": False}, by=erin)
    with pytest.raises(InUse, match="Acme Support"):
        form.withdraw(by=erin)
    for key in keys(form.draft_elements):
        if key.startswith("ticket."):
            form.drop(key)
    with pytest.raises(ValidationError, match="Portals link it"):
        form.publish(by=erin)


def test_tickets_need_an_inbox_and_an_open_status(form, pipeline):
    with pytest.raises(ValidationError, match="where its tickets arrive"):
        form.set({"inbox": None}, by=None)
    form.refresh_from_db()
    with pytest.raises(ValidationError, match="open status"):
        form.set({"status": pipeline.statuses.get(is_closed=True)}, by=None)


def test_a_property_or_option_on_a_form_names_it_as_use(form, floor):
    assert not uses_of(floor)
    form.add(Element("ticket.floor", options=("1",)))
    assert [use.what for use in uses_of(floor)] == ["the form “Support form” asks for it"]
    first, second = floor.own_options()
    assert uses_of(first, "option") and not uses_of(second, "option")
    form.change(Element("ticket.floor"))
    form.add(Element("text-1", when=when("floor", "2")))
    assert uses_of(second, "option")


def test_a_copy_begins_as_a_draft(form, erin):
    copy = form.copy("Another", by=erin)
    assert (copy.published_at, copy.inbox, keys(copy.draft_elements)) == (None, form.inbox, keys(form.elements))


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//evil.example", "/x", "ftp://a.example"])
def test_people_are_sent_on_only_to_web_pages(form, address):
    with pytest.raises(ValidationError):
        form.set({"redirect": address}, by=None)


@pytest.mark.parametrize("site", ["*", "a b", "https://a.example", "a.example;script-src *", "a.example/x", 3])
def test_only_hosts_may_hold_it_in_a_frame(form, site):
    with pytest.raises(ValidationError):
        form.set({"sites": [site]}, by=None)
