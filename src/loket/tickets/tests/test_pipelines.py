"""D5: pipelines and statuses are arranged; their tickets follow, and nobody is told."""

import pytest
from django.core.exceptions import ValidationError

from loket.history.models import Event
from loket.mail.models import Letter
from loket.records.uses import InUse, uses_of
from loket.tickets import settling
from loket.tickets.models import Pipeline, SightPolicy, Status, Ticket
from loket.tickets.pipelines import Settling, settle_due


def row(status, **changes):
    values = {"id": status.pk, "label": status.label, "is_closed": status.is_closed, "customer_label": {}}
    return values | changes


def state(ticket):
    """(status, whether it is closed, what its associations say of that, whether their sort keys are the ticket's)."""
    ticket = Ticket.objects.get(pk=ticket.pk)
    rows = [each for table in Ticket.associations() for each in table.objects.filter(ticket=ticket)]
    assert len(rows) == 2
    assert {each.last_activity_at for each in rows} == {ticket.last_activity_at}
    return ticket.status.label, ticket.is_closed, {not each.is_open for each in rows}


def test_tickets_of_a_removed_status_stand_where_erin_says(pipeline, file_ticket, alice, erin, monkeypatch):
    monkeypatch.setattr(settling, "CHUNK", 2)
    new, _waiting, closed = pipeline.statuses.all()
    tickets = [file_ticket(alice, subject) for subject in ("one", "two", "three", "four", "five")]
    other = Pipeline.objects.create(name="Other").statuses.create(label="Done", is_closed=True)
    letters, before = Letter.objects.count(), tickets[0].last_activity_at
    new.remove(to=other, by=erin)
    for ticket in tickets:
        assert state(ticket) == ("Done", True, {True})
        told = Event.objects.about(ticket).last()
        assert (told.verb, told.actor_name, told.subject_name) == ("closed", "Erin", ticket.subject)
        assert told.details == {"hs_pipeline_stage": ["New", "Done"]}
    ticket = Ticket.objects.get(pk=tickets[0].pk)
    assert ticket.closed_at > before
    assert ticket.last_activity_at == before, "arranging is no activity that customers see"
    assert Letter.objects.count() == letters
    told = Event.objects.about(pipeline).last()
    assert (told.verb, told.details) == ("status_removed", {"of": "New", "tickets": 5, "to": "Done (Other)"})


def test_between_two_closed_statuses_the_close_date_stays(pipeline, ticket, erin):
    closed = pipeline.statuses.get(label="Closed")
    ticket.close(by=erin, status=closed)
    done = pipeline.statuses.create(label="Done", is_closed=True, position=9)
    closed.remove(to=done, by=erin)
    assert Ticket.objects.get().closed_at == ticket.closed_at
    assert Event.objects.about(ticket).last().verb == "status_changed"


def test_a_status_that_is_closed_closes_its_tickets_and_opens_them_again(pipeline, ticket, erin):
    new, waiting, _closed = pipeline.statuses.all()
    new.set({"is_closed": True}, by=erin)
    assert state(ticket) == ("New", True, {True})
    assert Event.objects.about(ticket).last().verb == "closed"
    new.set({"is_closed": False}, by=erin)
    assert state(ticket) == ("New", False, {False})
    assert Event.objects.about(ticket).last().verb == "reopened"


def test_tickets_elsewhere_stay_as_they_are(pipeline, file_ticket, alice, erin):
    waiting = pipeline.statuses.get(label="Waiting")
    file_ticket(alice, "here").move_to(waiting, by=erin)
    there = file_ticket(alice, "there")
    events = Event.objects.about(there).count()
    waiting.set({"is_closed": True}, by=erin)
    assert state(there) == ("New", False, {False})
    assert Event.objects.about(there).count() == events


