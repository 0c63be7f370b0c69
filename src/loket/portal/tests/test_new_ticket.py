"""F2: new tickets by the portal's forms."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from loket.conversations.models import Inbox, Message
from loket.forms.models import Form
from loket.portals.models import Portal
from loket.tickets.models import Ticket, TicketReading


@pytest.fixture
def send(form):
    def send(browser, **fields):
        return browser.post(f"/support/new/{form.pk}/", {"subject": "No coffee", "content": "None at all."} | fields)

    return send


def test_a_new_ticket_is_there_at_once(entered, form, send, alice, acme):
    browser = entered(alice)
    assert "File a support ticket" in browser.get(f"/support/new/{form.pk}/").content.decode()
    response = send(browser)
    ticket = Ticket.objects.get()
    assert response.headers["Location"] == f"/support/tickets/{ticket.pk}/"
    page = browser.get(response.headers["Location"]).content.decode()
    assert "We have received it" in page
    assert "None at all." in page
    assert "data-sent=" in page
    assert "No coffee" in browser.get("/support/").content.decode()
    assert (ticket.requester, ticket.primary_company, ticket.source) == (alice, acme, "FORM")
    assert ticket.threads.get().inbox == Inbox.objects.get()
    assert TicketReading.objects.filter(contact=alice, ticket=ticket).exists()


def test_the_requester_is_who_is_signed_in(entered, send, alice, bob, charlie, globex, dora):
    send(entered(alice), contact=charlie.pk, email=bob.email, company=globex.pk, owner=dora.pk, hs_pipeline_stage="3")
    ticket = Ticket.objects.get()
    assert ticket.requester == alice
    assert ticket.owner is None
    assert not Ticket.objects.visible_to(charlie, Portal.objects.get()).exists()


def test_sent_twice_it_is_one_ticket(entered, form, send, alice):
    browser = entered(alice)
    token = browser.get(f"/support/new/{form.pk}/").content.decode().split('name="token" value="')[1].split('"')[0]
    addresses = {send(browser, token=token).headers["Location"] for _ in range(3)}
    assert len(addresses) == Ticket.objects.count() == Message.objects.count() == 1


def test_what_is_missing_is_said_and_the_rest_is_kept(entered, send, alice):
    response = send(entered(alice), subject="", content="Kept words")
    assert response.status_code == 422
    page = response.content.decode()
    assert "Say in a few words what it is about." in page
    assert "Kept words" in page
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("subject", ["x" * 501, "a\x00b", "\u200e\u202e", "\x07"])
def test_subjects_that_are_refused(entered, send, alice, subject):
    assert send(entered(alice), subject=subject).status_code == 422


def test_a_subject_is_one_line(entered, send, alice):
    send(entered(alice), subject="No\r\nBcc: x@example.com\tcoffee")
    assert Ticket.objects.get().subject == "No Bcc: x@example.com coffee"


def test_files_come_along(entered, send, alice):
    send(entered(alice), files=[SimpleUploadedFile("a.txt", b"Bytes")])
    assert Message.objects.get().attachments.get().file.name == "a.txt"


def test_a_form_that_is_not_linked_here_is_not_found(entered, portal, inbox, pipeline, form, alice):
    hidden = Form.objects.create(name="Another", inbox=inbox, status=pipeline.first_open())
    browser = entered(alice)
    for pk in (hidden.pk, 999999, "9" * 30):
        assert browser.get(f"/support/new/{pk}/").status_code == 404
        assert browser.post(f"/support/new/{pk}/", {"subject": "x", "content": "y"}).status_code == 404
    assert not Ticket.objects.exists()


def test_another_portals_form_is_not_found(entered, portal, form, alice):
    other = Portal.objects.create(name="Other", domain=portal.domain, slug="other", is_on=True)
    assert entered(alice, other).get(f"/other/new/{form.pk}/").status_code == 404


def test_menu_text_and_heading_in_the_portals_words(entered, form, portal, alice):
    portal.domain.language = "nl"
    portal.domain.save()
    link = form.formlink_set.get()
    link.menu_text, link.heading = {"nl": "Vraag iets", "en": "Ask"}, {"nl": "Wat wilt u weten?"}
    link.save()
    page = entered(alice).get(f"/support/new/{form.pk}/").content.decode()
    assert 'aria-current="page">Vraag iets</a>' in page
    assert "<h1>Wat wilt u weten?</h1>" in page
