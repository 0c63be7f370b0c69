"""D3 in a browser: Erin builds a form by keyboard, and customers' uploads outlive a reload."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from cast import PASSWORD
from loket.access.models import grant
from loket.forms.models import Form
from loket.portals.models import Domain
from loket.properties.models import Definition

# What screen readers are told, in order, even where one word follows the other at once.
NOTE_WHAT_IS_SAID = """() => {
    window.said = [];
    const note = (changes) => said.push(...changes.flatMap((each) => [...each.addedNodes].map((node) => node.data)));
    new MutationObserver(note).observe(document.querySelector("[data-upload-status]"), { childList: true });
}"""

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def assert_accessible(page):
    """axe finds nothing on the page as it stands, wide and narrow, light and dark."""
    for width, scheme in ((1280, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="light")


def sign_in(page, door, user):
    user.set_password(PASSWORD)
    user.save()
    page.goto(door)
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "sign-in" not in url)


def press(page, role, name, within=None):
    """Reach a control as somebody without a mouse: it takes the focus, then Enter."""
    control = (within or page).get_by_role(role, name=name, exact=True).first
    control.focus()
    expect(control).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def test_erin_builds_a_form_by_keyboard(page, site, erin, form):
    options = [{"value": "1", "label": "First floor"}, {"value": "2", "label": "Second floor"}]
    Definition.objects.create(kind="ticket", name="floor", label="Floor", type="choice", options=options)
    Definition.objects.create(kind="ticket", name="room", label="Room", type="number")
    told = []
    page.on("console", lambda message: told.append(message.text))
    sign_in(page, "/desk/sign-in/", erin)
    page.goto(f"/desk/settings/forms/{form.pk}/")
    assert_accessible(page)
    for name in ("Floor", "Room"):
        page.get_by_label("Property to add").focus()
        page.keyboard.type(name)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/elements/"))
        if name == "Floor":
            assert_accessible(page)
            press(page, "link", "Back to all fields")
    page.get_by_role("button", name="Add a condition").first.focus()
    page.keyboard.press("Enter")
    page.locator("#id_when-0-0-property").focus()
    page.keyboard.type("Floor")
    page.keyboard.press("Enter")
    page.locator("#id_when-0-0-value").wait_for()
    page.locator("#id_when-0-0-value").select_option("2")
    press(page, "button", "Save changes")
    page.wait_for_url(re.compile(rf"/forms/{form.pk}/$"))
    press(page, "button", "Move Floor up")
    expect(page.locator(".builder-row").nth(5)).to_contain_text("Floor")
    expect(page.get_by_role("button", name="Move Floor up")).to_be_focused()
    press(page, "button", "Publish")
    expect(page.get_by_text("It is published.")).to_be_visible()
    assert not [text for text in told if "Blocked script" in text]
    keys = [each.key for each in Form.objects.get(pk=form.pk).elements]
    assert (keys[-3], keys[-1]) == ("ticket.floor", "ticket.room")
    page.goto(f"/desk/settings/forms/{form.pk}/copy/")
    page.get_by_label("Name").focus()
    page.keyboard.type("Another form")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "copy" not in url)
    assert Form.objects.get(name="Another form").published_at is None
    page.goto(f"/desk/settings/forms/{form.pk}/submissions/")
    assert_accessible(page)


def test_alices_files_are_there_after_a_reload(page, site, settings, form, portal, alice):
    Domain.objects.filter(pk=portal.domain_id).update(host=settings.SITE_URL.hostname)
    sign_in(page, "/support/", grant(alice, portal, by=None))
    page.goto(f"/support/new/{form.pk}/")
    assert_accessible(page)
    files = [{"name": name, "mimeType": "text/plain", "buffer": b"words"} for name in ("a.txt", "b.txt")]
    page.evaluate(NOTE_WHAT_IS_SAID)
    page.locator("input[type=file]").set_input_files(files)
    expect(page.locator("[name=upload]")).to_have_count(2)
    assert [said for said in page.evaluate("said") if "a.txt" in said] == ["a.txt: Uploading", "a.txt: Uploaded"]
    page.reload()
    expect(page.locator("[name=upload]")).to_have_count(2)
    with page.expect_response(re.compile("/removal/")):
        page.get_by_role("button", name="Remove b.txt").click()
    page.goto("/support/")
    page.go_back()
    expect(page.locator(".upload-name")).to_have_text(["a.txt"])
    assert_accessible(page)
