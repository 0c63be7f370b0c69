"""Mail that no person wrote is recognised, kept, and answered by nothing (trap 12)."""

import pytest

from loket.conversations.channels.email.models import Mail, SenderRule
from loket.conversations.channels.email.tests.writing import eml
from loket.history.models import Event
from loket.mail.models import Delivery, Letter
from loket.tickets.models import Ticket


@pytest.fixture
def letter(ticket, channel, answer):
    """Dora's answer to Alice, as it went out."""
    answer(ticket)
    return Letter.objects.get()


def bounce(letter, *, recipient="alice@example.com", action="failed", status="5.1.1"):
    """A mail server's report (RFC 3464) about a mail of ours, as bytes."""
    body = f"""--grens
Content-Type: text/plain

Uw bericht kon niet worden bezorgd.
--grens
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 Mailbox unknown,
 ask somebody else
--grens
Content-Type: message/rfc822

Message-ID: {letter.message_id}
Subject: Re: Printer on fire

Tekst
--grens--"""
    return eml(
        body, sender="Mail Delivery Subsystem <MAILER-DAEMON@mx.example.com>", Subject="Onbestelbaar", Return_Path="<>",
        Content_Type="multipart/report; report-type=delivery-status; boundary=grens",
    )  # fmt: skip


def test_a_bounce_marks_the_delivery_with_the_reason(receive, letter, ticket):
    mail = receive(bounce(letter))
    delivery = Delivery.objects.get()
    assert (mail.state, mail.reason, mail.ticket) == ("machine", "bounce", ticket)
    assert (delivery.state, delivery.error) == ("failed", "Sent back: 550 5.1.1 Mailbox unknown, ask somebody else")
    assert Event.objects.about(ticket).filter(verb="mail_bounce").exists()
    assert Ticket.objects.count() == 1


def test_a_bounce_of_a_mail_we_never_sent_marks_nothing(receive, letter):
    letter.message_id = "<made-up@testserver>"
    assert receive(bounce(letter)).ticket is None
    assert Delivery.objects.get().state == "queued"


def test_a_bounce_for_somebody_else_marks_nothing(receive, letter):
    receive(bounce(letter, recipient="bob@example.com"))
    assert Delivery.objects.get().state == "queued"


def test_a_delay_is_no_failure(receive, letter):
    receive(bounce(letter, action="delayed", status="4.4.1"))
    assert Delivery.objects.get().state == "queued"


@pytest.mark.parametrize(
    ("reason", "headers"),
    [
        ("auto_reply", {"Auto_Submitted": "auto-replied"}),
        ("auto_reply", {"Auto_Submitted": "Auto-Replied (vacation)", "Subject": "Vakantie"}),
        ("auto_reply", {"X_Autoreply": "yes"}),
        ("auto_reply", {"Subject": "Automatisch antwoord: uw vraag", "In_Reply_To": "<a@b.example>"}),
        ("auto_reply", {"Subject": "Afwezig: Re: Printer", "Return_Path": "<>"}),
        ("auto_reply", {"Subject": "Abwesenheitsnotiz", "References": "<a@b.example>"}),
        ("list", {"List_Id": "<nieuws.example.com>"}),
        ("list", {"Precedence": "bulk"}),
        ("automatic", {"Auto_Submitted": "auto-generated"}),
        ("automatic", {"sender": "no-reply@shop.example"}),
        ("calendar_answer", {"Content_Type": "text/calendar; method=REPLY"}),
        ("bounce", {"sender": "MAILER-DAEMON@mx.example", "Subject": "Undelivered Mail Returned to Sender"}),
        ("report", {"Content_Type": "multipart/report; report-type=disposition-notification; boundary=x"}),
    ],
)
def test_a_machine_is_recognised_and_makes_no_ticket(receive, reason, headers):
    mail = receive(eml(**headers))
    assert (mail.state, mail.reason) == ("machine", reason)
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "no"},
        {"Subject": "Out of office hours calls"},
        {"Subject": "Afwezig vrijdag, kan het maandag?"},
    ],
)
def test_a_person_is_not_taken_for_a_machine(receive, headers):
    assert receive(eml(**headers)).state == "taken"


def test_an_out_of_office_to_a_closed_ticket_does_not_open_it(receive, letter, ticket, dora):
    ticket.close(by=dora)
    mail = receive(eml("Ik ben er niet.", to=letter.reply_to, Auto_Submitted="auto-replied"))
    ticket.refresh_from_db()
    assert (mail.reason, mail.ticket, ticket.is_closed) == ("auto_reply", ticket, True)
    assert Event.objects.about(ticket).filter(verb="mail_auto_reply").exists()
    assert Ticket.objects.count() == 1


def test_our_own_mail_that_comes_back_to_us_is_no_ticket(receive, letter):
    assert receive(eml(sender="help@loket.example")).reason == "own"
    assert receive(eml(Message_ID=letter.message_id)).reason == "own"


def test_two_machines_that_pretend_to_be_people_are_stopped(receive, letter, ticket, monkeypatch):
    monkeypatch.setattr("loket.conversations.channels.email.joining.MOST_AT_ONCE", 3)
    reasons = [receive(eml(f"Dank {number}", to=letter.reply_to)).reason for number in range(5)]
    assert reasons == ["reply"] * 3 + ["flood"] * 2


def test_what_an_allowed_machine_writes_is_a_ticket(receive, inbox):
    SenderRule.objects.create(inbox=inbox, pattern="shop.example", verdict="allow")
    assert receive(eml(sender="no-reply@mail.shop.example")).state == "taken"
    assert receive(eml(sender="no-reply@shop.example", Auto_Submitted="auto-replied")).state == "machine"


def test_denied_senders_and_what_a_filter_calls_spam_lie_in_the_spam(receive, inbox):
    SenderRule.objects.create(inbox=inbox, pattern="@evil.example", verdict="deny")
    SenderRule.objects.create(inbox=inbox, pattern="good@evil.example", verdict="allow")
    assert (receive(eml(sender="bad@evil.example")).reason, receive(eml(X_Spam_Flag="YES")).reason) == (
        "denied",
        "filter",
    )
    assert receive(eml(sender="Good@evil.example", X_Spam_Flag="YES")).state == "taken"
    assert Mail.objects.spam().count() == 2
