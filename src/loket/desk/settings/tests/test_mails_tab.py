"""The tab *E-mails*: what customers are told, in which words; previewed, reset, refused."""

import pytest
from django.utils.html import escape

from loket.conversations.models import MailPolicy
from loket.mail.models import Letter
from loket.portals.models import Portal

ANSWERED = 302


def test_erin_changes_what_an_answer_says(tab, portal, ticket, answer):
    assert tab.save("e-mails", **{"reply_text-en": "{answer}\n\nThe team of {portal}"}).status_code == ANSWERED
    answer(ticket, "It is out.")
    assert Letter.objects.get().text.startswith("It is out.\n\nThe team of Acme Support")


def test_a_switch_stops_a_kind_of_mail(tab, portal, file_ticket, alice):
    tab.save("e-mails", tells_received="on")
    file_ticket(alice)
    assert Letter.objects.count() == 1
    tab.save("e-mails", tells_received="")
    file_ticket(alice)
    assert Letter.objects.count() == 1


def test_a_wrong_placeholder_is_said_beside_its_field_and_kept(tab, portal):
    page = tab.save("e-mails", **{"closed_text-en": "Bye {password}"})
    assert page.status_code == 422
    assert "Bye {password}" in page.content.decode()
    [error] = page.context["form"].errors["closed_text"]
    assert "“{password}” stands for nothing here" in error
    assert MailPolicy.of(portal).texts == {}


def test_a_preview_shows_what_is_typed_and_writes_nothing(tab, portal, erin):
    typed = tab.shown("e-mails") | {"reply_text-en": "Hello {first_name} <script>\n\n{answer}"}
    page = tab.send("e-mails/reply/preview", typed)
    words = page.content.decode()
    assert escape("Hello Alice <script>") in words
    assert "<script>" not in words
    assert "<strong>two</strong>" in words
    assert "sandbox" in page.headers["Content-Security-Policy"]
    assert MailPolicy.of(portal).texts == {} and not Letter.objects.exists()


@pytest.mark.parametrize("kind", ["received", "closed"])
def test_every_kind_has_its_preview(tab, portal, kind):
    assert "Ticket #41" in tab.send(f"e-mails/{kind}/preview", tab.shown("e-mails")).content.decode()
    assert tab.send("e-mails/other/preview", {}).status_code == 404


def test_a_preview_begins_with_what_is_stored(tab, portal, erin):
    MailPolicy.of(portal).set({"texts": {"reply": {"text": {"en": "Hello {first_name}\n\n{answer}"}}}}, by=erin)
    page = tab.browser.get(tab.address("e-mails/reply/preview"))
    assert "Hello Alice" in page.content.decode()
    assert "sandbox" in page.headers["Content-Security-Policy"]


def test_a_kind_is_reset_to_its_default(tab, portal):
    tab.save("e-mails", **{"reply_subject-en": "Mine", "closed_text-en": "Bye"})
    assert tab.send("e-mails/reply/reset", {}).status_code == ANSWERED
    assert MailPolicy.of(portal).texts == {"closed": {"text": {"en": "Bye"}}}


def test_dora_may_not(portal, dora, at_desk):
    assert at_desk(dora).get(f"/desk/settings/customer-portal/{portal.pk}/e-mails/").status_code == 403


def test_a_copied_portal_says_the_same(tab, portal, erin):
    tab.save("e-mails", **{"reply_subject-en": "Mine"})
    copy = Portal()
    portal.copy_to(copy, {"name": "Second", "domain": portal.domain, "slug": "second"}, by=erin)
    assert MailPolicy.of(copy).texts["reply"]["subject"] == {"en": "Mine"}
