"""Any contact whom an agent names: do they see this ticket in the portal, and why?"""

import pytest

from loket.people.models import Contact


def ask(desk, ticket, **query):
    answer = desk.get(f"/desk/tickets/{ticket.pk}/", query)
    return answer.context["cards"].question, answer.content.decode()


def test_why_bob_sees_it_and_charlie_does_not(desk, ticket, bob, charlie):
    _question, page = ask(desk, ticket, who="bob")
    assert "Bob Example sees this ticket" in page
    assert "belongs to Bob Example’s primary company" in page
    _question, page = ask(desk, ticket, who="charlie@example.com")
    assert "Charlie Example does not see this ticket" in page


def test_of_several_one_is_chosen(desk, ticket, bob, charlie):
    question, page = ask(desk, ticket, who="example")
    assert len(question.choices) == 3
    assert "Bob Example sees this ticket" not in page
    assert f"reader={bob.pk}#sight" in page
    _question, page = ask(desk, ticket, reader=bob.pk)
    assert "Bob Example sees this ticket" in page


def test_more_than_five_are_not_listed(desk, ticket):
    Contact.objects.bulk_create(Contact(first_name="Sam", last_name=str(number)) for number in range(7))
    question, page = ask(desk, ticket, who="sam")
    assert len(question.choices) == 5
    assert "There are more." in page


def test_the_list_beside_the_ticket_stays(desk, ticket):
    page = ask(desk, ticket, who="bob", view="closed", sort="created")[1]
    assert '<input type="hidden" name="view" value="closed">' in page
    assert '<input type="hidden" name="sort" value="created">' in page


@pytest.mark.parametrize("odd", ["", "zzz", "%", "\u202e", "x" * 3000])
def test_words_that_fit_nobody_say_so(desk, ticket, odd):
    question, page = ask(desk, ticket, who=odd)
    assert not question.found
    assert ("No contact has these words" in page) == bool(question.who)


@pytest.mark.parametrize("odd", ["0", "-1", "x", "²", "9" * 18, "9" * 30])
def test_a_reader_who_is_none_is_no_fault(desk, ticket, odd):
    assert not ask(desk, ticket, reader=odd)[0].found
