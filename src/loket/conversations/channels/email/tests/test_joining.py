"""Which mail joins which ticket, and who counts as its sender (traps 10, 11, 14, 17; T10)."""

import pytest

from loket.conversations import delivery
from loket.conversations.channels.email.models import Mail, ReplyAddress, reply_to
from loket.conversations.channels.email.taking import take_due
from loket.conversations.channels.email.tests.writing import eml
from loket.conversations.models import Comment, Message
from loket.history.models import Event
from loket.mail.models import Letter
from loket.people.models import Company, Contact
from loket.search import engine
from loket.tickets.models import Ticket

PROVEN = "mx.loket.example; dmarc=pass header.from=help.example"


@pytest.fixture
def letter(ticket, channel, answer):
    """Dora's answer to Alice, as it went out."""
    answer(ticket)
    return Letter.objects.get()


@pytest.fixture
def address(letter):
    """Where Alice's mail program sends her answer."""
    return letter.reply_to


def texts(ticket):
    return [*Message.objects.filter(thread__ticket=ticket).in_order().values_list("text", flat=True)]


def test_a_strangers_first_mail_makes_a_ticket_of_a_new_contact_without_company(receive, portal):
    Company.objects.create(name="Example", domain="example.com")
    mail = receive(eml("Het brandt.", sender="Nieuw Iemand <nieuw@example.com>", Subject="Brand"))
    ticket = mail.ticket
    assert (ticket.subject, ticket.content, ticket.source) == ("Brand", "Het brandt.", "EMAIL")
    contact = ticket.requester
    assert (contact.email, contact.first_name, contact.last_name) == ("nieuw@example.com", "Nieuw", "Iemand")
    assert contact.primary_company is None
    assert Message.objects.visible_to(contact, portal).get().channel == "email"


def test_the_reply_address_differs_for_each_person_and_ticket_and_cannot_be_guessed(ticket, channel, alice, bob, inbox):
    first, again = (reply_to(inbox, ticket, contact=alice) for _each in range(2))
    assert first == again != reply_to(inbox, ticket, contact=bob)
    assert len(ReplyAddress.objects.first().token) == 26


def test_an_inbox_without_channel_has_no_reply_address(ticket, answer):
    answer(ticket)
    assert Letter.objects.get().reply_to == ""


def test_alices_answer_to_our_mail_continues_her_ticket(ticket, receive, address):
    mail = receive(eml("Nog steeds.", to=address, Subject="Iets heel anders"))
    assert (mail.state, mail.reason, mail.ticket) == ("taken", "reply", ticket)
    assert texts(ticket)[-1] == "Nog steeds."


def test_capitals_in_the_reply_address_are_the_same_address(ticket, receive, address):
    assert receive(eml(to=address.upper())).ticket == ticket


def test_a_subject_with_a_ticket_number_joins_nothing(ticket, receive):
    mail = receive(eml(Subject=f"Re: Printer on fire (#{ticket.pk})"))
    assert mail.ticket != ticket


def test_a_token_in_another_domain_joins_nothing(ticket, receive, address):
    assert receive(eml(to=address.replace("loket.example", "evil.example"))).ticket != ticket


def test_charlie_with_alices_reply_address_goes_to_review(ticket, receive, address, charlie, dora, portal, alice):
    mail = receive(eml("Ik ben Alice.", sender="Alice <charlie@example.com>", to=address))
    assert (mail.state, mail.reason, mail.ticket) == ("quarantined", "another_sender", ticket)
    assert "Ik ben Alice." not in texts(ticket)
    mail.release(by=dora)
    take_due()
    assert texts(ticket)[-1] == "Ik ben Alice."
    shown = Message.objects.visible_to(alice, portal).values_list("text", flat=True)
    assert "We look into it." in shown
    assert "Ik ben Alice." not in shown
    assert engine.find("ticket", "Ik ben") == []
    assert not Ticket.objects.visible_to(charlie, portal).filter(pk=ticket.pk).exists()


def test_a_revoked_reply_address_joins_nothing(ticket, receive, address):
    ReplyAddress.objects.update(revoked_at="2026-01-01T00:00:00Z")
    assert receive(eml(to=address)).ticket != ticket