def test_of_very_many_tickets_the_worker_lets_the_rest_follow_their_status(
    pipeline, file_ticket, alice, erin, monkeypatch
):
    monkeypatch.setattr(settling, "CHUNK", 2)
    waiting = pipeline.statuses.get(label="Waiting")
    for number in range(5):
        file_ticket(alice, f"{number}").move_to(waiting, by=erin)
    assert settle_due() == 0
    waiting.set({"is_closed": True}, by=erin)
    assert waiting.tickets.closed().count() == 2, "the rest would keep everybody waiting for a lock"
    assert [settle_due() for _ in range(3)] == [2, 1, 0]
    assert all(state(each) == ("Waiting", True, {True}) for each in waiting.tickets.all())
    assert Event.objects.filter(verb="closed", actor_name=str(erin)).count() == 5
    assert not Settling.objects.exists()


def test_a_status_that_is_turned_back_meanwhile_is_what_counts(pipeline, file_ticket, alice, erin, monkeypatch):
    monkeypatch.setattr(settling, "CHUNK", 1)
    waiting = pipeline.statuses.get(label="Waiting")
    for number in range(3):
        file_ticket(alice, f"{number}").move_to(waiting, by=erin)
    waiting.set({"is_closed": True}, by=erin)
    waiting.set({"is_closed": False}, by=erin)
    while settle_due():
        pass
    assert all(state(each) == ("Waiting", False, {False}) for each in waiting.tickets.all())


@pytest.mark.parametrize("rows", [1, 3])
def test_settling_takes_as_many_queries_for_three_tickets_as_for_one(
    pipeline, file_ticket, alice, erin, rows, django_assert_num_queries
):
    for number in range(rows):
        file_ticket(alice, f"{number}")
    new, waiting, _closed = pipeline.statuses.all()
    with django_assert_num_queries(9):
        new.tickets.settle_in(waiting, by=erin, was="New")


def test_tickets_need_a_place_to_go(pipeline, ticket, erin):
    new = ticket.status
    with pytest.raises(ValidationError, match="Choose the status"):
        new.remove(by=erin)
    with pytest.raises(ValidationError, match="Choose the status"):
        new.remove(to=new, by=erin)


def test_the_last_open_status_is_neither_removed_nor_closed(pipeline, erin):
    new, waiting, closed = pipeline.statuses.all()
    waiting.remove(by=erin)
    with pytest.raises(ValidationError, match="last open status"):
        new.remove(by=erin)
    with pytest.raises(ValidationError, match="needs an open status"):
        pipeline.arrange("Support", [row(new, is_closed=True), row(closed)], by=erin)
    closed.remove(by=erin)
    assert [each.label for each in pipeline.statuses.all()] == ["New"], "closed ones may be lacking"


def test_a_status_that_a_form_files_into_is_neither_removed_nor_closed(pipeline, form, erin):
    new = form.status
    for deed in (lambda: new.remove(by=erin), lambda: new.set({"is_closed": True}, by=erin)):
        with pytest.raises(InUse) as refused:
            deed()
        assert [use.kind for use in refused.value.uses] == ["form"]


def test_a_status_in_a_portals_filter_is_not_removed(pipeline, portal, erin):
    waiting = pipeline.statuses.get(label="Waiting")
    only = {"propertyName": "hs_pipeline_stage", "operator": "IN", "values": [str(waiting.pk)]}
    SightPolicy.of(portal).set({"visibility_filter": {"filterGroups": [{"filters": [only]}]}}, by=None)
    assert [use.name for use in uses_of(waiting)] == ["Acme Support"]
    assert [use.what for use in uses_of(pipeline)][1:] == [f"its status “Waiting”: {uses_of(waiting)[0].what}"]


def test_a_pipeline_with_tickets_or_the_only_one_is_not_removed(pipeline, ticket, erin):
    assert [(use.kind, use.pk) for use in uses_of(pipeline)] == [("", ""), ("", ""), ("ticket", ticket.pk)]
    other = Pipeline()
    other.arrange("Other", [{"id": None, "label": "New", "is_closed": False, "customer_label": {}}], by=erin)
    with pytest.raises(InUse):
        pipeline.remove(by=erin)
    other.remove(by=erin)
    assert list(Pipeline.objects.all()) == [pipeline]


