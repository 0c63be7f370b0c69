"""C5: replies, with and without scripts, sent once or twice."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from loket.conversations.models import Attachment, Comment, Message, RoutingPolicy
from loket.files.models import File
from loket.history.models import Event
from loket.tickets.models import TicketReading


@pytest.fixture
def send(ticket):
    return lambda browser, **fields: browser.post(f"/support/tickets/{ticket.pk}/replies/", fields)


def said(ticket):
    return list(Message.objects.filter(thread__ticket=ticket).in_order().values_list("text", flat=True))


def token_in(response):
    return response.content.decode().split('name="token" value="')[1].split('"')[0]


def test_a_reply_joins_the_conversation_and_leads_back_to_it(entered, send, ticket, alice, dora):
    browser = entered(alice)
    response = send(browser, text="It **still** burns.", token="a" * 20)
    message = Message.objects.in_order().last()
    assert response.headers["Location"] == f"/support/tickets/{ticket.pk}/#message-{message.pk}"
    assert (message.contact, message.channel, message.is_incoming) == (alice, "portal", True)
    page = browser.get(f"/support/tickets/{ticket.pk}/").content.decode()
    assert "<strong>still</strong>" in page
    assert "Your reply was sent." in page
    assert "data-sent=" in page, "so that the draft is dropped"
    assert "data-sent=" not in browser.get(f"/support/tickets/{ticket.pk}/").content.decode()


def test_charlie_cannot_reply_to_alices_ticket(entered, send, ticket, charlie):
    assert send(entered(charlie), text="Let me in").status_code == 404
    assert said(ticket) == ["It burns."]


def test_bob_replies_to_a_colleagues_ticket_and_takes_part(entered, send, ticket, bob):
    send(entered(bob), text="Here too.")
    assert ticket.ticketparticipant_set.get().contact == bob


def test_who_writes_is_known_and_not_asked(entered, send, ticket, alice, bob, dora, pipeline):
    fields = {"contact": bob.pk, "agent": dora.pk, "is_incoming": "0", "author_name": "Dora", "owner": dora.pk,
              "status": pipeline.statuses.filter(is_closed=True).first().pk, "channel": "desk", "is_internal": "1", "thread": "7"}  # fmt: skip
    send(entered(alice), text="Hello", **fields)
    message = Message.objects.in_order().last()
    assert (message.contact, message.agent, message.is_incoming, message.channel) == (alice, None, True, "portal")
    ticket.refresh_from_db()
    assert (ticket.owner, ticket.is_closed) == (None, False)
    assert not Comment.objects.exists()


def test_sent_twice_it_is_one_message(entered, send, ticket, alice):
    browser = entered(alice)
    token = token_in(browser.get(f"/support/tickets/{ticket.pk}/"))
    first, second = (send(browser, text="Once", token=token) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert said(ticket) == ["It burns.", "Once"]


def test_other_words_from_the_same_rendering_are_another_message(entered, send, ticket, alice):
    browser = entered(alice)
    send(browser, text="First thought", token="same")
    send(browser, text="Second thought", token="same")
    assert said(ticket)[1:] == ["First thought", "Second thought"]


def test_the_same_words_with_another_file_are_another_message_and_with_the_same_file_one(entered, send, ticket, alice):
    browser = entered(alice)
    for name in ("a.txt", "a.txt", "b.txt"):
        send(browser, text="See this", token="same", files=[SimpleUploadedFile(name, b"Bytes")])
    send(browser, text="See this", token="same", files=[SimpleUploadedFile("a.txt", b"Other bytes")])
    send(browser, text="See this", token="same")
    assert said(ticket)[1:] == ["See this"] * 4
    names = Attachment.objects.order_by("pk").values_list("file__name", flat=True)
    assert list(names) == ["a.txt", "b.txt", "a.txt"]


def test_a_token_counts_for_its_person_and_ticket_only(entered, send, ticket, file_ticket, alice, bob):
    other = file_ticket(alice, "Other")
    alices, bobs = entered(alice), entered(bob)
    for browser, place in ((alices, ticket), (alices, other), (bobs, ticket)):
        answer = browser.post(f"/support/tickets/{place.pk}/replies/", {"text": "Same", "token": "same"})
        assert answer.status_code == 302
    assert said(ticket)[1:] == ["Same", "Same"]
    assert said(other)[1:] == ["Same"]


def test_each_rendering_has_its_own_token(entered, ticket, alice):
    browser = entered(alice)
    address = f"/support/tickets/{ticket.pk}/"
    assert token_in(browser.get(address)) != token_in(browser.get(address))


def test_nothing_written_is_said_beside_the_field(entered, send, ticket, alice):
    response = send(entered(alice), text="  \r\n ")
    assert response.status_code == 422
    assert "Write something, or attach a file." in response.content.decode()
    assert said(ticket) == ["It burns."]


@pytest.mark.parametrize("text", ["x" * 65_001, "a\x00b"])
def test_what_cannot_be_taken_is_refused_and_kept(entered, send, ticket, alice, text):
    response = send(entered(alice), text=text, token="t")
    assert response.status_code == 422
    assert text.replace("\x00", "")[:1000] in response.content.decode().replace("\x00", "")
    assert said(ticket) == ["It burns."]


@pytest.mark.parametrize(
    "text", ["x" * 65_000, "line\r\n" * 10_000, "e\u0301\u0327" * 10_000, "🙂" * 1000, "> " * 5000]
)
def test_long_and_odd_words_are_taken(entered, send, ticket, alice, text):
    assert send(entered(alice), text=text).status_code == 302
    assert len(said(ticket)) == 2


@pytest.mark.parametrize("token", ["\x00", "x" * 101])
def test_an_odd_token_is_no_fault(entered, send, alice, token):
    assert send(entered(alice), text="Hello", token=token).status_code in (302, 422)


def test_a_text_that_a_database_cannot_hold_is_refused_at_the_edge(entered, ticket, alice):
    address = f"/support/tickets/{ticket.pk}/replies/"
    body = "text=a%00b"
    answer = entered(alice).post(address, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400


def test_a_closed_ticket_takes_no_reply_and_the_words_stay(entered, send, ticket, alice, dora):
    browser = entered(alice)
    ticket.close(by=dora)
    response = send(browser, text="Too late?")
    assert response.status_code == 422
    page = response.content.decode()
    assert "Too late?" in page
    assert "File a new one" in page
    assert said(ticket) == ["It burns."]


def test_a_portal_without_inbox_takes_none_and_says_so(entered, send, portal, ticket, alice):
    RoutingPolicy.objects.all().delete()
    response = send(entered(alice), text="Anybody?")
    assert response.status_code == 422
    assert "Anybody?" in response.content.decode()


def test_files_come_with_the_form_where_there_is_no_script(entered, send, ticket, alice):
    files = [SimpleUploadedFile(name, b"Bytes") for name in ("a.txt", "b.txt")]
    assert send(entered(alice), text="", files=files).status_code == 302
    message = Message.objects.in_order().last()
    assert [str(each) for each in message.attachments.all()] == ["a.txt", "b.txt"]


def test_files_uploaded_before_come_by_their_tokens(entered, send, ticket, alice, bob):
    browser = entered(alice)
    upload = browser.post("/support/uploads/", {"file": SimpleUploadedFile("a.txt", b"Bytes")}).json()
    stolen = send(entered(bob), text="Mine now", upload=upload["token"])
    assert stolen.status_code == 422
    assert "no longer there" in stolen.content.decode()
    for _ in range(2):
        assert send(browser, text="See this", upload=upload["token"], token="t").status_code == 302
    assert said(ticket)[1:] == ["See this"]
    assert Message.objects.in_order().last().attachments.get().file.name == "a.txt"


def test_an_error_keeps_the_files_too(entered, send, ticket, alice, settings):
    browser = entered(alice)
    upload = browser.post("/support/uploads/", {"file": SimpleUploadedFile("a.txt", b"Bytes")}).json()
    good, empty = SimpleUploadedFile("b.txt", b"Bytes"), SimpleUploadedFile("empty.txt", b"")
    page = send(browser, text="Look", upload=upload["token"], files=[good, empty]).content.decode()
    assert "“empty.txt” is empty" in page
    for name in ("a.txt", "b.txt"):
        assert f'<span class="upload-name">{name}</span>' in page
    assert ">\nLook</textarea>" in page or ">Look</textarea>" in page
    assert File.objects.waiting(alice).count() == 2


def test_more_files_than_a_message_takes(entered, send, ticket, alice, settings):
    settings.ATTACHMENT_MAX_COUNT = 1
    files = [SimpleUploadedFile(f"{n}.txt", b"Bytes") for n in range(2)]
    response = send(entered(alice), text="All of them", files=files)
    assert response.status_code == 422
    assert "at most 1 file" in response.content.decode()
    assert "Left out: 1.txt." in response.content.decode()
    assert File.objects.get().name == "0.txt"


@pytest.mark.parametrize("nonsense", ["x", "\x00", "00000000-0000-0000-0000-000000000000", "9" * 5000])
def test_an_unknown_upload_is_no_fault(entered, send, ticket, alice, nonsense):
    assert send(entered(alice), text="Hello", upload=nonsense).status_code == 422
    assert said(ticket) == ["It burns."]


def test_the_way_back_from_sign_in_leads_to_the_ticket(entered, ticket, alice):
    browser = entered(alice)
    assert browser.get(f"/support/tickets/{ticket.pk}/replies/").headers["Location"] == f"/support/tickets/{ticket.pk}/"


def test_replying_reads_the_ticket_and_history_knows_nothing_of_the_words(entered, send, ticket, alice):
    send(entered(alice), text="Secretword")
    assert TicketReading.objects.get().contact == alice
    assert "Secretword" not in str(list(Event.objects.values_list("details", flat=True)))
