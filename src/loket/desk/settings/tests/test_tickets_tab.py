"""The tab *Tickets*: each setting is saved, told in history, and acts where customers are (T1–T11)."""

import csv
import io
import re

import pytest
from django.utils.html import strip_tags

from loket.conversations import delivery
from loket.history.models import Event
from loket.mail.models import Letter
from loket.properties.models import Definition
from loket.tickets.models import ClosingPolicy, ListPolicy, ReplyPolicy, SightPolicy, Ticket, WordingPolicy

ANSWERED = 302
TAB = 15


def condition(name, property_name, operator, value):
    """The fields of a filter of one condition."""
    base = f"{name}-0-0"
    return {
        name: "filter", f"{base}-property": property_name, f"{base}-asked": property_name,
        f"{base}-operator": operator, f"{base}-value": value,
    }  # fmt: skip


@pytest.fixture
def save_rules(tab):
    """Save rules of sight: read what they would change, then save."""

    def save(**rules):
        page = tab.save("tickets", **rules)
        if page.status_code == ANSWERED:
            return page
        assert page.context["change"], page.context["form"].errors
        return tab.send("tickets", tab.shown("tickets") | rules | {"previewed": page.context["form"].previewed})

    return save


def test_nothing_changed_saves_nothing(tab, portal):
    before = Event.objects.count()
    assert tab.save("tickets").status_code == ANSWERED
    assert not Event.objects.filter(verb="settings_changed", details__has_key="sharing").exists()
    assert Event.objects.count() <= before + 1  # choices that were preselected are chosen now


def test_t1_who_sees_what(save_rules, ticket, bob, entered):
    browser = entered(bob)
    assert ticket.subject in browser.get("/support/").content.decode()
    assert save_rules(sharing="own").status_code == ANSWERED
    page = browser.get("/support/").content.decode()
    assert ticket.subject not in page
    assert "Owned by me" not in page  # T2: no menu without the company's
    save_rules(sharing="filter", **condition("sharing_filter", "firstname", "EQ", "Bob"))
    assert "Owned by me" in browser.get("/support/").content.decode()


def test_t3_which_tickets_appear_at_all(save_rules, ticket, alice, entered, portal):
    browser = entered(alice)
    save_rules(**condition("visibility_filter", "subject", "NOT_CONTAINS_TOKEN", "printer"))
    assert browser.get(f"/support/tickets/{ticket.pk}/").status_code == 404
    words = Event.objects.about(portal).filter(details__has_key="visibility_filter").last()
    assert words.actor_name == "Erin"


def test_changed_rules_are_saved_only_after_the_page_said_what_they_change(tab, ticket, bob, entered, portal):
    entered(bob)
    page = tab.save("tickets", sharing="own")
    assert page.status_code == 200
    assert "would no longer see" in page.content.decode()
    assert "Bob Example" in page.content.decode()
    assert SightPolicy.of(portal).sharing == "company"
    other = tab.shown("tickets") | {"sharing": "filter", "previewed": page.context["form"].previewed}
    other |= condition("sharing_filter", "firstname", "EQ", "Nobody")
    assert tab.send("tickets", other).context["change"], "what was read counts for these rules only"


def test_a_filter_of_sharing_without_conditions_is_told_beside_it(tab, portal):
    page = tab.save("tickets", sharing="filter")
    assert page.status_code == 422
    assert "sharing_filter" in page.context["form"].errors


def test_t5_the_display_name_stands_everywhere(tab, ticket, form, alice, entered):
    tab.save("tickets", **{"singular-en": "Case", "plural-en": "Cases"})
    browser = entered(alice)
    page = browser.get("/support/").content.decode()
    assert "<h1>Cases</h1>" in page
    assert "Organization cases" in page
    assert "Search cases" in page
    assert "File a new case" in page
    assert "Owner of the case" in page
    assert "icket" not in strip_tags(page)
    assert "cases" in browser.get("/support/tickets.csv").headers["Content-Disposition"].lower()


