"""The tab *Languages*: own words, and in which of a portal's languages they are missing (P4)."""

import re

import pytest

from loket.access.consents import ConsentWording
from loket.access.pages import Page, SystemPage
from loket.access.policies import AccessPolicy
from loket.conversations.models import MailPolicy
from loket.forms.models import FormLink
from loket.portals.themes import Theme
from loket.properties.models import Definition
from loket.tickets.lists import ListPolicy
from loket.tickets.policies import WordingPolicy

EN = {"en": "Words"}


@pytest.fixture
def bilingual(portal):
    """The portal, in English and in Dutch; its name is in both."""
    portal.set({"further_languages": ["nl"], "customer_name": {"nl": "Acme Hulp"}}, by=None)
    return portal


@pytest.fixture
def missing(tab, settings_desk):
    """What the tab says is missing in a language: ``missing("nl")`` gives {what: address}."""

    def read(language):
        page = tab.get("languages").content.decode()
        part = page.split(f'aria-labelledby="language-{language}"')[1].split("</section>")[0]
        return dict(reversed(each) for each in re.findall(r'<a class="side-name" href="([^"]+)">([^<]+)</a>', part))

    return read


def test_nothing_is_missing_where_there_are_no_own_words(bilingual, missing, tab):
    assert missing("nl") == missing("en") == {}
    assert "Complete" in tab.get("languages").content.decode()


def test_a_portal_of_one_language_lists_that_alone(portal, tab):
    page = tab.get("languages").content.decode()
    assert 'id="language-en"' in page
    assert 'id="language-nl"' not in page


def test_all_own_words_of_a_portal_are_told_with_where_they_are_typed(
    bilingual, form, pipeline, missing, settings_desk
):
    portal = bilingual
    portal.set({"customer_name": {}}, by=None)
    WordingPolicy(portal=portal).set(
        {"singular": EN, "plural": EN, "owner_alias": EN, "shows_status_labels": True}, by=None
    )
    heading = {"en": "Colour of it"}
    Definition.objects.create(
        kind="ticket", name="size", label="Size", type="choice", options=[{"value": "s", "label": "S"}]
    )
    columns = [{"name": "subject", "heading": heading}, {"name": "size", "heading": {}}]
    ListPolicy(portal=portal).set({"columns": columns}, by=None)
    SystemPage(portal=portal, page=Page.SIGN_IN).set({"title": EN, "text": EN, "panel": EN}, by=None)
    AccessPolicy(portal=portal).set({"mail_subject": EN, "mail_text": EN}, by=None)
    MailPolicy.of(portal).set({"texts": {"closed": {"subject": EN, "text": EN}}}, by=None)
    ConsentWording(domain=portal.domain).set({"text": EN, "box": EN, "link_text": EN}, by=None)
    Theme.objects.create(
        portal=portal, announcement=EN, announces=True, footer_links=[{"text": EN, "url": "https://example.com/"}]
    )
    FormLink.objects.update(menu_text=EN, heading=EN)
    form.published[0] |= {"label": EN, "help": EN, "placeholder": EN}
    form.published.append({"key": "text-1", "text": EN})
    form.draft, form.thanks, form.consent = form.published, EN, EN
    form.save()
    found = missing("nl")
    assert {
        "Name of the portal", "Text of the link to https://example.com/", "Announcement",
        "What one ticket is called", "What several tickets are called", "The one name for all agents",
        "Heading of the column “Subject”", "Label of the property “Size”", "Option “S” of “Size”",
        "Status “New”", "Status “Waiting”", "Status “Closed”",
        "Subject of the mail “A request was closed”", "Text of the mail “A request was closed”",
        "Heading of the page “Sign in”", "Text of the page “Sign in”", "Sentence on the panel of the page “Sign in”",
        "Subject of the registration mail", "Text of the registration mail",
        "Text of the consent", "Words of the consent’s box", "Words of the consent’s link",
        "Menu text of the form “Support form”", "Heading of the form “Support form”",
        "Text “Words” on the form “Support form”", "Label “Words” on the form “Support form”",
        "Help text of “Words” on the form “Support form”", "Placeholder of “Words” on the form “Support form”",
        "What people read after sending “Support form”", "Consent on the form “Support form”",
    } == set(found)  # fmt: skip
    assert missing("en") == {}
    for address in set(found.values()):
        page, _hash, field = address.partition("#")
        assert f'id="{field}"' in settings_desk.get(page).content.decode(), address


def test_what_is_typed_is_missing_no_more(bilingual, missing, page):
    SystemPage(portal=bilingual, page=Page.SIGN_IN).set({"title": {"en": "Hello"}}, by=None)
    address = missing("nl")["Heading of the page “Sign in”"]
    page(address.removeprefix("/desk/settings/").partition("#")[0]).save(**{"title-nl": "Hallo"})
    assert missing("nl") == {}


def test_a_form_asks_first_for_the_language_of_its_portal(portal, form, settings_desk):
    portal.domain.set({"language": "nl"}, by=None)
    for address in (
        f"/desk/settings/forms/{form.pk}/elements/ticket.subject/",
        f"/desk/settings/forms/{form.pk}/sending/",
    ):
        page = settings_desk.get(address, headers={"accept-language": "en"}).content.decode()
        assert page.index('lang="nl"') < page.index('lang="en"', 100)


def test_the_primary_language_can_lack_words_too(bilingual, missing):
    SystemPage(portal=bilingual, page=Page.SIGN_IN).set({"title": {"nl": "Hallo"}}, by=None)
    assert list(missing("en")) == ["Heading of the page “Sign in”"]
    assert missing("nl") == {}


def test_dora_reads_what_only_administrators_may_type(bilingual, pipeline, at_desk, dora):
    WordingPolicy(portal=bilingual).set({"shows_status_labels": True}, by=None)
    address = f"/desk/settings/customer-portal/{bilingual.pk}/languages/"
    assert at_desk(dora).get(address).status_code == 403
    dora.may_set = True
    dora.save()
    page = at_desk(dora).get(address).content.decode()
    assert "Status “New”" in page
    assert f"/desk/settings/pipelines/{pipeline.pk}/" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_of_the_database_for_many(bilingual, pipeline, tab, count, django_assert_num_queries):
    WordingPolicy(portal=bilingual).set({"shows_status_labels": True}, by=None)
    for each in range(count):
        pipeline.statuses.create(label=f"More {each}", position=9 + each)
    tab.get("languages")
    with django_assert_num_queries(14):
        tab.get("languages")
