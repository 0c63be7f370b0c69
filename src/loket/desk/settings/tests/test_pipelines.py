"""The section *Pipelines* (D5), for administrators only."""

import pytest

from loket.history.models import Event
from loket.tickets.models import Pipeline, Ticket


@pytest.fixture
def shown(pipeline, page):
    return page(f"pipelines/{pipeline.pk}/")


def labels(pipeline):
    return [each.label for each in pipeline.statuses.all()]


@pytest.mark.parametrize(
    "address", ["pipelines/", "pipelines/new/", "pipelines/1/", "pipelines/1/deletion/", "statuses/1/deletion/"]
)
def test_dora_is_refused_even_with_the_right_to_set_portals(at_desk, dora, address):
    dora.may_set = True
    dora.save()
    browser = at_desk(dora)
    assert browser.get(f"/desk/settings/{address}").status_code == 403
    assert browser.post(f"/desk/settings/{address}").status_code in (403, 405)
    assert "/desk/settings/pipelines/" not in browser.get("/desk/settings/portals/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_one_and_three(page, pipeline, count, django_assert_num_queries):
    for number in range(count - 1):
        Pipeline.objects.create(name=f"{number}", position=number)
    page("pipelines/").get()
    with django_assert_num_queries(3):
        text = page("pipelines/").text()
    assert "3 statuses" in text


def test_erin_saves_name_statuses_and_customers_words_as_a_whole(shown, pipeline):
    sent = shown.shown() | {
        "name": "Care", "statuses-0-label": "Fresh", "statuses-1-text_nl": "Wacht op u",
        "statuses-3-id": "", "statuses-3-label": "Solved", "statuses-3-state": "closed",
    }  # fmt: skip
    assert shown.send(sent).status_code == 302
    pipeline.refresh_from_db()
    assert (pipeline.name, labels(pipeline)) == ("Care", ["Fresh", "Waiting", "Closed", "Solved"])
    assert pipeline.statuses.get(label="Waiting").customer_label == {"nl": "Wacht op u"}
    assert pipeline.statuses.get(label="Solved").is_closed
    text = shown.text()
    assert "Name: Support → Care" in text
    assert "“Fresh” – Label: New → Fresh" in text
    assert "“Waiting” – Customers read: – → Wacht op u" in text
    assert "Added the status “Solved”" in text


def test_moving_a_row_writes_nothing_until_it_is_saved(shown, pipeline):
    answer = shown.save(**{"statuses-edit": "up-1"}, name="Typed")
    assert answer.status_code == 200
    assert 'data-save-bar="changed"' in answer.content.decode()
    assert labels(pipeline) == ["New", "Waiting", "Closed"]
    assert shown.send(shown.shown(answer)).status_code == 302
    assert labels(pipeline) == ["Waiting", "New", "Closed"]
    assert Pipeline.objects.get().name == "Typed"
    assert "Order: New, Waiting, Closed → Waiting, New, Closed" in shown.text()


def test_a_row_is_added_moved_and_taken_out_again(shown, pipeline):
    added = shown.shown(shown.save(**{"statuses-edit": "add"}))
    moved = shown.shown(shown.send(added | {"statuses-3-label": "Solved", "statuses-edit": "up-3"}))
    assert (moved["statuses-2-label"], moved["statuses-3-label"]) == ("Solved", "Closed")
    removed = shown.shown(shown.send(moved | {"statuses-edit": "remove-2"}))
    assert [removed[f"statuses-{place}-label"] for place in range(3)] == labels(pipeline)


@pytest.mark.parametrize("press", ["up-0", "down-99", "remove-99", "up-", "up-99999999", "-", "", "fly-1", "up-²"])
def test_a_press_that_means_nothing_changes_nothing(shown, pipeline, press):
    answer = shown.save(**{"statuses-edit": press})
    assert answer.status_code == 200
    assert [shown.shown(answer)[f"statuses-{place}-label"] for place in range(3)] == labels(pipeline)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"statuses-0-label": ""}, "Look at the marked lines."),
        ({"statuses-0-label": "waiting"}, "Two statuses have the same name."),
        ({"statuses-0-state": "closed", "statuses-1-state": "closed"}, "A pipeline needs an open status"),
        ({"statuses-0-state": "ajar"}, "Look at the marked lines."),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_is_kept(shown, pipeline, changes, words):
    answer = shown.save(**changes, name="Typed")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert words in text
    assert 'value="Typed"' in text
    assert labels(pipeline) == ["New", "Waiting", "Closed"]


