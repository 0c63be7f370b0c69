"""What customers are told by mail, in which words, in which thread (C8)."""

import email
from email import policy

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from loket.conversations import delivery, letters
from loket.conversations.channels.email.bodies import Body
from loket.conversations.channels.email.models import EmailChannel
from loket.conversations.intake import Incoming, receive
from loket.conversations.models import Channel, MailPolicy
from loket.files.models import File
from loket.history.models import write_note
from loket.mail.models import Letter
from loket.tickets.models import WordingPolicy


@pytest.fixture
def telling(portal):
    """The portal tells of everything."""
    MailPolicy.of(portal).set({"tells_received": True, "tells_closed": True}, by=None)
    return portal


@pytest.fixture
def mailed(inbox, pipeline):
    """A ticket that came by mail, from an address that nobody has proven."""

    def mailed(contact, **more):
        return receive(
            Incoming(
                contact=contact, text="Buy at http://spam.example", channel=Channel.EMAIL, inbox=inbox,
                subject="Buy pills", status=pipeline.first_open(), **more,
            )
        ).thread.ticket  # fmt: skip

    return mailed


def read(letter):
    """The mail as an independent reader, the standard library's, understands it."""
    return email.message_from_bytes(bytes(letter.raw), policy=policy.default)


def words(letter):
    mail = read(letter)
    return mail.get_body(("plain",)).get_content() + mail.get_body(("html",)).get_content()


def test_who_files_a_ticket_is_told_that_it_arrived(telling, file_ticket, alice):
    ticket = file_ticket(alice)
    letter = Letter.objects.get()
    assert (letter.to, letter.subject) == ("alice@example.com", f"Printer on fire (#{ticket.pk})")
    assert f"Ticket #{ticket.pk} has reached us" in letter.text
    mail = read(letter)
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    assert mail["List-Id"] == "<support.testserver>"


def test_a_portal_without_receipts_sends_none(portal, file_ticket, alice):
    file_ticket(alice)
    assert not Letter.objects.exists()


def test_an_unproven_address_gets_none_of_the_strangers_words(telling, mailed, charlie):
    charlie.first_name = "http://spam.example"
    charlie.save()
    ticket = mailed(charlie)
    letter = Letter.objects.get()
    assert letter.subject == f"Ticket (#{ticket.pk})"
    for word in ("pills", "spam.example", "Buy"):
        assert word not in words(letter) + str(read(letter)["Subject"])


def test_machines_and_strangers_get_no_receipt(telling, mailed, alice):
    mailed(alice, is_automatic=True)
    mailed(alice, is_strange=True)
    assert not Letter.objects.exists()
    mailed(alice)
    assert Letter.objects.count() == 1


def test_an_address_gets_only_so_many_receipts_a_day(telling, mailed, alice, monkeypatch):
    monkeypatch.setattr(delivery, "MOST_RECEIPTS", 2)
    for _n in range(4):
        mailed(alice)
    assert Letter.objects.count() == 2


def test_customers_are_told_that_a_ticket_is_closed_but_not_who_closed_it(telling, file_ticket, alice, bob, dora):
    ticket = file_ticket(alice)
    ticket.add_participant(bob, by=bob)
    Letter.objects.all().delete()
    ticket.close(by=alice)
    letter = Letter.objects.get()
    assert letter.to == "bob@example.com"
    assert read(letter)["Auto-Submitted"] == "auto-generated"
    ticket.reopen(by=dora)
    ticket.close(by=dora)
    assert Letter.objects.count() == 3, "closed once more is news once more"


def test_the_portals_language_and_word_for_tickets(telling, file_ticket, alice, dora):
    telling.domain.language = "nl"
    telling.domain.save()
    WordingPolicy.of(telling).set({"singular": {"nl": "Melding"}}, by=None)
    ticket = file_ticket(alice)
    ticket.close(by=dora)
    receipt, closure = Letter.objects.order_by("pk")
    assert f"Melding #{ticket.pk} is bij ons binnengekomen" in receipt.text
    assert f"Melding #{ticket.pk} is gesloten" in closure.text


def test_mail_programs_show_one_thread(telling, file_ticket, alice, answer):
    ticket = file_ticket(alice)
    answer(ticket)
    answer(ticket, "More.")
    first, second, third = (read(each) for each in Letter.objects.order_by("pk"))
    assert first["In-Reply-To"] is None
    assert second["In-Reply-To"] == first["Message-ID"]
    assert third["In-Reply-To"] == second["Message-ID"]
    assert third["References"].split() == [first["Message-ID"], second["Message-ID"]]
    assert second["Auto-Submitted"] is None, "a person's answer is no machine's"


def test_the_history_is_what_the_customer_sees(ticket, answer, portal, dora):
    delivery.comment(ticket.threads.get(), "A difficult one: xylophone", by=dora)
    write_note(ticket, "zebra", by=dora)
    answer(ticket, "First answer.")
    answer(ticket, "Second answer.")
    last = words(Letter.objects.last())
    assert last.index("Second answer.") < last.index("First answer.") < last.index("It burns.")
    assert "Dora wrote:" in last
    for hidden in ("xylophone", "zebra", "Deskworth", dora.email):
        assert hidden not in last
    MailPolicy.of(portal).set({"quotes_history": False}, by=None)
    answer(ticket, "Third answer.")
    assert "First answer." not in words(Letter.objects.last())


