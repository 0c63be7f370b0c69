"""C4: the page of one ticket."""

import pytest

from loket.conversations import delivery
from loket.conversations.models import Inbox, Message, Thread
from loket.history.models import write_note
from loket.tickets.models import ListPolicy, SightPolicy, Ticket, TicketReading, WordingPolicy


def page_of(browser, ticket):
    return browser.get(f"/support/tickets/{ticket.pk}/")


def test_the_conversation_in_order_with_authors(entered, ticket, answer, alice, bob):
    answer(ticket, "We look into it.")
    page = page_of(entered(bob), ticket).content.decode()
    assert page.index("It burns.") < page.index("We look into it.")
    assert "Alice Example" in page
    assert ">Dora<" in page
    assert "Support team" in page
    assert "<title>Printer on fire – Acme Support</title>" in page


def test_hidden_and_absent_answer_alike(entered, portal, ticket, alice, charlie):
    stranger = entered(charlie)
    hidden, absent = page_of(stranger, ticket), stranger.get("/support/tickets/999999/")
    assert hidden.status_code == absent.status_code == 404
    assert hidden.content == absent.content
    for answer in (hidden, absent):
        del answer.headers["X-Request-ID"]  # random, and new for every answer
    assert hidden.headers.items() == absent.headers.items()
    rule = {"filterGroups": [{"filters": [{"propertyName": "subject", "operator": "EQ", "value": "other"}]}]}
    SightPolicy.of(portal).set({"visibility_filter": rule}, by=None)
    assert page_of(entered(alice), ticket).status_code == 404


@pytest.mark.parametrize("pk", ["0", "9" * 18, "9" * 30, "9" * 5000, "-1", "x"])
def test_numbers_that_are_no_ticket(entered, ticket, alice, pk):
    assert entered(alice).get(f"/support/tickets/{pk}/").status_code == 404


def test_no_internal_word_reaches_the_page(entered, ticket, answer, pipeline, alice, dora):
    answer(ticket)
    delivery.comment(ticket.threads.get(), "Secretplan", by=dora)
    write_note(ticket, "Secretnote", by=dora)
    ticket.assign(dora, by=dora)
    ticket.move_to(pipeline.statuses.create(label="Fraudulent", position=7), by=dora)
    ticket.change({"hs_ticket_priority": "URGENT"}, by=dora)
    response = page_of(entered(alice), ticket)
    everything = response.content.decode() + str(response.headers)
    assert "Dora" in everything
    for word in ("Secretplan", "Secretnote", "Deskworth", dora.email, "Fraudulent", "Urgent", "URGENT"):
        assert word not in everything


def test_under_an_alias_no_agent_has_a_name(entered, portal, ticket, answer, alice, dora):
    WordingPolicy.of(portal).set({"owner_name": "alias", "owner_alias": {"en": "The crew"}}, by=None)
    ticket.assign(dora, by=dora)
    answer(ticket)
    page = page_of(entered(alice), ticket).content.decode()
    assert page.count("The crew") == 2
    assert "Dora" not in page


def test_an_answer_of_an_agent_who_is_gone_keeps_no_name(entered, ticket, answer, alice, dora):
    message = answer(ticket)
    Message.objects.filter(pk=message.pk).update(agent=None)
    page = page_of(entered(alice), ticket).content.decode()
    assert "We look into it." in page
    assert "Dora" not in page


def test_only_the_original_conversation_is_shown(entered, ticket, alice, dora):
    other = Thread.objects.create(inbox=Inbox.objects.get(), ticket=ticket, contact=alice)
    delivery.reply(other, "A word aside", by=dora)
    page = page_of(entered(alice), ticket).content.decode()
    assert "It burns." in page
    assert "A word aside" not in page


def test_exactly_the_columns_are_shown(entered, portal, ticket, alice, dora):
    ticket.change({"hs_ticket_priority": "HIGH"}, by=dora)
    ListPolicy.of(portal).set({"columns": [{"name": "hs_ticket_priority", "heading": {"en": "Haste"}}]}, by=None)
    page = page_of(entered(alice), ticket).content.decode()
    assert "<dt>Haste</dt><dd>High</dd>" in page
    for word in (ticket.subject, "Requested by", ">Open<", "Create date"):
        assert word not in page
    assert f"<h1>Ticket #{ticket.pk}</h1>" in page