def test_an_answer_to_our_message_id_joins_only_from_who_takes_part(ticket, receive, letter, bob):
    answers = {"In_Reply_To": letter.message_id}
    assert receive(eml("Van Alice", **answers)).ticket == ticket
    other = receive(eml("Van Bob", sender="bob@example.com", **answers)).ticket
    assert other != ticket
    assert Event.objects.about(other).filter(verb="answers_ticket").get().details["ticket"].startswith(f"#{ticket.pk} ")
    assert Event.objects.about(ticket).filter(verb="answered_in_ticket").exists()
    ticket.add_participant(bob, by=None)
    assert receive(eml("Weer Bob", sender="bob@example.com", **answers)).ticket == ticket


def test_a_made_up_message_id_joins_nothing(ticket, receive):
    assert receive(eml(References="<1234567890@testserver>")).ticket != ticket


def test_mail_to_a_closed_ticket_makes_a_new_one_linked_for_agents(ticket, receive, address, dora, portal, alice):
    ticket.close(by=dora)
    mail = receive(eml("Toch niet opgelost.", to=address, Subject="Re: Printer"))
    assert mail.ticket != ticket
    assert mail.ticket.requester == alice
    ticket.refresh_from_db()
    assert ticket.is_closed
    assert Event.objects.about(mail.ticket).filter(verb="answers_ticket").exists()


def test_the_same_message_id_with_other_words_is_another_mail(receive):
    first = receive(eml("Een", Message_ID="<same@evil.example>"))
    second = receive(eml("Twee", Message_ID="<same@evil.example>"))
    assert first.ticket != second.ticket
    assert second.state == "taken"


def test_the_same_words_sent_twice_are_two_mails(receive):
    assert receive(eml("Help!")).ticket != receive(eml("Help!")).ticket


def test_a_copy_that_came_by_another_way_is_kept_but_no_second_ticket(receive):
    content = eml("Een", Message_ID="<copy@out.example>")
    first = receive(content)
    second = receive(b"Received: from elsewhere\n" + content)
    assert (second.state, second.ticket) == ("copy", first.ticket)
    assert Ticket.objects.count() == 1


def test_the_pipe_handing_over_twice_stores_once(receive):
    content = eml()
    assert receive(content) == receive(content)
    assert Mail.objects.count() == 1


# Agents


def test_an_agent_with_token_and_proven_from_answers_by_mail(ticket, receive, channel, dora, alice, inbox):
    to = reply_to(inbox, ticket, agent=dora)
    mail = receive(eml("We komen.", sender="Dora <dora@help.example>", to=to, Authentication_Results=PROVEN))
    assert (mail.reason, mail.message.agent, mail.message.is_incoming) == ("answer", dora, False)
    assert Letter.objects.get().to == "alice@example.com"


@pytest.mark.parametrize(
    "results", [None, "mx.evil.example; dmarc=pass header.from=help.example", "mx.loket.example; dmarc=fail", "mx.loket.example; spf=pass smtp.mailfrom=evil.example",
    'mx.loket.example; spf=pass smtp.mailfrom="x header.from=help.example y"@evil.example',
    'mx.loket.example; spf=pass smtp.mailfrom="a;dkim=pass header.d=help.example"@evil.example',
    'mx.loket.example; spf=pass (by "x) smtp.mailfrom="; dkim=pass header.d=help.example "@evil.example',
    "mx.loket.example; spf=pass (a (b) dkim=pass header.d=help.example) smtp.mailfrom=evil.example",
    "mx.loket.example; spf=pass smtp.mailfrom=help.example=x@evil.example",
    "mx.loket.example; spf=pass smtp.mailfrom=help.example@evil.example reason=x;y dmarc=pass header.from=help.example",
]
)  # fmt: skip
def test_an_agents_mail_that_our_server_has_not_proven_goes_to_review(ticket, receive, dora, inbox, channel, results):
    to = reply_to(inbox, ticket, agent=dora)
    mail = receive(eml("Vals.", sender="dora@help.example", to=to, Authentication_Results=results))
    assert mail.state == "quarantined"
    assert mail.reason in ("agent_unproven", "forged")
    assert not Letter.objects.exists()


