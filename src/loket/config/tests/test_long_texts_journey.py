"""Other languages need more room: with every word 40 % longer no page scrolls sideways, and no button loses its words."""

import pytest

from cast import PASSWORD
from loket.access.models import grant
from loket.portals.models import Domain

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
WIDTHS = (1280, 390)

# Each word repeats its beginning: as long as in a longer language, and no easier to break.
LENGTHEN = r"""() => {
    const longer = text => text.replace(/\S+/g, word => word + word.slice(0, Math.ceil(word.length * 0.4)));
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        if (!texts.currentNode.parentElement.closest("script, style")) {
            texts.currentNode.data = longer(texts.currentNode.data);
        }
    }
    document.querySelectorAll("[placeholder]").forEach(field => { field.placeholder = longer(field.placeholder); });
}"""

# What is pressed, and its words: wider than what holds them, outside the window, or upon one another. Lines that are
# cut off by design end in an ellipsis; what scrolls in itself may reach beyond the window.
FAULTS = r"""() => {
    const named = each => `${each.tagName.toLowerCase()}.${each.className} "${each.textContent.trim().slice(0, 40)}"`;
    const isCutByDesign = each => [each, ...each.querySelectorAll("*")].some(
        part => getComputedStyle(part).textOverflow === "ellipsis");
    const scrolls = each => each && (["auto", "scroll"].includes(getComputedStyle(each).overflowX)
        || scrolls(each.parentElement));
    const wordsOf = each => {
        const boxes = [];
        const texts = document.createTreeWalker(each, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
            const range = document.createRange();
            range.selectNodeContents(texts.currentNode);
            const isSeen = texts.currentNode.data.trim() && !texts.currentNode.parentElement.closest(".visually-hidden");
            if (isSeen) boxes.push(range.getBoundingClientRect());
        }
        return boxes;
    };
    const isWithin = (inner, outer) => inner.left >= outer.left - 1 && inner.right <= outer.right + 1
        && inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1;
    const seen = [...document.querySelectorAll(".button, .segment, .composer-tab, .chip, .pill, .crumb, .save-bar, .nav a")]
        .filter(each => each.checkVisibility({ visibilityProperty: true }) && !each.closest(".visually-hidden, [inert]"))
        .map(each => ({ each, box: each.getBoundingClientRect() }))
        .filter(({ box }) => box.width > 1 && box.bottom > 0);
    const faults = [];
    for (const { each, box } of seen) {
        if (!isCutByDesign(each) && !wordsOf(each).every(words => isWithin(words, box))) {
            faults.push(`${named(each)}: its words do not fit`);
        }
        if (box.right > innerWidth + 1 && !scrolls(each.parentElement)) faults.push(`${named(each)}: outside the window`);
    }
    seen.forEach(({ each, box }, place) => seen.slice(place + 1).forEach(other => {
        if (each.contains(other.each) || other.each.contains(each)) return;
        const wide = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
        const high = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
        if (wide > 1 && high > 1 && getComputedStyle(each).position !== "fixed" && !floats(each) && !floats(other.each)) {
            faults.push(`${named(each)} lies on ${named(other.each)}`);
        }
    }));
    return faults;
    function floats(each) {
        return Boolean(each.closest(".save-bar, .desk-composer, .thread-head, .pane-head"));
    }
}"""


def sign_in(page, door, user):
    user.set_password(PASSWORD)
    user.save()
    page.goto(door)
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "sign-in" not in url)


def assert_room_for_longer_texts(page, *paths):
    """Each page stands with longer words, wide and narrow."""
    faults = []
    for path in paths:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(path)
            page.evaluate(LENGTHEN)
            if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
                faults.append(f"{path} at {width}: scrolls sideways, {wide} pixels")
            faults += [f"{path} at {width}: {fault}" for fault in page.evaluate(FAULTS)]
    assert not faults, "\n".join(faults)


@pytest.fixture
def on_site(site, settings, portal):
    """The cast's portal at the running site's own host."""
    Domain.objects.filter(pk=portal.domain_id).update(host=settings.SITE_URL.hostname)


def test_the_portal_has_room_for_longer_texts(page, on_site, portal, form, alice, bob, file_ticket):
    ticket = file_ticket(alice, "Printer on fire")
    file_ticket(bob, "Invoice is wrong")
    assert_room_for_longer_texts(page, "/support/sign-in/", "/support/password-reset/", "/support/access-denied/")
    sign_in(page, "/support/", grant(alice, portal, by=None))
    paths = ("", "?q=nothing", f"tickets/{ticket.pk}/", f"new/{form.pk}/", "settings/sessions/", "tickets/999999/")
    assert_room_for_longer_texts(page, *[f"/support/{path}" for path in paths])


def test_the_desk_has_room_for_longer_texts(page, on_site, portal, form, alice, dora, erin, file_ticket):
    ticket = file_ticket(alice, "Printer on fire")
    ticket.assign(dora, by=None)
    sign_in(page, "/desk/", erin)
    paths = ["views/all-open/", f"tickets/{ticket.pk}/", "tickets/new/", f"contacts/{alice.pk}/", "mail/", "own/"]
    paths += [f"settings/customer-portal/{portal.pk}/{tab}/" for tab in ("general", "tickets", "access", "theme")]
    paths += [
        "settings/portals/",
        f"settings/forms/{form.pk}/",
        "settings/pipelines/",
        "settings/agents/",
        "settings/email/",
    ]
    assert_room_for_longer_texts(page, *[f"/desk/{path}" for path in paths])
