"""An agent files a ticket for a customer and writes first; Cc; forwarding (D9)."""

import email
from email import policy

import pytest

from loket.conversations import delivery, letters
from loket.conversations.models import MailPolicy
from loket.files.models import File
from loket.history.models import Event, write_note
from loket.mail.models import Letter
from loket.people.models import Contact
from loket.tickets.models import Ticket

NEW = "/desk/tickets/new/"


@pytest.fixture
def file_for(desk, portal, inbox, pipeline):
    """Dora files a ticket for an address."""

    def file_for(address="alice@example.com", **more):
        form = desk.get(NEW).context["form"]
        typed = {
            "address": address, "subject": "You called", "text": "We come **today**.", "inbox": inbox.pk,
            "status": pipeline.first_open().pk, "source": "PHONE", "token": form["token"].value(),
        }  # fmt: skip
        return desk.post(NEW, typed | more)

    return file_for


def test_dora_files_a_ticket_for_alice_who_called(file_for, alice, acme, dora):
    answer = file_for()
    ticket = Ticket.objects.get()
    assert answer["Location"] == f"/desk/tickets/{ticket.pk}/"
    assert (ticket.requester, ticket.primary_company, ticket.owner, ticket.source) == (alice, acme, dora, "PHONE")
    letter = Letter.objects.get()
    assert letter.to == "alice@example.com" and "We come **today**." in letter.text
    assert ticket.threads.get().messages.get().agent == dora


def test_alice_sees_it_in_the_portal_and_gets_no_receipt(file_for, alice, entered, portal):
    MailPolicy.of(portal).set({"tells_received": True}, by=None)
    file_for()
    assert "You called" in entered(alice).get("/support/").content.decode()
    assert [each.subject[:3] for each in Letter.objects.all()] == ["Re:"]


def test_an_unknown_caller_becomes_a_contact(file_for):
    file_for("New@Example.com", first_name="Nina")
    assert Contact.objects.get(email="new@example.com").first_name == "Nina"


def test_sent_twice_it_is_one_ticket(file_for):
    file_for(token="once")
    file_for(token="once")
    assert (Ticket.objects.count(), Letter.objects.count()) == (1, 1)


@pytest.mark.parametrize("wrong", [{"address": "nobody"}, {"subject": ""}, {"text": ""}, {"cc": "a@b.example, nobody"}])
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(file_for, wrong):
    page = file_for(**wrong)
    assert page.status_code == 422
    assert "We come **today**." in page.content.decode() or "text" in wrong
    assert not (Ticket.objects.exists() or Letter.objects.exists())


def test_who_stands_in_cc_takes_part(desk, ticket, alice):
    desk.post(f"/desk/tickets/{ticket.pk}/replies/", {"text": "See both.", "cc": "Bob@example.com; new@example.com"})
    told = {each.to for each in Letter.objects.all()}
    assert told == {"alice@example.com", "bob@example.com", "new@example.com"}
    assert ticket.ticketparticipant_set.count() == 2


def test_a_wrong_address_in_cc_sends_nothing(desk, ticket):
    page = desk.post(f"/desk/tickets/{ticket.pk}/replies/", {"text": "See both.", "cc": "nobody"})
    assert page.status_code == 422
    assert "is not an e-mail address" in page.content.decode()
    assert not Letter.objects.exists()


def test_a_forward_holds_what_customers_see_and_nothing_else(desk, ticket, answer, dora, erin):
    answer(ticket, "Which printer?")
    delivery.comment(ticket.threads.get(), "Difficult: xylophone", by=erin)
    write_note(ticket, "zebra", by=dora)
    Letter.objects.all().delete()
    typed = {"to": "supplier@example.org", "text": "Can you help?", "token": "once"}
    for _twice in range(2):
        desk.post(f"/desk/tickets/{ticket.pk}/forwarding/", typed)
    letter = Letter.objects.get()
    assert (letter.to, letter.reply_to) == ("supplier@example.org", "")
    assert letter.text.index("Can you help?") < letter.text.index("> It burns.") < letter.text.index("> Which printer?")
    raw = bytes(letter.raw).decode()
    for hidden in ("xylophone", "zebra", dora.email, f"/tickets/{ticket.pk}/"):
        assert hidden not in raw + letter.text
    assert Event.objects.about(ticket).filter(verb="forwarded").count() == 1


def test_a_forward_carries_the_files_that_customers_see(desk, ticket, answer, dora, erin, monkeypatch):
    delivery.comment(ticket.threads.get(), "Look", by=erin, kept=[File.objects.keep(b"zebra", "internal.txt")])
    answer(
        ticket,
        kept=[File.objects.keep(b"%PDF Rechnung \xff", "Größe 📄.pdf"), File.objects.keep(b"x" * 900, "huge.bin")],
    )
    monkeypatch.setattr(letters, "MOST_BYTES", 800)
    desk.post(f"/desk/tickets/{ticket.pk}/forwarding/", {"to": "supplier@example.org", "text": "See", "token": "once"})
    letter = Letter.objects.get(to="supplier@example.org")
    mail = email.message_from_bytes(bytes(letter.raw), policy=policy.default)
    assert [(each.get_filename(), each.get_content()) for each in mail.iter_attachments()] == [
        ("Größe 📄.pdf", b"%PDF Rechnung \xff")
    ]
    assert "- Größe 📄.pdf\n- huge.bin (too large for a mail)" in letter.text
    assert "internal.txt" not in letter.text


def test_a_stranger_forwards_nothing(client, ticket):
    answer = client.post(f"/desk/tickets/{ticket.pk}/forwarding/", {"to": "x@example.org"})
    assert "sign-in" in answer["Location"]
    assert not Letter.objects.exists()