def test_t5_forms_without_words_of_their_own_follow_the_display_name(tab, form, alice, entered):
    assert "File a support ticket" in entered(alice).get("/support/").content.decode()
    tab.save("tickets", **{"singular-en": "Order"})
    page = entered(alice).get(f"/support/new/{form.pk}/").content.decode()
    assert "<h1>File a new order</h1>" in page
    assert "File a support ticket" not in page
    assert 'placeholder="File a new order"' in tab.get("form").content.decode()


def test_t6_columns_with_headings_of_ones_own(tab, ticket, alice, entered):
    shown = tab.shown("tickets")
    shown |= {"columns-order": ["1", "0"], "columns-0-heading-en": "What"}
    assert tab.send("tickets", shown).status_code == ANSWERED
    text = b"".join(entered(alice).get("/support/tickets.csv").streaming_content).decode("utf-8-sig")
    assert next(csv.reader(io.StringIO(text))) == ["Requested by", "What"]


@pytest.mark.parametrize(
    ("button", "names"),
    [
        ("down-0", ["requested_by", "subject"]),
        ("up-1", ["requested_by", "subject"]),
        ("remove-0", ["requested_by", "createdate"]),
        ("add", ["subject", "requested_by"]),
    ],
)
def test_t6_buttons_edit_the_columns_and_save_nothing(tab, portal, button, names):
    page = tab.save("tickets", **{"columns-edit": button, "columns-new": "Priority", "name": "x"})
    columns = [each["name"] for each in page.context["form"]["columns"].columns]
    assert page.status_code == 200
    assert columns[:2] == names
    assert ("hs_ticket_priority" in columns) == (button == "add")
    assert not ListPolicy.objects.exists()


@pytest.mark.parametrize(("button", "focused"), [("down-1", "up-2"), ("up-1", "down-0"), ("down-0", "up-1")])
def test_t6_the_focus_stays_on_the_column_that_was_moved(tab, button, focused):
    page = tab.save("tickets", **{"columns-edit": button}).content.decode()
    assert re.findall(r'id="id_columns-([a-z]+-\d+)" autofocus', page) == [focused]


def test_t6_eleven_columns_are_refused_on_the_server(tab, portal):
    for at in range(8):
        Definition.objects.create(kind="ticket", name=f"own_{at}", label=f"Own {at}", type="string")
    shown = tab.shown("tickets") | {"columns-order": [str(at) for at in range(11)]}
    shown |= {f"columns-{at}-property": f"own_{at - 6}" for at in range(6, 11)}
    assert tab.send("tickets", shown).status_code == 422
    assert not ListPolicy.objects.exists()


@pytest.mark.parametrize("name", ["hs_lastmodifieddate", "owner__password", "nonsense", ""])
def test_t6_a_property_that_customers_may_not_see_is_no_column(tab, portal, name):
    assert tab.save("tickets", **{"columns-0-property": name}).status_code == 422
    assert not ListPolicy.objects.exists()


def test_t7_the_alias_stands_wherever_customers_meet_an_agent(tab, ticket, alice, entered, dora, answer, erin):
    ticket.assign(dora, by=erin)
    tab.save("tickets", owner_name="alias", **{"owner_alias-en": "The crew"})
    answer(Ticket.objects.get(), "We look into it.")
    browser = entered(alice)
    pages = [browser.get(path).content.decode() for path in ("/support/", f"/support/tickets/{ticket.pk}/")]
    csv_text = b"".join(browser.get("/support/tickets.csv").streaming_content).decode()
    letter = Letter.objects.get(to__contains=alice.email)
    for text in (*pages, csv_text, bytes(letter.content).decode() if hasattr(letter, "content") else str(vars(letter))):
        assert "The crew" in text
        assert "Deskworth" not in text
        assert dora.email not in text
    assert "hubspot_owner_id" not in pages[0].partition("<tbody>")[0].partition("chips")[2]


def test_t8_the_statuses_own_labels(tab, ticket, alice, entered, pipeline):
    waiting = pipeline.statuses.get(label="Waiting")
    waiting.customer_label = {"en": "Your turn"}
    waiting.save()
    ticket.move_to(waiting, by=None)
    browser = entered(alice)
    assert "Your turn" not in browser.get("/support/").content.decode()
    tab.save("tickets", shows_status_labels="on")
    page = browser.get("/support/").content.decode()
    assert "Your turn" in page
    assert "Waiting" not in page