def test_the_second_administrator_is_told_and_the_first_ones_status_stays(shown, pipeline):
    typed = shown.shown() | {"statuses-0-label": "Fresh"}
    pipeline.statuses.create(label="Added", position=9)
    answer = shown.send(typed)
    assert answer.status_code == 422
    assert "New, Waiting, Closed, Added" in answer.content.decode()
    assert shown.send(shown.shown(answer)).status_code == 302
    assert labels(pipeline) == ["Fresh", "Waiting", "Closed", "Added"]


def test_a_status_of_another_pipeline_is_not_taken_over(shown, pipeline):
    other = Pipeline.objects.create(name="Other").statuses.create(label="Theirs")
    shown.save(**{"statuses-0-id": other.pk, "statuses-0-label": "Mine"})
    other.refresh_from_db()
    assert (other.label, other.pipeline.name) == ("Theirs", "Other")


def test_a_status_turned_to_closed_closes_its_tickets(shown, pipeline, ticket):
    assert shown.save(**{"statuses-0-state": "closed"}).status_code == 302
    assert Ticket.objects.get().is_closed
    assert "“New” – Closed: off → on" in shown.text()


def test_a_status_that_a_form_files_into_cannot_be_closed(shown, pipeline, form):
    answer = shown.save(**{"statuses-0-state": "closed"})
    assert answer.status_code == 422
    assert "tickets of the form “Support form” start in it" in answer.content.decode()


def test_a_new_pipeline_begins_with_two_statuses(page):
    assert page("pipelines/new/").save(name="Repairs").status_code == 302
    pipeline = Pipeline.objects.get(name="Repairs")
    assert [(each.label, each.is_closed) for each in pipeline.statuses.all()] == [("New", False), ("Closed", True)]
    assert Event.objects.about(pipeline).first().verb == "created"


def test_pipelines_move_up_and_down(page, pipeline, settings_desk):
    second = Pipeline.objects.create(name="Second", position=1)
    settings_desk.post(f"/desk/settings/pipelines/{second.pk}/position/", {"to": "up"})
    assert list(Pipeline.objects.all()) == [second, pipeline]
    settings_desk.post(f"/desk/settings/pipelines/{second.pk}/position/", {"to": "down"})
    assert list(Pipeline.objects.all()) == [pipeline, second]


def test_a_pipeline_with_tickets_names_them_as_links(page, pipeline, ticket):
    Pipeline.objects.create(name="Second", position=1)
    removal = page(f"pipelines/{pipeline.pk}/deletion/")
    answer = removal.send({})
    assert answer.status_code == 422
    assert f'href="/desk/tickets/{ticket.pk}/"' in answer.content.decode()
    ticket.delete()
    assert removal.send({}).status_code == 302
    assert [each.name for each in Pipeline.objects.all()] == ["Second"]


def test_removing_a_status_asks_where_its_tickets_go(page, pipeline, ticket):
    new, waiting, _closed = pipeline.statuses.all()
    removal = page(f"statuses/{new.pk}/deletion/")
    assert "1 ticket has this status." in removal.text()
    for to in ("", new.pk, "x", 99999):
        answer = removal.send({"to": to})
        assert answer.status_code == 422
        assert answer.context["form"].errors["to"]
    other = Pipeline.objects.create(name="Other").statuses.create(label="Elsewhere")
    assert removal.send({"to": other.pk}).status_code == 302
    assert Ticket.objects.get().status == other
    assert labels(pipeline) == ["Waiting", "Closed"]
    text = page(f"pipelines/{pipeline.pk}/").text()
    assert "Removed the status “New”" in text
    assert "1 ticket got the status “Elsewhere (Other)”" in text


def test_the_last_open_status_stays(page, pipeline):
    new, waiting, _closed = pipeline.statuses.all()
    assert page(f"statuses/{new.pk}/deletion/").send({}).status_code == 302
    answer = page(f"statuses/{waiting.pk}/deletion/").send({})
    assert answer.status_code == 422
    assert "last open status" in answer.content.decode()
    assert labels(pipeline) == ["Waiting", "Closed"]


def test_a_status_in_use_names_each_use(page, pipeline, form):
    text = page(f"statuses/{form.status_id}/deletion/").text()
    assert "Tickets of the form “Support form” start in it" in text
    assert "<form class=" not in text


def test_where_replies_move_a_ticket(page, pipeline, ticket, answer):
    waiting = pipeline.statuses.get(label="Waiting")
    page(f"pipelines/{pipeline.pk}/").save(after_agent=waiting.pk)
    answer(ticket)
    ticket.refresh_from_db()
    assert ticket.status == waiting
    assert (
        page(f"pipelines/{pipeline.pk}/")
        .save(after_agent=pipeline.statuses.filter(is_closed=True).first().pk)
        .status_code
        == 422
    )
