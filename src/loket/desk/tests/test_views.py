"""Views: which tickets, how many, in which order, found by which words."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.utils import timezone

from loket.conversations import delivery
from loket.desk import queues
from loket.history.models import write_note
from loket.tickets.models import Ticket

LIST = 12


def subjects(answer):
    return [row["subject"] for row in answer.context["pane"].rows]


def link(answer, mark):
    """The address in the link that ``mark`` stands in, or None."""
    found = re.search(rf"<a [^>]*{mark}[^>]*>", answer.content.decode())
    return found and unescape(re.search('href="([^"]*)"', found.group()).group(1))


def counted(answer):
    return {view["label"]: view["count"] for view in answer.context["rail"].views}


@pytest.fixture
def four(file_ticket, alice, bob, dora, erin):
    """One ticket for each view: unassigned, Dora's, Erin's, closed."""
    names = ("Nobody’s", "Dora’s", "Erin’s", "Closed")
    tickets = [file_ticket(alice, name) for name in names]
    tickets[1].assign(dora, by=dora)
    tickets[2].assign(erin, by=dora)
    tickets[3].close(by=dora)
    return tickets


def test_the_desk_begins_at_all_open(desk, portal):
    assert desk.get("/desk/")["Location"] == "/desk/views/all-open/"


def test_each_view_holds_its_own(desk, four):
    assert subjects(desk.get("/desk/views/all-open/")) == ["Erin’s", "Dora’s", "Nobody’s"]
    assert subjects(desk.get("/desk/views/unassigned/")) == ["Nobody’s"]
    assert subjects(desk.get("/desk/views/mine/")) == ["Dora’s"]
    assert subjects(desk.get("/desk/views/closed/")) == ["Closed"]


def test_what_an_agent_answered_waits_no_more(desk, four, answer):
    assert subjects(desk.get("/desk/views/waiting/")) == ["Erin’s", "Dora’s", "Nobody’s"]
    answer(four[1])
    assert subjects(desk.get("/desk/views/waiting/")) == ["Erin’s", "Nobody’s"]


def test_mine_are_the_readers_own(at_desk, erin, four):
    assert subjects(at_desk(erin).get("/desk/views/mine/")) == ["Erin’s"]


def test_views_are_counted(desk, four, monkeypatch):
    assert counted(desk.get("/desk/views/mine/")) == {
        "All open": "3", "Unassigned": "1", "Mine": "1", "Waiting": "3", "Closed": "1", "Spam": "", "Bin": "",
    }  # fmt: skip
    monkeypatch.setattr(queues, "MOST_COUNTED", 2)
    assert counted(desk.get("/desk/views/mine/"))["All open"] == "2+"


def test_an_unknown_view_is_not_found(desk):
    assert desk.get("/desk/views/secret/").status_code == 404


def test_a_row_tells_who_what_and_whose(desk, ticket, answer, dora, erin, at_desk):
    answer(ticket, "We look  into\nit.")
    ticket.assign(dora, by=dora)
    row = desk.get("/desk/views/all-open/").context["pane"].rows[0]
    assert (row["sender"], row["line"]) == ("Alice Example", "You: We look into it.")
    assert "DD" in row["face"]
    assert at_desk(erin).get("/desk/views/all-open/").context["pane"].rows[0]["line"] == "Dora: We look into it."


def test_a_ticket_weighs_more_while_it_waits_for_us(desk, ticket, answer, dora):
    def weight():
        page = desk.get("/desk/views/closed/" if ticket.is_closed else "/desk/views/all-open/")
        return page.context["pane"].rows[0]["is_waiting"]

    assert weight()
    delivery.comment(ticket.threads.get(), "I look", by=dora)
    assert weight()
    answer(ticket)
    assert not weight()
    ticket.close(by=dora)
    assert not weight()


def test_a_comment_does_not_show_as_the_last_word(desk, ticket, dora):
    delivery.comment(ticket.threads.get(), "He always complains", by=dora)
    assert desk.get("/desk/views/all-open/").context["pane"].rows[0]["line"] == "It burns."


def test_the_list_is_sorted_as_asked(desk, four):
    Ticket.objects.filter(pk=four[0].pk).update(last_activity_at=timezone.now() + timedelta(hours=1))
    assert subjects(desk.get("/desk/views/all-open/")) == ["Nobody’s", "Erin’s", "Dora’s"]
    assert subjects(desk.get("/desk/views/all-open/?sort=oldest")) == ["Dora’s", "Erin’s", "Nobody’s"]
    assert subjects(desk.get("/desk/views/all-open/?sort=created")) == ["Erin’s", "Dora’s", "Nobody’s"]
    assert subjects(desk.get("/desk/views/all-open/?sort=owner__password")) == ["Nobody’s", "Erin’s", "Dora’s"]


def test_what_presses_most_comes_first(desk, file_ticket, alice, dora):
    for priority in ("", "LOW", "URGENT", "MEDIUM", "HIGH"):
        file_ticket(alice, priority or "None").change({"hs_ticket_priority": priority}, by=dora)
    page = desk.get("/desk/views/all-open/?sort=priority")
    assert subjects(page) == ["URGENT", "HIGH", "MEDIUM", "LOW", "None"]
    assert "Highest priority" in page.content.decode()


@pytest.mark.parametrize("sort", ["newest", "oldest", "created", "priority"])
def test_pages_follow_each_other_without_gap(desk, file_ticket, alice, monkeypatch, sort):
    monkeypatch.setattr(queues, "PAGE", 2)
    moment = timezone.now()
    for number in range(5):
        file_ticket(alice, f"Ticket {number}")
    Ticket.objects.filter(subject__in=["Ticket 1", "Ticket 2", "Ticket 3"]).update(last_activity_at=moment)
    whole, address, back = [], f"/desk/views/all-open/?sort={sort}", []
    while address:
        page = desk.get(address)
        whole += subjects(page)
        address, back = link(page, 'rel="next"'), [*back, link(page, 'rel="prev"')]
    assert sorted(whole) == [f"Ticket {number}" for number in range(5)]
    assert back[0] is None
    assert subjects(desk.get(back[2])) == whole[2:4]
    assert subjects(desk.get(link(desk.get(back[2]), 'rel="prev"'))) == whole[:2]


@pytest.mark.parametrize(
    "place", ["x", "1", "1.x", "-1.2", "9" * 30 + ".1", "1." + "9" * 25, "²." + "1", "1" * 50 + ".1"]
)
def test_a_place_that_is_none_gives_the_first_page(desk, ticket, place):
    for sort in ("newest", "created", "priority"):
        answer = desk.get("/desk/views/all-open/", {"after": place, "sort": sort})
        assert answer.status_code == 200


def test_search_finds_by_number_subject_people_and_words(desk, ticket, file_ticket, charlie, dora):
    file_ticket(charlie, "Coffee machine", "It is cold.")
    answer = delivery.reply(ticket.threads.get(), "Call the brigade", by=dora)
    delivery.comment(answer.thread, "Insurance pays", by=dora)
    write_note(ticket, "Third blaze this year", by=dora)
    for words in (f"#{ticket.pk}", "printer", "burns", "alice", "acme", "brigade", "insurance", "blaze"):
        assert subjects(desk.get("/desk/views/all-open/", {"q": words})) == ["Printer on fire"], words


def test_search_stays_in_the_view_unless_all_is_asked(desk, four):
    address = "/desk/views/mine/?q=alice"
    assert subjects(desk.get(address)) == ["Dora’s"]
    assert len(subjects(desk.get(link(desk.get(address), "in=all")))) == 4


def test_a_search_without_a_hit_says_what_to_do(desk, ticket):
    assert "Nothing found" in desk.get("/desk/views/all-open/?q=zebra").content.decode()


def test_what_is_typed_is_never_markup(desk, ticket, file_ticket, alice):
    file_ticket(alice, "<script>alert(1)</script>", "<b>bold</b>")
    page = desk.get("/desk/views/all-open/", {"q": "<script>alert"}).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_takes_the_same_queries_whatever_its_rows(
    desk, file_ticket, alice, answer, dora, rows, django_assert_num_queries
):
    for number in range(rows):
        ticket = file_ticket(alice, f"Ticket {number}")
        answer(ticket)
        ticket.assign(dora, by=dora)
    desk.get("/desk/views/mine/")
    with django_assert_num_queries(LIST):
        assert len(subjects(desk.get("/desk/views/mine/"))) == rows


def test_a_desk_without_tickets_says_where_the_first_comes_from(desk, portal):
    page = desk.get("/desk/views/mine/").content.decode()
    assert "No tickets yet" in page
    assert "http://testserver/support/" in page


def test_an_empty_view_of_a_desk_with_tickets_says_just_that(desk, ticket):
    page = desk.get("/desk/views/mine/").content.decode()
    assert "No ticket stands in this view." in page
    assert "No tickets yet" not in page


if connection.vendor == "sqlite":  # PostgreSQL counts what its indexes hold and chooses by that

    def test_the_few_that_wait_are_counted_without_a_walk_over_all_that_are_open(dora):
        waiting = queues.VIEWS["waiting"].of(Ticket.objects.visible_to_agent(dora), dora)
        assert "ticket_waiting_newest" in waiting.values("pk")[:1000].explain()
