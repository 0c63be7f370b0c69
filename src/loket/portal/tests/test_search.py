"""C2: search over number, subject, description, visible messages; never over internal words."""

import pytest

from loket.conversations import delivery
from loket.history.models import write_note


def find(browser, words, **more):
    return browser.get("/support/", {"q": words, **more}).content.decode()


def test_by_number_subject_description_and_messages(entered, file_ticket, answer, alice):
    ticket = file_ticket(alice, "Grinder squeals", "Since this morning")
    file_ticket(alice, "Something else", "Entirely")
    answer(ticket, "Please descale it")
    browser = entered(alice)
    for words in (f"#{ticket.pk}", "grinder", "morning", "DESCALE", "squeals descale", "mor"):
        page = find(browser, words)
        assert f"/support/tickets/{ticket.pk}/" in page
        assert "Something" not in page


def test_the_words_are_marked_where_they_stand(entered, file_ticket, alice):
    file_ticket(alice, "Grinder <b>", "The grinder squeals & <i>burns</i>")
    page = find(entered(alice), "grinder")
    assert "><mark>Grinder</mark> &lt;b&gt;</a>" in page
    assert 'class="excerpt">The <mark>grinder</mark> squeals &amp; &lt;i&gt;burns' in page


def test_no_internal_word_is_found_or_shown(entered, ticket, answer, alice, dora):
    answer(ticket)
    delivery.comment(ticket.threads.get(), "Secretplan", by=dora)
    write_note(ticket, "Secretnote", by=dora)
    browser = entered(alice)
    for words in ("Secretplan", "Secretnote", "Deskworth", "dora@help.example"):
        page = find(browser, words)
        assert "Nothing found" in page
        assert ticket.subject not in page
    assert "Secret" not in find(browser, "burns")


def test_charlie_finds_nothing_of_alices(entered, ticket, charlie):
    page = find(entered(charlie), "burns")
    assert "Nothing found" in page
    assert ticket.subject not in page


def test_search_status_and_view_go_together(entered, file_ticket, alice, bob, dora):
    file_ticket(alice, "Mine").close(by=dora)
    file_ticket(bob, "Bobs")
    browser = entered(alice)
    assert "Bobs" in find(browser, "burns")
    assert "Bobs" not in find(browser, "burns", view="own")
    assert "Nothing found" in find(browser, "burns", view="own", status="open")


@pytest.mark.parametrize(
    "words", ["!!!", '"', "a AND", "NEAR(", "*", "'", "kind:ticket", "contact:1", "-x", "\\", "x" * 3000, "%_"]
)
def test_odd_words_are_no_fault(entered, ticket, alice, words):
    assert entered(alice).get("/support/", {"q": words}).status_code == 200


def test_what_was_typed_stays_in_the_field(entered, ticket, alice):
    page = find(entered(alice), 'a"><script>')
    assert 'value="a&quot;&gt;&lt;script&gt;"' in page
