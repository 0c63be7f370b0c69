"""A ticket's page: its conversation, what happened, and what stands beside it."""

import pytest

from loket.conversations import delivery
from loket.conversations.models import Message, Thread
from loket.history.models import record, write_note
from loket.people.models import Contact
from loket.properties.models import Definition
from loket.tickets.models import SightPolicy

QUERIES = 34


def read(desk, ticket, query=""):
    return desk.get(f"/desk/tickets/{ticket.pk}/{query}")


def happened(page):
    return [part["text"] for part in page.context["timeline"] if "events" in part]


def test_the_timeline_holds_messages_comments_notes_and_happenings(desk, ticket, answer, dora):
    answer(ticket, "We **look** into it.")
    delivery.comment(ticket.threads.get(), "Third time", by=dora)
    write_note(ticket, "Contract ends in May", by=dora)
    page = read(desk, ticket)
    parts = page.context["timeline"]
    assert [part.get("kind", "happening") for part in parts] == ["happening", "customer", "agent", "comment", "comment"]
    assert [part["role"] for part in parts[1:]] == [
        "E-mail message, by a form", "E-mail message, from the desk", "Comment, team only", "Note, team only",
    ]  # fmt: skip
    assert "<strong>look</strong>" in page.content.decode()


def test_what_happened_is_told_in_words(desk, ticket, dora, erin, charlie, pipeline, globex):
    waiting = pipeline.statuses.get(label="Waiting")
    deeds = [
        lambda: ticket.move_to(waiting, by=dora),
        lambda: ticket.assign(erin, by=dora),
        lambda: ticket.assign(dora, by=dora),
        lambda: ticket.assign(None, by=dora),
        lambda: ticket.change({"hs_ticket_priority": "HIGH"}, by=dora),
        lambda: ticket.change({"hs_ticket_priority": ""}, by=dora),
        lambda: ticket.change({"content": "Other"}, by=dora),
        lambda: ticket.associate_contact(charlie, by=dora),
        lambda: ticket.associate_company(globex, by=dora),
        lambda: ticket.close(by=dora),
        lambda: ticket.reopen(by=dora),
        lambda: record(ticket, "moon_landed", by=None),
    ]
    for deed in deeds:
        deed()
    assert happened(read(desk, ticket)) == [
        "Alice Example filed this ticket",
        "Dora Deskworth changed the status from New to Waiting, assigned this ticket to Erin, took this ticket, "
        "took this ticket from Dora Deskworth, set Priority to “High”, cleared Priority, changed the description, "
        "added Charlie Example as a contact, added the company Globex, closed this ticket as Closed, "
        "opened this ticket again as New",
        "Loket moon landed",
    ]


def test_deeds_of_two_people_are_two_lines(desk, ticket, dora, erin):
    ticket.assign(erin, by=dora)
    ticket.assign(dora, by=erin)
    assert happened(read(desk, ticket))[1:] == [
        "Dora Deskworth assigned this ticket to Erin", "Erin assigned this ticket to Dora Deskworth",
    ]  # fmt: skip


def test_a_custom_property_that_is_gone_keeps_its_name(desk, ticket, dora):
    Definition.objects.create(kind="ticket", name="machine", label="Machine", type="string")
    ticket.change({"machine": "Duo"}, by=dora)
    assert happened(read(desk, ticket))[1:] == ["Dora Deskworth set Machine to “Duo”"]
    Definition.objects.all().delete()
    assert happened(read(desk, ticket))[1:] == ["Dora Deskworth set machine to “Duo”"]


def test_quoted_history_is_folded(desk, ticket):
    Message.objects.update(quoted="<p>On Monday you wrote</p>")
    page = read(desk, ticket).content.decode()
    assert page.index('<details class="quote">') < page.index("On Monday you wrote")


def test_messages_of_every_conversation_show_and_the_shown_one_is_marked(desk, ticket, inbox, alice):
    second = Thread.objects.open(inbox=inbox, ticket=ticket, contact=alice)
    values = {"contact": alice, "author_name": "Alice", "is_incoming": True, "channel": "email", "html": "Aside"}
    Message.objects.create(thread=second, **values)
    page = read(desk, ticket)
    roles = [part["role"] for part in page.context["timeline"] if part.get("kind") == "customer"]
    assert roles == [
        "E-mail message, by a form",
        "E-mail message, by e-mail, in a conversation that customers do not see",
    ]
    assert [each.is_shown for each in page.context["cards"].threads] == [True, False]
    assert page.content.decode().count("Customers see this") == 1


