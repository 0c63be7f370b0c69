"""The builder: elements are added, worded, ordered and removed in a draft, which is looked at and then published (D3)."""

import pytest

from loket.forms.elements import Element
from loket.forms.models import Form
from loket.properties.models import Definition

BUILDER = 5


@pytest.fixture
def at(settings_desk, form):
    """Erin's browser on one form's pages: ``at.get("sending/")``, ``at.post("order/", …)``."""

    class At:
        def get(self, path=""):
            return settings_desk.get(f"/desk/settings/forms/{form.pk}/{path}")

        def post(self, path, **values):
            answer = settings_desk.post(f"/desk/settings/forms/{form.pk}/{path}", values)
            form.refresh_from_db()
            return answer

    return At()


@pytest.fixture
def floor(db):
    options = [{"value": "1", "label": "First floor"}, {"value": "2", "label": "Second floor"}]
    return Definition.objects.create(kind="ticket", name="floor", label="Floor", type="choice", options=options)


@pytest.fixture
def element(page, form):
    """The page of one element: ``element("ticket.subject").save(…)``."""
    return lambda key: page(f"forms/{form.pk}/elements/{key}/")


def keys(form):
    form.refresh_from_db()
    return [each.key for each in form.draft_elements]


@pytest.mark.parametrize("typed", ["Ticket: Floor", "floor", "FLOOR", "ticket.floor"])
def test_a_property_is_added_by_what_it_is_called(at, form, floor, typed):
    answer = at.post("elements/", property=typed)
    assert answer.headers["Location"].endswith("/elements/ticket.floor/")
    assert keys(form)[-1] == "ticket.floor"


def test_what_is_no_property_is_told_and_kept(at, form):
    answer = at.post("elements/", property="Fl<oor")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "There is no property “Fl&lt;oor” to add." in page
    assert 'value="Fl&lt;oor"' in page


def test_a_computed_property_cannot_be_added(at, form):
    for name in ("createdate", "hubspot_owner_id", "hs_pipeline_stage", "source_type"):
        assert at.post("elements/", property=name).status_code == 422


def test_text_and_files_are_added(at, form):
    at.post("elements/files/deletion/")
    at.post("elements/", add="files")
    at.post("elements/", add="text")
    assert keys(form)[-2] == "files"
    assert keys(form)[-1].startswith("text-")


def test_rows_are_moved_by_buttons_dragged_and_removed(at, form):
    at.post("elements/files/position/", to="up")
    assert keys(form)[-2:] == ["files", "ticket.content"]
    at.post("order/", order=["ticket.content", "files", "made.up"])
    assert keys(form)[:2] == ["ticket.content", "files"]
    at.post("elements/files/deletion/")
    assert "files" not in keys(form)


def test_what_an_element_says_is_written_into_the_draft(element, form, floor):
    form.add(Element("ticket.floor"))
    answer = element("ticket.floor").save(
        **{"label-en": "Which floor?", "help-en": "See the door.", "default": "second FLOOR", "options": ["1", "2"]},
        is_required="on",
        is_half="on",
    )
    assert answer.status_code == 302
    form.refresh_from_db()
    wanted = Element(
        "ticket.floor",
        label={"en": "Which floor?"},
        help={"en": "See the door."},
        default="2",
        is_required=True,
        is_half=True,
    )
    assert form.element("ticket.floor") == wanted


def test_an_element_without_the_change_stays_as_it_is(element, form, floor):
    when = {"filterGroups": [{"filters": [{"propertyName": "floor", "operator": "EQ", "value": "1"}]}]}
    form.add(Element("ticket.floor"))
    form.add(Element("contact.phone", label={"nl": "Telefoon"}, when=when))
    before = form.element("contact.phone")
    assert element("contact.phone").save().status_code == 302
    form.refresh_from_db()
    assert form.element("contact.phone") == before


@pytest.mark.parametrize(
    "changes, told",
    [
        ({"default": "Third floor"}, "is no option of"),
        ({"is_hidden": "on"}, "say what each submission gets"),
        ({"label-en": "x" * 201}, "At most 200 characters."),
        ({"options": ["9"]}, "is not one of the available choices"),
    ],
)
def test_what_is_wrong_with_an_element_is_told_beside_the_field(element, form, floor, changes, told):
    form.add(Element("ticket.floor"))
    answer = element("ticket.floor").save(**changes)
    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_when_it_shows_is_asked_by_the_filter_editor(element, form, floor):
    form.add(Element("ticket.floor"))
    page = element("files")
    added = page.save(**{"when-edit": "add"})
    assert added.status_code == 200
    values = page.shown(added) | {
        "when-0-0-property": "Floor", "when-0-0-operator": "EQ", "when-0-0-value": "1", "when-0-0-asked": "floor",
    }  # fmt: skip
    assert page.send(values).status_code == 302
    form.refresh_from_db()
    condition = {"propertyName": "floor", "operator": "EQ", "value": "1"}
    assert form.element("files").when == {"filterGroups": [{"filters": [condition]}]}


def test_the_second_administrator_is_told_what_the_first_changed(element, form):
    page = element("ticket.subject")
    shown = page.shown()
    form.change(form.element("ticket.subject").with_(label={"en": "First"}))
    answer = page.send(shown | {"label-en": "Second"})
    assert answer.status_code == 422
    assert "“First”" in answer.content.decode()


