"""Journeys with languages: Erin allows one and types what is missing in it, Alice chooses it, a stranger without scripts too."""

import pytest

from loket.config.tests.test_journeys import assert_accessible, sign_in
from loket.portals.models import Domain

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def place(site, settings, portal, form):
    """The portal on the running site's own host."""
    Domain.objects.filter(pk=portal.domain_id).update(host=settings.SITE_URL.hostname)
    return f"/desk/settings/customer-portal/{portal.pk}"


def test_erin_allows_dutch_and_types_what_is_missing(page, place, portal, erin):
    sign_in(page, "/desk/", erin.email)
    page.goto(f"{place}/general/")
    page.get_by_label("Nederlands").last.check()
    page.get_by_role("button", name="Save changes").click()
    page.get_by_text("Saved.").wait_for()
    page.get_by_role("link", name="Languages", exact=True).click()
    assert_accessible(page)
    page.get_by_role("link", name="Name of the portal").click()
    field = page.locator("#id_customer_name-nl")
    assert field.is_visible(), "the link opened what was folded"
    field.fill("Acme Hulp")
    page.get_by_role("button", name="Save changes").click()
    page.get_by_text("Saved.").wait_for()
    page.goto(f"{place}/languages/")
    assert page.get_by_text("Complete").count() == 2


def test_alice_chooses_her_language_by_keyboard(page, place, portal, alice, entered):
    portal.set({"further_languages": ["nl"], "customer_name": {"nl": "Acme Hulp"}}, by=None)
    entered(alice)
    sign_in(page, "/support/", alice.email)
    page.locator(".language summary").focus()
    page.keyboard.press("Enter")
    assert_accessible(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Uitloggen").wait_for()
    assert page.title() == "Acme Hulp"
    page.get_by_role("button", name="Uitloggen").click()
    page.get_by_label("Wachtwoord").wait_for()
    assert_accessible(page)


def test_a_stranger_chooses_without_scripts(browser, site, place, portal):
    portal.set({"further_languages": ["nl"]}, by=None)
    context = browser.new_context(base_url=site, java_script_enabled=False, locale="en-GB")
    tab = context.new_page()
    tab.goto("/support/sign-in/?next=/support/")
    tab.get_by_role("button", name="Nederlands").click()
    assert tab.get_by_label("Wachtwoord").is_visible()
    assert tab.url.endswith("/support/sign-in/?next=/support/")
    context.close()
