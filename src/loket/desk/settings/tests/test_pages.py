"""The tab *Pages*: six system pages, their designs and words, preview, reset (G1)."""

import pytest

from loket.access.pages import Page, SystemPage
from loket.history.models import Event

WORDS = {"title-en": "Welcome back", "text-en": "Ask us <b>anything</b>.", "panel-en": "Fresh beans, quick help."}
ADDRESSES = {
    "sign-in": "sign-in/", "access-denied": "access-denied/", "reset-request": "password-reset/",
    "sign-out": "sign-out/", "register": "register/", "reset": "password-reset/1-x/",
}  # fmt: skip


@pytest.fixture
def own(page, portal):
    """The settings page of one system page."""
    return lambda name: page(f"customer-portal/{portal.pk}/pages/{name}/")


def test_the_tab_lists_all_six(tab, portal):
    text = tab.get("pages").content.decode()
    for each in Page:
        assert f"/pages/{each}/" in text
    assert "Changed" not in text


@pytest.mark.parametrize("design", ["card", "split", "letter"])
def test_what_is_saved_stands_in_the_portal(own, portal, client, design):
    assert own("sign-in").save(design=design, **WORDS).status_code == 302
    shown = client.get("/support/sign-in/").content.decode()
    assert "<h1>Welcome back</h1>" in shown
    assert "Ask us &lt;b&gt;anything&lt;/b&gt;." in shown
    assert ("design-split" in shown, "design-letter" in shown) == (design == "split", design == "letter")
    assert ("Fresh beans" in shown) == (design == "split")
    assert "Welcome back" not in client.get("/desk/sign-in/").content.decode()
    assert Event.objects.about(portal).get().details["of"] == "Sign in"


@pytest.mark.parametrize("name", ["access-denied", "reset-request", "register"])
def test_each_page_has_its_own_words(own, portal, client, name, tab):
    tab.save("access", mode="open")
    before = client.get(f"/support/{ADDRESSES[name]}").content.decode()
    own(name).save(**WORDS)
    after = client.get(f"/support/{ADDRESSES[name]}").content.decode()
    assert "Welcome back" not in before
    assert "<h1>Welcome back</h1>" in after
    assert "Welcome back" not in client.get("/support/sign-in/").content.decode()


def test_the_words_of_signing_out_and_of_a_new_password(own, portal, entered, alice):
    from loket.access.models import password_address

    browser = entered(alice)
    own("sign-out").save(**WORDS)
    own("reset").save(**WORDS)
    assert "Welcome back" in browser.get("/support/sign-out/").content.decode()
    alice.user.refresh_from_db()
    link = password_address(alice.user, portal).removeprefix("http://testserver")
    assert "Welcome back" in type(browser)().get(link, follow=True).content.decode()


def test_the_page_speaks_the_portals_language_where_there_are_words_for_it(own, portal, client):
    own("sign-in").save(**WORDS, **{"title-nl": "Welkom terug"})
    portal.domain.language = "nl"
    portal.domain.save()
    assert "Welkom terug" in client.get("/support/sign-in/").content.decode()


@pytest.mark.parametrize("name", list(Page))
def test_a_preview_shows_every_page_and_saves_nothing(own, name):
    answer = own(name).save(design="split", preview="1", **WORDS)
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "Welcome back" in shown
    assert "Acme Support" in shown
    assert " inert" in shown
    assert "/desk/" not in shown
    assert not SystemPage.objects.exists()


def test_reset_brings_back_how_it_came(own, portal, client, settings_desk):
    own("sign-in").save(design="letter", **WORDS)
    address = f"/desk/settings/customer-portal/{portal.pk}/pages/sign-in/reset/"
    assert settings_desk.get(address).status_code == 405
    for _twice in range(2):
        assert settings_desk.post(address).status_code == 302
    shown = client.get("/support/sign-in/").content.decode()
    assert "Welcome back" not in shown
    assert "design-letter" not in shown
    assert Event.objects.about(portal).filter(verb="page_reset").count() == 1
    assert "Reset the page “Sign in”" in own("sign-in").text()


@pytest.mark.parametrize(("field", "value"), [("design", "neon"), ("title-en", "x" * 81), ("text-en", "\ud800")])
def test_what_cannot_be_is_refused_and_what_was_typed_stays(own, field, value):
    answer = own("sign-in").save(**{"panel-en": "Kept"} | {field: value.replace("\ud800", "y" * 401)})
    assert answer.status_code == 422
    assert "Kept" in answer.content.decode()


def test_a_page_that_is_none_is_not_found(own):
    assert own("nowhere").get().status_code == 404


def test_a_copied_portal_gets_the_pages(own, portal):
    from loket.portals.models import Portal

    own("sign-in").save(**WORDS)
    copy = Portal()
    portal.copy_to(copy, {"name": "Two", "domain": portal.domain, "slug": "two"}, by=None)
    assert copy.system_pages.get().title == {"en": "Welcome back"}