def test_the_draft_is_published_once_nothing_is_wrong(at, form, floor):
    form.add(Element("ticket.floor", is_hidden=True))
    assert "needs a default" in at.get().content.decode()
    refused = at.post("publication/")
    assert refused.status_code == 422
    assert form.version == 1
    at.post("elements/ticket.floor/deletion/")
    form.add(Element("ticket.floor"))
    assert at.post("publication/").status_code == 302
    assert (form.version, form.is_changed) == (2, False)


def test_a_draft_is_discarded(at, form):
    form.drop("files")
    at.post("discarding/")
    assert "files" in keys(form)


def test_a_form_is_withdrawn_unless_a_portal_links_it(at, form):
    assert "Acme Support" in at.post("withdrawal/").content.decode()
    form.formlink_set.all().delete()
    at.post("withdrawal/")
    assert form.published_at is None


def test_the_preview_shows_the_draft_in_a_frame_of_our_own(at, form, floor):
    form.add(Element("ticket.floor", label={"en": "Which floor?"}))
    form.add(Element("text-1", text={"en": "<script>alert(1)</script>"}))
    answer = at.get("preview/")
    page = answer.content.decode()
    assert "Which floor?" in page
    assert "<script>alert" not in page
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy and "script-src" not in policy
    assert "frame-ancestors 'none'" in at.get().headers["Content-Security-Policy"]
    assert 'sandbox="allow-same-origin allow-forms"' in at.get().content.decode()


def test_a_text_block_is_called_by_how_its_words_begin(at, form):
    form.add(Element("text-1", text={"en": "Do **look** up.\n\n" + "Word " * 30}))
    page = at.get().content.decode()
    assert "**look**" not in page and "Remove Do look up." in page


def test_the_preview_answers_to_answers(at, form, floor):
    when = {"filterGroups": [{"filters": [{"propertyName": "floor", "operator": "EQ", "value": "2"}]}]}
    form.add(Element("ticket.floor"))
    form.add(Element("contact.phone", label={"en": "Call where?"}, when=when))
    assert "Call where?" not in at.get("preview/").content.decode()
    assert "Call where?" in at.post("preview/", **{"ticket-floor": "2"}).content.decode()


def test_a_form_is_made_from_the_template_and_copied(settings_desk, form, inbox):
    settings_desk.post("/desk/settings/forms/new/", {"name": "Orders"})
    made = Form.objects.get(name="Orders")
    assert (made.published_at, made.inbox, made.makes_tickets) == (None, inbox, True)
    assert [each.key for each in made.draft_elements] == [each.key for each in form.elements]
    settings_desk.post(f"/desk/settings/forms/{made.pk}/copy/", {"name": "More orders"})
    assert Form.objects.get(name="More orders").draft == made.draft
    taken = settings_desk.post("/desk/settings/forms/new/", {"name": "Orders"})
    assert taken.status_code == 422 and 'value="Orders"' in taken.content.decode()


def test_a_linked_form_names_its_portals_instead_of_going(settings_desk, form):
    page = settings_desk.post(f"/desk/settings/forms/{form.pk}/deletion/").content.decode()
    assert "Acme Support" in page
    assert Form.objects.exists()


def test_only_administrators_build(at_desk, dora, form, client):
    browser = at_desk(dora)
    for path in ("", "sending/", "submissions/", "submissions.csv", "preview/", "elements/files/"):
        assert browser.get(f"/desk/settings/forms/{form.pk}/{path}").status_code == 403
        assert client.get(f"/desk/settings/forms/{form.pk}/{path}").status_code == 302
    assert browser.post(f"/desk/settings/forms/{form.pk}/elements/files/deletion/").status_code == 403


@pytest.mark.parametrize("key", ["ticket.gone", "..", "text-x' or 1", "x" * 300])
def test_an_element_that_is_not_there_is_not_found(at, key):
    assert at.get(f"elements/{key}/").status_code in (404, 301)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_builder_takes_the_same_queries_whatever_is_on_the_form(at, form, rows, django_assert_num_queries):
    for each in form.draft_elements[rows:]:
        form.drop(each.key)
    at.get()
    with django_assert_num_queries(BUILDER):
        at.get()


@pytest.mark.parametrize(("key", "to", "focused"), [("files", "up", "up"), ("contact.lastname", "up", "down")])
def test_the_focus_stays_on_the_row_that_was_moved(at, form, key, to, focused):
    moved = at.post(f"elements/{key}/position/", to=to)
    page = at.get(moved.headers["Location"].partition(f"/forms/{form.pk}/")[2]).content.decode()
    buttons = [each for each in page.split("<button") if "autofocus" in each]
    assert [f"elements/{key}/position/" in each and f'value="{focused}"' in each for each in buttons] == [True]


def test_files_are_limited_in_number_and_size_by_no_more_than_any_message_takes(element, form):
    page = element("files")
    assert page.save(most_files="2", largest_file="5").status_code == 302
    form.refresh_from_db()
    assert (form.element("files").max_count, form.element("files").max_bytes) == (2, 5_000_000)
    refused = page.save(most_files="11", largest_file="0")
    assert refused.status_code == 422
    assert 'value="11"' in refused.content.decode()
    assert page.save(most_files="", largest_file="").status_code == 302
    form.refresh_from_db()
    assert (form.element("files").max_count, form.element("files").max_bytes) == (10, 25_000_000)