def test_the_sidebar_says_who_sees_the_ticket_and_why(desk, ticket, alice, charlie, portal):
    ticket.add_participant(charlie, by=None)
    page = read(desk, ticket).content.decode()
    assert "Alice Example sees this ticket" in page
    assert "Charlie Example takes part in the ticket." in page
    SightPolicy.objects.update(visibility_filter={"filterGroups": [{"filters": [
        {"propertyName": "hs_ticket_priority", "operator": "EQ", "value": "LOW"}]}]})  # fmt: skip
    page = read(desk, ticket).content.decode()
    assert "Alice Example does not see this ticket" in page
    assert "The ticket does not meet the filter of Acme Support" in page


def test_a_portal_that_is_off_shows_nothing_to_anybody(desk, ticket, portal, erin):
    portal.turn_off(by=erin)
    page = read(desk, ticket)
    assert page.context["cards"].sights == []
    assert "Nobody is told by mail" in page.content.decode()


def test_the_primary_company_comes_first_and_is_marked(desk, ticket, acme, globex):
    ticket.associate_company(globex, by=None)
    ticket.primary_company = globex
    ticket.save()
    page = read(desk, ticket)
    assert [str(each) for each in page.context["cards"].companies] == ["Globex", "Acme"]
    assert page.content.decode().count("Primary</span>") == 1


def test_the_properties_card_has_all_values_in_words(desk, ticket, dora):
    Definition.objects.create(kind="ticket", name="machine", label="Machine", type="string")
    ticket.change({"hs_ticket_priority": "HIGH", "machine": "Duo"}, by=dora)
    words = dict(read(desk, ticket).context["cards"].properties)
    assert words["Priority"] == "High"
    assert words["Machine"] == "Duo"
    assert words["Requested by"] == "Alice Example"
    assert words["Description"] == "It burns."
    assert "Category" not in words


def test_other_tickets_of_the_requester_are_named(desk, ticket, file_ticket, alice, bob):
    file_ticket(alice, "Paper jam")
    file_ticket(bob, "Of Bob")
    assert [str(each) for each in read(desk, ticket).context["cards"].others] == ["Paper jam"]


def test_a_ticket_without_contacts_says_that_nobody_is_told(desk, ticket, alice):
    ticket.dissociate_contact(alice, by=None)
    page = read(desk, ticket).content.decode()
    assert "This ticket has no contact: nobody is told of your reply." in page


def test_a_ticket_that_is_not_there_is_not_found(desk, db):
    for number in ("0", "999999", "9" * 30):
        assert desk.get(f"/desk/tickets/{number}/").status_code == 404


def test_the_list_beside_the_ticket_stays_as_it_was(desk, ticket):
    page = read(desk, ticket, "?view=unassigned&sort=oldest&q=printer")
    pane = page.context["pane"]
    assert (pane.view.slug, pane.order.slug, pane.query) == ("unassigned", "oldest", "printer")
    assert pane.rows[0]["is_current"]
    assert pane.rows[0]["address"].endswith("?view=unassigned&q=printer&sort=oldest")


def test_live_brings_only_what_is_new(desk, ticket, answer, dora):
    cursor = read(desk, ticket).context["timeline"][-1]["cursor"]
    live = f"/desk/tickets/{ticket.pk}/live/"
    assert desk.get(live, {"after": cursor}).status_code == 204
    delivery.comment(ticket.threads.get(), "Psst", by=dora)
    page = desk.get(live, {"after": cursor}).content.decode()
    assert "Psst" in page
    assert "It burns." not in page
    assert "<html" not in page
    assert "It burns." in desk.get(live).content.decode()


@pytest.mark.parametrize("cursor", ["x", "1" * 17 + "é" * 60, "²" * 17, "1", "9" * 17 + "-event-1"])
def test_a_cursor_that_is_none_is_a_bad_request(desk, ticket, cursor):
    assert desk.get(f"/desk/tickets/{ticket.pk}/live/", {"after": cursor}).status_code in (204, 400)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_ticket_takes_the_same_queries_whatever_was_said(
    desk, ticket, answer, dora, erin, rows, django_assert_num_queries
):
    for number in range(rows):
        answer(ticket, f"Answer {number}")
        delivery.comment(ticket.threads.get(), f"Comment {number}", by=dora)
        write_note(ticket, f"Note {number}", by=dora)
        ticket.assign([dora, erin][number % 2], by=dora)
    read(desk, ticket)
    with django_assert_num_queries(QUERIES):
        read(desk, ticket)


def test_a_name_is_never_markup(desk, ticket, alice):
    Contact.objects.filter(pk=alice.pk).update(first_name="<img src=x onerror=alert(1)>")
    Message.objects.update(author_name="<img src=x onerror=alert(1)>")
    assert "<img src=x" not in read(desk, ticket).content.decode()