def test_the_description_stands_once(entered, portal, ticket, alice):
    browser = entered(alice)
    assert page_of(browser, ticket).content.decode().count("It burns.") == 1
    Ticket.objects.filter(pk=ticket.pk).update(content="Written <b>elsewhere</b>")
    page = page_of(browser, ticket).content.decode()
    assert "Written &lt;b&gt;elsewhere&lt;/b&gt;" in page
    assert "It burns." in page


def test_a_ticket_without_conversation_can_be_answered(entered, portal, pipeline, inbox, alice):
    ticket = Ticket.objects.create(subject="Imported", status=pipeline.first_open())
    ticket.associate_contact(alice, by=None)
    browser = entered(alice)
    assert "Your reply" in page_of(browser, ticket).content.decode()
    browser.post(f"/support/tickets/{ticket.pk}/replies/", {"text": "Hello?"})
    assert Thread.objects.get(ticket=ticket).inbox == inbox


def test_markup_of_messages_is_harmless_and_subjects_are_text(entered, file_ticket, alice):
    ticket = file_ticket(alice, "<script>alert(1)</script>", "**bold** <img src=x onerror=alert(1)> [x](javascript:1)")
    page = page_of(entered(alice), ticket).content.decode()
    assert "<strong>bold</strong>" in page
    for bad in ("<script>alert", "<img", 'href="javascript:'):
        assert bad not in page


def test_a_closed_ticket_offers_a_new_one_instead(entered, ticket, form, alice, dora):
    ticket.close(by=dora)
    page = page_of(entered(alice), ticket).content.decode()
    assert "This is closed." in page
    assert 'name="text"' not in page
    assert f'class="button" href="/support/new/{form.pk}/"' in page


def test_looking_writes_nothing_and_reading_is_said_by_a_post(entered, ticket, alice, charlie):
    browser, stranger = entered(alice), entered(charlie)
    page_of(browser, ticket)
    assert not TicketReading.objects.exists()
    address = f"/support/tickets/{ticket.pk}/reading/"
    assert browser.get(address).status_code == 302
    assert stranger.post(address).status_code == 404
    assert not TicketReading.objects.exists()
    assert browser.post(address, headers={"Sec-Fetch-Dest": "empty"}).status_code == 204
    assert browser.post(address).headers["Location"] == "/support/"
    assert TicketReading.objects.get().contact == alice


def test_long_conversations_begin_folded(entered, ticket, answer, alice, monkeypatch):
    monkeypatch.setattr("loket.portal.letters.MOST", 2)
    for number in range(3):
        answer(ticket, f"Answer {number}")
    browser = entered(alice)
    page = page_of(browser, ticket).content.decode()
    assert "It burns." not in page.split('class="letters"')[1]
    assert "Show earlier messages" in page
    whole = browser.get(f"/support/tickets/{ticket.pk}/?whole").content.decode()
    assert whole.index("It burns.") < whole.index("Answer 0") < whole.index("Answer 2")


@pytest.mark.parametrize("answers", [1, 3])
def test_the_number_of_queries_does_not_grow(entered, ticket, answer, alice, django_assert_num_queries, answers):
    for number in range(answers):
        answer(ticket, f"Answer {number}")
    browser = entered(alice)
    page_of(browser, ticket)  # what is the same for all is known from here on
    with django_assert_num_queries(8):
        page_of(browser, ticket)


def test_personal_pages_are_kept_by_no_cache(entered, ticket, form, alice):
    browser = entered(alice)
    pk = ticket.pk
    for path in (
        "",
        f"tickets/{pk}/",
        f"tickets/{pk}/live/",
        f"tickets/{pk}/live/?after=0",
        f"new/{form.pk}/",
        "tickets.csv",
    ):
        answer = browser.get(f"/support/{path}")
        assert answer.status_code in (200, 204)
        assert answer.headers["Cache-Control"] == "private, no-store"
