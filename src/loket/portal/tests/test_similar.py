"""While a customer types a subject, open tickets in their sight that look alike are offered (C7)."""

import pytest

from loket.tickets.models import SightPolicy

SIMILAR = 7


@pytest.fixture
def offered(entered):
    def offered(who, subject):
        return entered(who).get("/support/similar/", {"q": subject}).content.decode()

    return offered


def test_own_and_the_companys_open_tickets_are_offered(offered, file_ticket, alice, bob):
    mine, ours = file_ticket(alice, "Printer on fire"), file_ticket(bob, "The printer burns")
    page = offered(alice, "The printer is on fire again")
    assert f"/support/tickets/{mine.pk}/" in page
    page = offered(alice, "Printer burns")
    assert f"/support/tickets/{ours.pk}/" in page


def test_nothing_out_of_sight_is_offered(offered, file_ticket, portal, alice, bob, charlie):
    ticket = file_ticket(alice, "Printer on fire")
    assert "Printer on fire" in offered(bob, "printer fire")
    assert "Printer on fire" not in offered(charlie, "printer fire")
    SightPolicy.objects.get(portal=portal).set({"sharing": "own"}, by=None)
    assert "Printer on fire" not in offered(bob, "printer fire")
    hidden = {"filterGroups": [{"filters": [{"propertyName": "subject", "operator": "EQ", "value": "Other"}]}]}
    assert ticket.subject in offered(alice, "printer fire")
    SightPolicy.objects.get(portal=portal).set({"visibility_filter": hidden}, by=None)
    assert ticket.subject not in offered(alice, "printer fire")


def test_closed_tickets_and_others_are_not(offered, file_ticket, pipeline, alice):
    closed = file_ticket(alice, "Printer on fire")
    file_ticket(alice, "Invoice is wrong")
    assert closed.subject in offered(alice, "printer")
    closed.close(by=alice, status=pipeline.statuses.get(is_closed=True))
    assert "tickets/" not in offered(alice, "printer fire")


def test_three_at_most_the_most_alike_first(offered, file_ticket, alice):
    for _each in range(4):
        file_ticket(alice, "Coffee machine")
    best = file_ticket(alice, "Coffee machine leaks water")
    file_ticket(alice, "Coffee tins")
    page = offered(alice, "coffee machine leaks")
    assert page.count("/support/tickets/") == 3
    assert page.index(f"#{best.pk} ") < page.index("Coffee machine</a>")


@pytest.mark.parametrize("typed", ["", "a b c", "\u202e", "%%%", '"', "x" * 5000, "*" * 50])
def test_odd_words_offer_nothing(offered, file_ticket, alice, typed):
    file_ticket(alice, "Printer on fire")
    assert "tickets/" not in offered(alice, typed)


def test_without_a_script_they_stand_on_the_page_that_comes_back(entered, file_ticket, form, alice):
    file_ticket(alice, "Printer on fire")
    answer = entered(alice).post(f"/support/new/{form.pk}/", {"subject": "Printer fire", "content": ""})
    assert "Printer on fire" in answer.content.decode()


def test_strangers_are_asked_to_sign_in(client, portal):
    assert client.get("/support/similar/?q=printer").status_code == 302


@pytest.mark.parametrize("rows", [1, 3])
def test_it_takes_the_same_queries_whatever_is_found(entered, file_ticket, alice, rows, django_assert_num_queries):
    for _each in range(rows):
        file_ticket(alice, "Printer on fire")
    browser = entered(alice)
    browser.get("/support/similar/?q=printer")
    with django_assert_num_queries(SIMILAR):
        browser.get("/support/similar/?q=printer+fire")