def test_small_files_go_along_and_large_ones_are_linked(ticket, dora, monkeypatch):
    monkeypatch.setattr(letters, "MOST_BYTES", 100)
    files = [File.objects.store(SimpleUploadedFile(name, b"x" * size), uploader=dora) for name, size in (("a b.txt", 90), ("c.txt", 20))]  # fmt: skip
    delivery.reply(ticket.threads.get(), "See both.", by=dora, files=[each.token for each in files])
    letter = Letter.objects.get()
    assert [(each.get_filename(), each.get_payload(decode=True)) for each in read(letter).iter_attachments()] == [
        ("a b.txt", b"x" * 90)
    ]
    assert "http://testserver/support/files/" in letter.text
    assert letter.text.count("/c.txt") == 1


def test_a_picture_of_an_agents_mail_stands_within_the_text(ticket, dora, portal):
    picture = File.objects.keep(ContentFile(b"\x89PNG picture"), "chart.png")
    body = Body(
        html="<p>See \ue0f00\ue0f1</p>", text="See", quoted="", pictures=[{"cid": "x", "file": 0, "alt": "Chart"}]
    )
    delivery.reply(ticket.threads.get(), "", by=dora, letter=body, kept=[picture])
    mail = read(Letter.objects.get())
    html = mail.get_body(("related", "html"))
    [part] = [each for each in mail.walk() if each["Content-ID"]]
    assert f'src="cid:{part["Content-ID"][1:-1]}"' in html.as_string().replace("=\n", "").replace("=3D", "=")
    assert part.get_payload(decode=True) == b"\x89PNG picture"
    assert not list(mail.iter_attachments()), "it stands in the text, not below it"


def test_every_odd_word_is_read_back_as_it_was(ticket, answer, alice, portal):
    odd = "\n".join(["x" * 3000, "🦖 Grüße", "مرحبا بالعالم", ".", "..", "From here", "a\tb  "])
    portal.name = "Überall – 支持"
    portal.save()
    answer(ticket, odd)
    letter = Letter.objects.get()
    assert all(len(line) <= 998 for line in bytes(letter.raw).split(b"\r\n"))
    assert bytes(letter.raw).isascii()
    mail = read(letter)
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n").startswith(odd)
    assert mail["From"].addresses[0].display_name == "Dora – Überall – 支持"


def test_answers_come_to_an_address_of_ticket_and_person(ticket, answer, inbox, alice):
    EmailChannel.objects.create(inbox=inbox, address="help@example.com")
    answer(ticket)
    assert read(Letter.objects.get())["Reply-To"].addresses[0].username.startswith("help+")


def test_own_texts_with_placeholders(ticket, answer, portal, alice):
    texts = {
        "reply": {
            "subject": {"en": "{ticket} {number}"},
            "text": {"en": "Dear {first_name},\n\n{answer}\n\n{agent} <b>"},
        }
    }
    MailPolicy.of(portal).set({"texts": texts}, by=None)
    alice.first_name = "{link}<i>"
    alice.save()
    answer(ticket, "Fixed.")
    letter = Letter.objects.get()
    assert letter.subject == f"Ticket {ticket.pk}"
    assert letter.text.startswith("Dear {link}<i>,\n\nFixed.\n\nDora <b>"), "what is filled in is not read again"
    assert "Dear {link}&lt;i&gt;," in read(letter).get_body(("html",)).get_content()


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        ({"reply": {"text": {"en": "{answer} {password}"}}}, "reply_text"),
        ({"reply": {"text": {"nl": "Zonder antwoord"}}}, "reply_text"),
        ({"reply": {"subject": {"en": "{answer}"}}}, "reply_subject"),
        ({"closed": {"text": {"en": "{agent}"}}}, "closed_text"),
    ],
)
def test_a_placeholder_that_stands_for_nothing_is_refused(portal, texts, field):
    with pytest.raises(ValidationError) as refused:
        MailPolicy.of(portal).set({"texts": texts}, by=None)
    assert list(refused.value.error_dict) == [field]


def test_template_syntax_is_only_words(ticket, answer, portal):
    MailPolicy.of(portal).set({"texts": {"reply": {"text": {"en": "{answer} {{ 7|add:7 }} {% now %}"}}}}, by=None)
    answer(ticket)
    assert "{{ 7|add:7 }} {% now %}" in Letter.objects.get().text


def test_a_kind_of_mail_can_say_again_what_it_says_by_default(portal, ticket, answer):
    row = MailPolicy.of(portal)
    row.set({"texts": {"reply": {"subject": {"en": "Mine"}}, "closed": {"text": {"en": "Bye"}}}}, by=None)
    row.reset("reply", by=None)
    answer(ticket)
    assert Letter.objects.get().subject.startswith("Re: Printer on fire")
    assert MailPolicy.of(portal).texts == {"closed": {"text": {"en": "Bye"}}}
