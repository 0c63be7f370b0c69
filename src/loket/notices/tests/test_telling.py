"""Agents are told by mail and in the desk, as each chooses (D9)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from loket.conversations import delivery
from loket.conversations.channels.email.models import EmailChannel
from loket.conversations.intake import Incoming, receive
from loket.conversations.models import Channel, Inbox
from loket.history.models import write_note
from loket.mail.models import Letter
from loket.notices.models import Kind, Notice, NoticeChoice
from loket.people.models import User


@pytest.fixture
def told():
    """{(agent's first name, kind)} of all notices in the desk."""
    return lambda: set(Notice.objects.values_list("agent__first_name", "kind"))


@pytest.fixture
def mailed():
    """The first names in the addresses of agents' mails."""
    return lambda: {
        to.partition(" ")[0] for to in Letter.objects.filter(key__startswith="notice:").values_list("to", flat=True)
    }


@pytest.fixture
def write(inbox, portal):
    """A customer writes into a ticket."""

    def write(ticket, who):
        return receive(
            Incoming(
                contact=who, text="Still burning.", channel=Channel.PORTAL, inbox=inbox, portal=portal, ticket=ticket
            )
        )

    return write


def test_every_agent_is_told_of_a_new_ticket_in_the_desk(dora, erin, file_ticket, alice, told, mailed):
    file_ticket(alice)
    assert told() == {("Dora", "new"), ("Erin", "new")}
    assert mailed() == set(), "by mail only who chooses so"


def test_an_agent_chooses_inboxes_and_ways(dora, erin, file_ticket, alice, inbox, told, mailed):
    other = Inbox.objects.create(name="Sales")
    NoticeChoice.of(dora).choose(in_desk=[], by_mail=["new"], inboxes=[inbox.pk])
    NoticeChoice.of(erin).choose(in_desk=["new"], by_mail=["new"], inboxes=[other.pk])
    file_ticket(alice)
    assert told() == set()
    assert mailed() == {"Dora"}


def test_only_the_owner_is_told_of_a_customers_reply(dora, erin, ticket, alice, write, told):
    ticket.assign(erin, by=erin)
    Notice.objects.all().delete()
    write(ticket, alice)
    assert told() == {("Erin", "replied")}
    ticket.assign(None, by=erin)
    Notice.objects.all().delete()
    write(ticket, alice)
    assert told() == {("Dora", "replied"), ("Erin", "replied")}


def test_who_gets_a_ticket_is_told_unless_they_took_it(dora, erin, ticket, told, mailed):
    Notice.objects.all().delete()
    ticket.assign(dora, by=dora)
    assert told() == set()
    ticket.assign(erin, by=dora)
    assert told() == {("Erin", "assigned")}
    assert mailed() == {"Erin"}
    assert "Dora Deskworth assigned this ticket to you" in Letter.objects.get().text


@pytest.mark.parametrize("text", ["@Erin look", "Ask (@erin), please", "cc @erin@help.example", "@Erin"])
def test_a_mention_in_a_comment_tells(dora, erin, ticket, text, told):
    Notice.objects.all().delete()
    delivery.comment(ticket.threads.get(), text, by=dora)
    assert told() == {("Erin", "mentioned")}


@pytest.mark.parametrize("text", ["Erin look", "@Erinn", "mail me at x@erin", "@Dora notes to self", "@"])
def test_what_is_no_mention_of_another_tells_nobody(dora, erin, ticket, text, told):
    Notice.objects.all().delete()
    delivery.comment(ticket.threads.get(), text, by=dora)
    assert told() == set()


def test_a_note_mentions_too_and_once(dora, erin, ticket, told):
    Notice.objects.all().delete()
    for _twice in range(2):
        write_note(ticket, "@Erin, careful", by=dora, token="once")
    assert Notice.objects.get().kind == Kind.MENTIONED


def test_an_answer_by_mail_reaches_the_customer_but_one_to_a_mention_never(dora, erin, ticket, alice, write, inbox):
    EmailChannel.objects.create(inbox=inbox, address="help@example.com")
    ticket.assign(erin, by=dora)
    write(ticket, alice)
    delivery.comment(ticket.threads.get(), "@Erin he is difficult", by=dora)
    assigned, replied, mention = Letter.objects.filter(to__contains="erin@").order_by("pk")
    assert assigned.reply_to.startswith("help+") and replied.reply_to.startswith("help+")
    assert mention.reply_to == ""
    assert b"Auto-Submitted: auto-generated" in bytes(mention.raw)


def test_nothing_of_it_reaches_customers(dora, erin, ticket, alice):
    delivery.comment(ticket.threads.get(), "@Erin xylophone", by=dora)
    assert {each.to for each in Letter.objects.all()} == {"Erin <erin@help.example>"}


def test_who_left_the_team_is_told_nothing(dora, erin, ticket, alice, write, told):
    ticket.assign(dora, by=erin)
    dora.retire(by=erin)
    Notice.objects.all().delete()
    write(ticket, alice)
    assert told() == {("Erin", "replied")}


def test_a_team_is_told_with_as_many_queries_as_one_agent(dora, erin, inbox, ticket, alice, bob, write, mailed):
    EmailChannel.objects.create(inbox=inbox, address="support@help.example")
    User.objects.bulk_create(
        User(email=f"agent-{n}@help.example", first_name=f"Agent{n}", is_agent=True) for n in range(20)
    )
    User.objects.exclude(pk=dora.pk).update(is_active=False)
    write(ticket, alice)  # what is asked only once is asked now
    with CaptureQueriesContext(connection) as for_one:
        write(ticket, alice)
    User.objects.update(is_active=True)
    write(ticket, alice)
    with CaptureQueriesContext(connection) as for_many:
        write(ticket, alice)
    assert len(for_many) == len(for_one)
    assert len(mailed()) == 22
    assert len(set(Letter.objects.filter(key__startswith="notice:").values_list("reply_to", flat=True))) == 22