def test_statuses_are_added_renamed_and_put_in_order_whole(pipeline, erin):
    new, waiting, closed = pipeline.statuses.all()
    added = {"id": None, "label": "Solved", "is_closed": True, "customer_label": {"en": "Done", "nl": ""}}
    pipeline.arrange("Help", [row(waiting, label="New"), row(new, label="Waiting"), added], by=erin)
    assert [(each.label, each.is_closed) for each in pipeline.statuses.all()] == [
        ("New", False), ("Waiting", False), ("Solved", True), ("Closed", True),
    ]  # fmt: skip
    assert pipeline.statuses.get(label="New").pk == waiting.pk
    assert pipeline.statuses.get(label="Solved").customer_label == {"en": "Done"}
    verbs = [(event.verb, event.details.get("of")) for event in Event.objects.about(pipeline)]
    assert ("status_added", "Solved") in verbs
    assert ("settings_changed", "Waiting") in verbs


@pytest.mark.parametrize("label", ["New", "nEW"])
def test_two_statuses_of_one_name_are_refused(pipeline, erin, label):
    new, waiting, closed = pipeline.statuses.all()
    with pytest.raises(ValidationError, match="same name"):
        pipeline.arrange("Support", [row(new), row(waiting, label=label), row(closed)], by=erin)


def test_pipelines_change_places(pipeline, erin):
    second = Pipeline()
    second.set({"name": "Second"}, by=erin)
    assert list(Pipeline.objects.all()) == [pipeline, second]
    second.move(-1, by=erin)
    second.move(-1, by=erin)
    assert list(Pipeline.objects.all()) == [second, pipeline]
    assert Event.objects.about(second).last().details == {"position": [2, 1]}
    with pytest.raises(ValidationError, match="already"):
        Pipeline().set({"name": "SECOND"}, by=erin)


def test_a_ticket_moves_into_a_status_as_it_is_now(pipeline, ticket, erin):
    waiting = pipeline.statuses.get(label="Waiting")
    rows = [row(each, is_closed=each.label != "New") for each in pipeline.statuses.all()]
    pipeline.arrange(pipeline.name, rows, by=erin)
    assert not waiting.is_closed, "read before Erin closed it"
    ticket.move_to(waiting, by=None)
    assert state(ticket) == ("Waiting", True, {True})


def test_a_status_that_went_meanwhile_takes_no_ticket(pipeline, ticket, erin):
    _new, waiting, closed = pipeline.statuses.all()
    Pipeline.objects.get().statuses.get(label="Waiting").remove(by=erin)
    with pytest.raises(ValidationError, match="“Waiting” was deleted meanwhile"):
        ticket.move_to(waiting, by=None)
    with pytest.raises(ValidationError, match="“Waiting” was deleted meanwhile"):
        closed.remove(to=waiting, by=erin)
    assert state(ticket) == ("New", False, {False})


def test_a_status_that_goes_while_nobody_chose_it_stands_in_no_ones_way(pipeline, ticket, erin):
    _new, waiting, closed = pipeline.statuses.all()
    done = Status.objects.create(pipeline=pipeline, label="Done", is_closed=True, position=9)
    for each in (waiting, done):
        Status.objects.get(pk=each.pk).remove(by=erin)
    ticket.follow(waiting, by=None)
    assert state(ticket) == ("New", False, {False})
    ticket.close(by=None, status=done)
    assert state(ticket) == ("Closed", True, {True})


@pytest.mark.django_db(transaction=True)
def test_a_status_that_goes_while_tickets_move_there_takes_none(pipeline, ticket, erin, monkeypatch):
    new, waiting, _closed = pipeline.statuses.all()
    Pipeline.objects.get().statuses.get(label="Waiting").remove(by=erin)
    monkeypatch.setattr("loket.tickets.pipelines.Status._refuse_removal", lambda status, to: None)
    with pytest.raises(ValidationError, match="“Waiting” was deleted meanwhile"):
        new.remove(to=waiting, by=erin)
    assert state(ticket) == ("New", False, {False})
