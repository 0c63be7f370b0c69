"""The tab *General*: name, address, inbox (P1, P2, P5), and the switch (P6)."""

import pytest
from django.core.exceptions import ValidationError

from loket.conversations.models import Inbox, RoutingPolicy
from loket.history.models import Event
from loket.portals.models import Domain, Portal


def test_dora_without_the_right_is_refused_and_with_it_let_in(at_desk, dora, portal):
    browser = at_desk(dora)
    address = f"/desk/settings/customer-portal/{portal.pk}/general/"
    assert browser.get(address).status_code == 403
    assert "/desk/settings/" not in browser.get("/desk/views/mine/").content.decode()
    dora.may_set = True
    dora.save()
    assert browser.get(address).status_code == 200


def test_all_is_saved_as_a_whole_and_told_in_history(tab, portal, erin):
    second = Inbox.objects.create(name="Second line")
    assert tab.save("general", name="Globex Care", slug="care", inbox=second.pk).status_code == 302
    portal.refresh_from_db()
    assert (portal.name, portal.slug, RoutingPolicy.of(portal).inbox) == ("Globex Care", "care", second)
    told = Event.objects.about(portal).get(verb="settings_changed", details__has_key="name")
    assert told.details == {"name": ["Acme Support", "Globex Care"], "slug": ["support", "care"]}
    assert told.actor_name == erin.name
    page = tab.get("general").content.decode()
    assert "Name: Acme Support → Globex Care" in page
    assert "Inbox: Help desk → Second line" in page


@pytest.mark.parametrize(
    ("slug", "words"),
    [("desk", "“desk” is reserved"), ("Upper", "lower-case"), ("care", "“care” is the address of the portal “Other”")],
)
def test_a_wrong_address_is_told_beside_it_and_nothing_is_saved(tab, portal, slug, words):
    Portal.objects.create(name="Other", domain=portal.domain, slug="care")
    answer = tab.save("general", name="Typed", slug=slug)
    assert answer.status_code == 422
    assert words in answer.context["form"].errors["slug"][0]
    assert 'value="Typed"' in answer.content.decode()
    assert Portal.objects.get(pk=portal.pk).name == "Acme Support"


def test_the_second_administrator_is_told_what_the_first_changed(tab, portal, erin):
    typed = tab.shown("general") | {"name": "Second"}
    portal.set({"name": "First"}, by=erin)
    answer = tab.send("general", typed)
    assert answer.status_code == 422
    assert "changed this to “First” meanwhile" in answer.context["form"].errors["name"][0]
    again = typed | {"stamp": answer.context["form"]["stamp"].value()}
    assert tab.send("general", again).status_code == 302
    assert Portal.objects.get(pk=portal.pk).name == "Second"


def test_the_name_is_the_title_that_customers_see(tab, portal, entered, alice):
    browser = entered(alice)
    tab.save("general", name="Globex Care")
    assert "Globex Care</title>" in browser.get("/support/").content.decode()


def test_the_old_address_leads_to_the_new_one_until_another_portal_takes_it(tab, portal, entered, alice, client):
    tab.save("general", slug="care")
    answer = client.get("/support/tickets/1/?a=b")
    assert (answer.status_code, answer["Location"]) == (301, "http://testserver/care/tickets/1/?a=b")
    other = Portal()
    other.set({"name": "Other", "domain": portal.domain, "slug": "support"}, by=None)
    assert client.get("/support/").status_code == 404  # the other portal, which is off


def test_a_portal_that_is_on_keeps_its_inbox(tab, portal):
    assert tab.save("general", inbox="").status_code == 422
    portal.turn_off(by=None)
    assert tab.save("general", inbox="").status_code == 302
    assert not RoutingPolicy.objects.exists()


def test_turning_on_says_what_is_missing(tab, portal, alice, settings_desk, entered):
    portal.turn_off(by=None)
    RoutingPolicy.objects.all().delete()
    page = settings_desk.post(tab.address("opening"), follow=True).content.decode()
    assert f'<a href="{tab.address("general")}">Choose an inbox.</a>' in page
    assert "nobody may enter yet" in page
    assert not Portal.objects.get().is_on


def test_off_means_not_available_and_on_again_nothing_is_lost(tab, portal, alice, settings_desk, entered, ticket):
    browser = entered(alice)
    settings_desk.post(tab.address("closing"))
    answer = browser.get("/support/")
    assert answer.status_code == 404
    assert "not available" in answer.content.decode()
    settings_desk.post(tab.address("opening"))
    assert ticket.subject in entered(alice).get("/support/").content.decode()


def test_a_domain_in_use_is_not_removed(settings_desk, portal):
    domain = Domain.objects.get()
    page = settings_desk.post(f"/desk/settings/domains/{domain.pk}/deletion/")
    assert page.status_code == 422
    assert f"/desk/settings/customer-portal/{portal.pk}/general/" in page.content.decode()
    assert Domain.objects.exists()


def test_a_change_of_the_domains_language_changes_the_portal(settings_desk, portal, client):
    address = f"/desk/settings/domains/{portal.domain_id}/"
    form = settings_desk.get(address).context["form"]
    values = {"host": "testserver", "language": "nl", "stamp": form["stamp"].value()}
    assert settings_desk.post(address, values).status_code == 302
    assert client.get("/support/sign-in/").headers["Content-Language"] == "nl"


def test_a_copy_has_all_settings_and_is_off(settings_desk, portal, form):
    address = f"/desk/settings/portals/{portal.pk}/copy/"
    answer = settings_desk.post(address, {"name": "Copy", "domain": portal.domain_id, "slug": "copy"})
    copy = Portal.objects.get(slug="copy")
    assert answer["Location"].endswith(f"/{copy.pk}/general/")
    assert not copy.is_on
    assert RoutingPolicy.of(copy).inbox == RoutingPolicy.of(portal).inbox
    assert list(copy.forms.all()) == [form]


def test_further_languages_are_allowed_and_told_in_history(tab, portal):
    assert tab.save("general", further_languages=["nl"]).status_code == 302
    portal.refresh_from_db()
    assert portal.languages == ["en", "nl"]
    page = tab.get("general").content.decode()
    assert "Further languages: – → Nederlands" in page
    assert 'value="nl"' in page
    assert 'value="en"' not in page, "the primary language is none of them"
    tab.save("general", further_languages=None)
    portal.refresh_from_db()
    assert portal.languages == ["en"]


def test_a_language_that_loket_does_not_speak_is_refused(tab, portal):
    answer = tab.save("general", further_languages=["tlh"])
    assert answer.status_code == 422
    assert answer.context["form"].errors["further_languages"]
    with pytest.raises(ValidationError):
        portal.set({"further_languages": ["tlh"]}, by=None)


def test_two_administrators_of_languages(tab, portal, erin):
    typed = tab.shown("general") | {"name": "Second"}
    portal.set({"further_languages": ["nl"]}, by=erin)
    answer = tab.send("general", typed)
    assert "changed this to “Nederlands” meanwhile" in answer.context["form"].errors["further_languages"][0]


def test_a_copy_speaks_the_same_languages(portal, erin):
    portal.set({"further_languages": ["nl"]}, by=erin)
    copy = Portal()
    portal.copy_to(copy, {"name": "Copy", "domain": portal.domain, "slug": "copy"}, by=erin)
    assert copy.languages == ["en", "nl"]
