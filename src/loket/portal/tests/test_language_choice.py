"""P4: further languages of a portal: who reads which, and what a visitor's choice changes."""

import re
from email import message_from_bytes
from email.policy import default

import pytest

from loket.access.pages import Page, SystemPage
from loket.forms.models import FormLink
from loket.history.models import Event
from loket.mail.models import Letter
from loket.people.models import Contact

SIGN_IN, CHOICE = "/support/sign-in/", "/support/language/"
DUTCH = {"accept-language": "nl-BE,nl;q=0.9,en;q=0.5"}


@pytest.fixture
def bilingual(portal):
    """The portal, in English and in Dutch."""
    portal.set({"further_languages": ["nl"]}, by=None)
    return portal


def language(answer):
    """What the page is in, as it says itself."""
    return re.search(r'<html lang="(\w+)"', answer.content.decode())[1]


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("nl-BE,nl;q=0.9", "nl"),
        ("fr, nl;q=0.2", "nl"),
        ("en, nl;q=0.9", "en"),
        ("fr", "en"),
        ("*", "en"),
        ("ü;;q", "en"),
    ],
)
def test_a_first_visit_goes_by_the_browser(bilingual, client, asked, spoken):
    assert language(client.get(SIGN_IN, headers={"accept-language": asked})) == spoken


def test_a_portal_of_one_language_asks_no_browser(portal, client):
    answer = client.get(SIGN_IN, headers=DUTCH)
    assert language(answer) == "en"
    assert CHOICE not in answer.content.decode()
    assert "Accept-Language" not in answer.headers["Vary"]
    assert client.post(CHOICE, {"language": "nl"}).status_code == 400
    client.cookies["loket_portal_language"] = "nl"
    assert language(client.get(SIGN_IN)) == "en"


def test_a_strangers_choice_wins_and_is_remembered(bilingual, client):
    page = client.get(f"{SIGN_IN}?next=/support/", headers=DUTCH)
    assert language(page) == "nl"
    next_address = re.search(r'name="next" value="(/support/sign-in/[^"]*)"', page.content.decode())[1]
    answer = client.post(CHOICE, {"language": "en", "next": next_address})
    assert answer.headers["Location"] == "/support/sign-in/?next=/support/"
    kept = client.cookies["loket_portal_language"]
    assert (kept["path"], kept["httponly"], kept["samesite"]) == ("/support/", True, "Lax")
    assert kept["max-age"] > 30_000_000
    assert language(client.get(SIGN_IN, headers=DUTCH)) == "en"


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "/desk/", "/support/../desk/", ""])
def test_a_choice_leads_nowhere_else(bilingual, client, address):
    assert client.post(CHOICE, {"language": "nl", "next": address}).headers["Location"] == "/support/"


@pytest.mark.parametrize("code", ["", "fr", "nl\x00", "../nl", "n" * 5000])
def test_what_the_portal_does_not_speak_is_refused(bilingual, client, code):
    assert client.post(CHOICE, {"language": code}).status_code == 400
    client.cookies["loket_portal_language"] = "fr"
    assert language(client.get(SIGN_IN)) == "en"
    assert language(client.get(SIGN_IN, headers=DUTCH)) == "nl", "as if nothing had been chosen"


def test_reading_changes_no_language(bilingual, client):
    assert client.get(CHOICE).status_code == 405
    client.get(f"{SIGN_IN}?language=nl")
    assert language(client.get(SIGN_IN)) == "en"


def test_a_forged_choice_is_refused(bilingual, client):
    strict = type(client)(enforce_csrf_checks=True)
    assert strict.post(CHOICE, {"language": "nl"}).status_code == 403


def test_every_page_offers_the_choice(bilingual, ticket, entered, alice, client):
    browser = entered(alice)
    pages = [
        browser.get(path) for path in ("/support/", f"/support/tickets/{ticket.pk}/", "/support/settings/sessions/")
    ]
    pages += [
        client.get(path) for path in (SIGN_IN, "/support/password-reset/", "/support/access-denied/", "/support/no/")
    ]
    bilingual.turn_off(by=None)
    pages.append(client.get("/support/"))
    for page in pages:
        assert f'action="{CHOICE}"' in page.content.decode(), page.request["PATH_INFO"]