def test_a_forged_result_below_our_own_does_not_count(ticket, receive, dora, inbox, channel):
    ours, forged = b"Authentication-Results: mx.loket.example; dmarc=none\n", PROVEN
    content = ours + eml(
        sender="dora@help.example", to=reply_to(inbox, ticket, agent=dora), Authentication_Results=forged
    )
    assert receive(content).reason == "agent_unproven"


def test_an_agents_mail_not_to_the_customer_is_a_comment(ticket, receive, letter, dora, alice, portal):
    mail = receive(
        eml(
            "Intern: lastige klant",
            sender="dora@help.example",
            In_Reply_To=letter.message_id,
            Authentication_Results=PROVEN,
        )
    )
    assert (mail.reason, mail.comment.text, mail.ticket) == ("comment", "Intern: lastige klant", ticket)
    assert mail.comment.agent == dora
    assert "lastige" not in str(Message.objects.visible_to(alice, portal).values_list("text", flat=True))


def test_a_rule_of_the_inbox_makes_a_mail_internal_with_its_files(ticket, receive, letter, inbox, alice, portal):
    inbox.rules.create(sender="alice@", subject="intern")
    body = "--x\n\nAlleen voor ons\n--x\nContent-Disposition: attachment; filename=plan.txt\n\nGeheim\n--x--"
    mail = receive(
        eml(body, Subject="INTERN: plan", Content_Type="multipart/mixed; boundary=x", In_Reply_To=letter.message_id)
    )
    assert mail.ticket == ticket
    made = Comment.objects.get()
    assert (made.text, made.attachments.get().file.name) == ("Alleen voor ons", "plan.txt")
    other = receive(eml(Subject="Gewoon", In_Reply_To=letter.message_id))
    assert other.reason == "reply"


def test_a_customer_told_already_is_not_mailed_again(ticket, channel, dora, alice):
    letter = type("Letter", (), {"html": "<p>x</p>", "text": "x", "quoted": "", "pictures": []})
    delivery.reply(ticket.threads.get(), "", by=dora, letter=letter, told={"alice@example.com"})
    assert not Letter.objects.exists()


def test_mail_that_our_own_server_calls_forged_is_kept_apart(receive, alice):
    mail = receive(eml(Authentication_Results="mx.loket.example; dmarc=fail header.from=example.com"))
    assert (mail.state, mail.reason) == ("quarantined", "forged")


def test_a_mail_without_sender_can_be_released_into_a_ticket_of_nobody(receive, dora):
    mail = receive(eml("Wie ben ik?", sender=None))
    assert (mail.state, mail.reason) == ("quarantined", "no_sender")
    mail.release(by=dora)
    take_due()
    mail.refresh_from_db()
    assert (mail.state, mail.ticket.requester) == ("taken", None)
    assert not Contact.objects.exists()


def test_an_answer_to_what_an_agent_called_spam_lies_in_the_spam(ticket, receive, address, dora):
    ticket.mark_spam(by=dora)
    mail = receive(eml("Koop nu.", to=address))
    assert (mail.state, mail.reason, mail.ticket) == ("spam", "spam_ticket", ticket)
    assert texts(ticket) == ["It burns.", "We look into it."]
    ticket.restore(by=dora)
    mail.release(by=dora)
    take_due()
    assert texts(ticket)[-1] == "Koop nu."


def test_an_answer_to_a_ticket_in_the_bin_makes_a_new_one_linked_for_agents(
    ticket, receive, address, dora, alice, portal
):
    ticket.discard(by=dora)
    mail = receive(eml("Nog iets.", to=address))
    assert mail.reason == "ticket"
    assert Ticket.objects.visible_to(alice, portal).get() == mail.ticket != ticket
    assert Event.objects.about(mail.ticket).filter(verb="answers_ticket").exists()


def test_an_agents_mail_to_a_ticket_in_the_bin_goes_to_review_and_to_nobody(ticket, channel, receive, dora, inbox):
    ticket.discard(by=dora)
    mail = receive(
        eml("Klaar.", sender=dora.email, to=reply_to(inbox, ticket, agent=dora), Authentication_Results=PROVEN)
    )
    assert (mail.state, mail.reason) == ("quarantined", "ticket_removed")
    assert not Letter.objects.exists()