def test_t10_and_t11_with_a_status_for_each_pipeline(tab, portal, ticket, alice, entered, pipeline, dora):
    waiting, closed = (pipeline.statuses.get(label=label) for label in ("Waiting", "Closed"))
    page = tab.get("tickets").content.decode()
    assert f'<option value="{closed.pk}" selected>' in page, "the only closed status is chosen already"
    chosen = {f"reopening_statuses-{pipeline.pk}": waiting.pk}
    tab.save("tickets", allows_closing="on", allows_replies_to_closed="on", **chosen)
    assert ClosingPolicy.of(portal).closing_statuses == {str(pipeline.pk): closed.pk}
    assert ReplyPolicy.of(portal).reopening_statuses == {str(pipeline.pk): waiting.pk}
    browser = entered(alice)
    browser.post(f"/support/tickets/{ticket.pk}/closure/")
    assert Ticket.objects.get().is_closed
    browser.post(f"/support/tickets/{ticket.pk}/replies/", {"text": "Not yet", "token": "t"})
    assert Ticket.objects.get().status == waiting


def test_t11_a_status_of_the_wrong_kind_is_refused(tab, portal, pipeline):
    new = pipeline.first_open()
    assert tab.save("tickets", **{f"closing_statuses-{pipeline.pk}": new.pk}).status_code == 422
    assert not ClosingPolicy.objects.exists()


def test_what_changed_meanwhile_is_told_and_nothing_typed_is_lost(tab, portal, erin):
    typed = tab.shown("tickets") | {"singular-en": "Case"}
    WordingPolicy.of(portal).set({"singular": {"en": "Order"}}, by=erin)
    page = tab.send("tickets", typed)
    assert page.status_code == 422
    assert "changed this to “Order” meanwhile" in page.context["form"].errors["singular"][0]
    assert 'value="Case"' in page.content.decode()


def test_a_broken_filter_is_shown_as_broken_and_shows_nothing(tab, settings_desk, portal, ticket, alice, entered):
    Definition.objects.create(kind="ticket", name="region", label="Region", type="string")
    rule = {"filterGroups": [{"filters": [{"propertyName": "region", "operator": "HAS_PROPERTY"}]}]}
    SightPolicy.of(portal).set({"visibility_filter": rule}, by=None)
    Definition.objects.all().delete()
    for name in ("general", "tickets", "form"):
        assert "shows no tickets at all: There is no property “region”" in tab.get(name).content.decode()
    assert (
        f'href="{tab.address("tickets")}">The portal' in settings_desk.get("/desk/settings/portals/").content.decode()
    )
    assert entered(alice).get(f"/support/tickets/{ticket.pk}/").status_code == 404


def test_history_says_the_changes_in_words(tab, portal):
    tab.save("tickets", owner_name="full", **{"singular-en": "Case"})
    page = tab.get("tickets").content.decode()
    assert "Owner’s name: First name → Full name" in page
    assert "Display name, one: – → Case" in page


@pytest.mark.parametrize("changes", [1, 3])
def test_the_page_takes_the_same_queries_whatever_was_changed(tab, portal, changes, django_assert_num_queries):
    for at in range(changes):
        columns = [{"name": name, "heading": {"en": str(at)}} for name in ("subject", "createdate")]
        ListPolicy.of(portal).set({"columns": columns}, by=None)
        rule = {"filterGroups": [{"filters": [{"propertyName": "subject", "operator": "EQ", "value": str(at)}]}]}
        SightPolicy.of(portal).set({"visibility_filter": rule}, by=None)
    with django_assert_num_queries(TAB):
        tab.get("tickets")


def test_comments_stay_inside_whatever_is_set(tab, ticket, alice, entered, dora):
    delivery.comment(ticket.threads.get(), "Secretplan", by=dora)
    tab.save("tickets", allows_closing="on", shows_status_labels="on", owner_name="full")
    browser = entered(alice)
    for path in ("/support/", f"/support/tickets/{ticket.pk}/", "/support/?q=secretplan"):
        assert "Secretplan" not in browser.get(path).content.decode().replace('value="secretplan"', "")