def test_a_portal_that_is_off_can_be_read_in_another_language(bilingual, client):
    bilingual.turn_off(by=None)
    strict = type(client)(enforce_csrf_checks=True)
    page = strict.get("/support/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    assert strict.post(CHOICE, {"language": "nl", "csrfmiddlewaretoken": token}).status_code == 302
    answer = strict.get("/support/")
    assert (answer.status_code, language(answer)) == (404, "nl")


def test_alices_choice_is_known_wherever_she_signs_in(bilingual, entered, alice):
    entered(alice).post(CHOICE, {"language": "nl"})
    assert Contact.objects.get(pk=alice.pk).language == "nl"
    told = Event.objects.about(alice).get(verb="changed")
    assert (told.details, told.actor_name) == ({"language": ["", "nl"]}, alice.name)
    elsewhere = entered(alice)
    assert language(elsewhere.get("/support/", headers={"accept-language": "en"})) == "nl"
    elsewhere.post(CHOICE, {"language": "nl"})
    assert Event.objects.about(alice).filter(verb="changed").count() == 1, "the same choice again is no change"


def test_a_language_that_is_allowed_no_more_is_spoken_no_more(bilingual, entered, alice):
    browser = entered(alice)
    browser.post(CHOICE, {"language": "nl"})
    assert language(browser.get("/support/")) == "nl"
    bilingual.set({"further_languages": []}, by=None)
    assert language(browser.get("/support/")) == "en"


@pytest.mark.parametrize(("chosen", "spoken"), [("nl", "nl"), ("fr", "en"), ("", "en")])
def test_mails_speak_the_contacts_language_if_the_portal_does(bilingual, ticket, answer, alice, chosen, spoken):
    alice.prefer(chosen, by=None)
    answer(ticket)
    letter = message_from_bytes(Letter.objects.addressed_to(alice.email).get().raw, policy=default)
    html = letter.get_body(("html",)).get_content()
    assert f'<html lang="{spoken}"' in html
    assert ("Lezen en antwoorden" in html) == (spoken == "nl")


def test_one_language_does_not_leak_into_another(bilingual, form, entered, alice, bob):
    FormLink.objects.update(menu_text={"en": "Ask us", "nl": "Vraag ons"})
    english, dutch = entered(alice), entered(bob)
    dutch.post(CHOICE, {"language": "nl"})
    for _each in range(2):
        for browser, words, others in ((english, "Ask us", "Vraag ons"), (dutch, "Vraag ons", "Ask us")):
            page = browser.get("/support/").content.decode()
            assert words in page
            assert others not in page


def test_own_words_that_lack_a_language_are_the_primary_ones(bilingual, client):
    SystemPage.of(bilingual, Page.SIGN_IN).set({"title": {"en": "Hello there"}, "text": {"nl": "Alleen hier"}}, by=None)
    assert "Hello there" in client.get(SIGN_IN, headers=DUTCH).content.decode()
    assert "Alleen hier" in client.get(SIGN_IN, headers=DUTCH).content.decode()


def test_own_words_of_a_further_language_are_nothing_for_others(bilingual, client):
    SystemPage.of(bilingual, Page.SIGN_IN).set({"title": {"nl": "Kom binnen"}}, by=None)
    page = client.get(SIGN_IN).content.decode()
    assert "Kom binnen" not in page
    assert "<h1>Sign in</h1>" in page
    assert "<h1>Kom binnen</h1>" in client.get(SIGN_IN, headers=DUTCH).content.decode()


def test_caches_keep_languages_apart(bilingual, client):
    assert {"Accept-Language", "Cookie"} <= set(client.get(SIGN_IN).headers["Vary"].split(", "))


@pytest.mark.parametrize("further", [[], ["nl"]])
def test_a_choice_of_languages_costs_no_query(portal, entered, alice, ticket, further, django_assert_num_queries):
    portal.set({"further_languages": further}, by=None)
    browser = entered(alice)
    browser.get("/support/")
    with django_assert_num_queries(8):
        browser.get("/support/")
