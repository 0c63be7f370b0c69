"""H1 in a browser: Erin dresses the portal, the preview follows, and customers see what the server measured."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from coloraide import Color
from playwright.sync_api import expect

from cast import PASSWORD
from loket.portals.models import Domain, Portal
from loket.portals.palettes import DARK, LIGHT, MIXES, Palette

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
# What a custom property is when something has it as its colour.
SHOWN = "name => { const e = document.createElement('i'); e.style.color = `var(${name})`; document.body.append(e);"
SHOWN += " return getComputedStyle(e).color; }"


def assert_accessible(page):
    """axe finds nothing on the page as it stands."""
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


@pytest.fixture
def tab(page, site, settings, portal, erin):
    """Erin at the tab Theme of the running site's portal."""
    Domain.objects.filter(pk=portal.domain_id).update(host=settings.SITE_URL.hostname)
    erin.set_password(PASSWORD)
    erin.save()
    page.goto("/desk/sign-in/")
    page.get_by_label("E-mail").fill(erin.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.goto(f"/desk/settings/customer-portal/{portal.pk}/theme/")
    return page


def test_erin_dresses_the_portal_and_customers_see_it(tab, portal):
    sample = tab.frame_locator("iframe")
    expect(sample.locator("h1")).to_have_text("Tickets")
    assert_accessible(tab)

    tab.get_by_role("button", name="Letter").click()
    expect(tab.locator("#id_brand")).to_have_value("#7a2e2e")
    expect(sample.locator("link[href*='source-serif-4']")).to_have_count(1)
    tab.locator("#id_link").fill("#9ad0ff")
    expect(tab.locator("#contrasts")).to_contain_text("instead of at least")
    assert_accessible(tab)

    tab.get_by_role("button", name="Publish", exact=True).click()
    expect(tab.get_by_role("alert")).to_contain_text("hard to read")
    tab.get_by_role("button", name="Take #").click()
    expect(tab.locator("#contrasts")).to_contain_text("Every pair of colours passes")
    tab.get_by_role("button", name="Publish", exact=True).click()
    expect(tab.get_by_text("Published: customers see it now.")).to_be_visible()

    colours = Portal.objects.get(pk=portal.pk).looks.colours
    for scheme in (LIGHT, DARK):
        tab.emulate_media(color_scheme=scheme)
        tab.goto("/support/sign-in/")
        assert_accessible(tab)
        palette = Palette(colours, scheme)
        for number in MIXES:
            shown = Color(tab.evaluate(SHOWN, f"--n{number}"))
            assert shown.delta_e(palette.step(number), method="ok") < 0.01, (scheme, number)
