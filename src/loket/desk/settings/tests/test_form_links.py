"""The tab *Form*: which forms a portal links, in which order, under which words (F1)."""

import pytest

from loket.forms.models import Form, FormLink
from loket.history.models import Event
from loket.records.uses import InUse

TAB = 10


@pytest.fixture
def second(inbox, pipeline):
    return Form.objects.create(name="Order form", inbox=inbox, status=pipeline.first_open())


def spelled(name):
    """``menu_text_en`` as the field is called in the page."""
    return name.replace("_en", "-en").replace("_nl", "-nl")


@pytest.fixture
def save(tab):
    """Send the tab as it is shown, changed: ``save(form, menu_text='…')``; ``move`` is the button that was pressed."""

    def save(form=None, move=None, shown=None, **changes):
        values = shown or tab.shown("form")
        values |= {f"form-{form.pk}-{spelled(name)}": value for name, value in changes.items()} if form else {}
        return tab.send("form", values | ({"move": move} if move else {}))

    return save


def menu(browser):
    return [link["text"] for link in browser.get("/support/").context["links"]]


def test_menu_text_and_heading_are_what_customers_read(save, form, entered, alice):
    assert save(form, menu_text_en="Ask us", heading_en="What can we do?").status_code == 302
    browser = entered(alice)
    assert menu(browser) == ["Ask us"]
    assert "<h1>What can we do?</h1>" in browser.get(f"/support/new/{form.pk}/").content.decode()


def test_each_language_has_its_own_words(save, form, portal, entered, alice):
    save(form, menu_text_en="Ask us", menu_text_nl="Vraag het ons")
    assert FormLink.objects.get().menu_text == {"en": "Ask us", "nl": "Vraag het ons"}
    portal.domain.set({"language": "nl"}, by=None)
    assert menu(entered(alice)) == ["Vraag het ons"]


def test_the_portals_own_language_comes_first(tab, form, portal):
    portal.domain.set({"language": "nl"}, by=None)
    page = tab.get("form").content.decode().partition('<form class="form"')[2]
    assert page.index('lang="nl"') < page.index('lang="en"')


def test_off_there_is_no_link_and_its_address_is_not_found(save, form, entered, alice):
    browser = entered(alice)
    assert browser.get(f"/support/new/{form.pk}/").status_code == 200
    save(form, menu_text_en="Ask us", is_on=None)
    assert menu(browser) == []
    assert f"/support/new/{form.pk}/" not in browser.get("/support/").content.decode()
    assert browser.get(f"/support/new/{form.pk}/").status_code == 404
    assert browser.post(f"/support/new/{form.pk}/", {"subject": "a", "content": "b"}).status_code == 404
    save(form, is_on="on")
    assert menu(browser) == ["Ask us"]


def test_several_forms_stand_in_the_menu_in_the_order_chosen(save, form, second, entered, alice):
    save(second, is_on="on", menu_text_en="Order")
    browser = entered(alice)
    assert menu(browser) == ["File a support ticket", "Order"]
    assert save(move=f"{second.pk}:up").status_code == 302
    assert menu(browser) == ["Order", "File a support ticket"]
    assert f'<a class="button primary" href="/support/new/{second.pk}/">' in browser.get("/support/").content.decode()
    save(move=f"{second.pk}:down")
    assert menu(browser) == ["File a support ticket", "Order"]


@pytest.mark.parametrize("move", ["", "1", "x:up", "1:sideways", "999:down"])
def test_an_odd_move_moves_nothing(save, form, second, move):
    save(second, is_on="on")
    before = list(FormLink.objects.values_list("form", flat=True))
    assert save(move=move).status_code == 302
    assert list(FormLink.objects.values_list("form", flat=True)) == before


def test_a_form_that_cannot_be_linked_is_listed_with_the_reason(tab, save, form, second, monkeypatch):
    reasons = {second.pk: "It asks for no property of a ticket."}
    monkeypatch.setattr(Form, "why_not_linkable", lambda self: reasons.get(self.pk, ""))
    page = tab.get("form").content.decode()
    assert "Order form" in page
    assert "It asks for no property of a ticket." in page
    answer = save(second, is_on="on")
    assert answer.status_code == 422
    assert not FormLink.objects.filter(form=second).exists()


def test_a_form_without_an_inbox_cannot_be_linked(form):
    assert form.why_not_linkable() == ""
    assert "in an inbox" in Form(name="Loose").why_not_linkable()


def test_what_is_wrong_is_told_and_what_was_typed_is_kept(save, form):
    answer = save(form, menu_text_en="x" * 61, heading_en="Typed")
    assert answer.status_code == 422
    assert answer.context["asked"][0].errors["menu_text"]
    assert 'value="Typed"' in answer.content.decode()
    assert FormLink.objects.get().heading == {}


def test_the_second_administrator_is_told_what_the_first_changed(tab, save, form, erin):
    shown = tab.shown("form")
    FormLink.objects.get().set({"menu_text": {"en": "First"}}, by=erin)
    answer = save(form, shown=shown, menu_text_en="Second")
    assert answer.status_code == 422
    assert "“First”" in answer.context["asked"][0].errors["menu_text"][0]


def test_a_change_is_told_with_the_forms_name(tab, save, form, portal, erin):
    save(form, menu_text_en="Ask us")
    assert Event.objects.about(portal).get(verb="form_link_changed").actor_name == erin.name
    assert "“Support form” – Menu text: – → Ask us" in tab.get("form").content.decode()


def test_a_form_nobody_touched_stays_unlinked(save, form, second):
    save(form, menu_text_en="Ask us")
    assert FormLink.objects.count() == 1


def test_a_form_that_a_portal_links_is_not_deleted(save, form, portal, erin):
    save(form, is_on=None)
    with pytest.raises(InUse, match="Acme Support"):
        form.remove(by=erin)
    portal.turn_off(by=None)
    FormLink.objects.all().delete()
    form.remove(by=erin)
    assert not Form.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_tab_takes_the_same_queries_whatever_its_forms(tab, form, inbox, rows, django_assert_num_queries):
    for number in range(rows - 1):
        made = Form.objects.create(name=f"Form {number}", inbox=inbox, status=form.status)
        FormLink.objects.create(portal=tab.portal, form=made)
    with django_assert_num_queries(TAB):
        tab.get("form")
