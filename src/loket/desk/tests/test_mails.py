"""Incoming mail at the desk: quarantine, spam, bin, and how a mail shows in its ticket."""

import base64
import io

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from loket.conversations import delivery, pictures
from loket.conversations.channels.email.models import EmailChannel, Mail
from loket.conversations.channels.email.storing import store
from loket.conversations.channels.email.taking import take, take_due
from loket.conversations.models import CommentAttachment, Message
from loket.files.models import File
from loket.mail.models import Delivery

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@pytest.fixture
def receive(inbox, pipeline):
    channel = EmailChannel.objects.create(inbox=inbox, address="help@loket.example")

    def receive(content):
        mail = store(io.BytesIO(content.encode()), inbox=inbox, channel=channel)
        take(Mail.objects.lease(timezone.now(), only=mail))
        mail.refresh_from_db()
        return mail

    return receive


def test_a_quarantined_mail_shows_its_reason_and_is_released(desk, receive):
    mail = receive("Subject: Van niemand\n\nHallo")
    page = desk.get("/desk/mail/").content.decode()
    assert "Van niemand" in page
    assert "does not say who wrote it" in page
    assert "Release" in desk.get(f"/desk/mail/{mail.pk}/details/").content.decode()
    desk.post(f"/desk/mail/{mail.pk}/release/")
    take_due()
    mail.refresh_from_db()
    assert mail.state == "taken"
    assert "Van niemand" not in desk.get("/desk/mail/").content.decode()
    assert desk.get(f"/desk/tickets/{mail.ticket_id}/").status_code == 200


def test_spam_bin_and_restore(desk, receive):
    mail = receive("From: x@shop.example\nList-Id: <x>\nSubject: Koop nu\n\nx")
    for deed, place in (("spam", "spam"), ("discard", "bin"), ("restoration", "spam")):
        desk.post(f"/desk/mail/{mail.pk}/{deed}/")
        for each in ("quarantine", "machines", "spam", "bin"):
            assert ("Koop nu" in desk.get(f"/desk/mail/{each}/").content.decode()) == (each == place)


def test_the_mail_as_it_came_is_a_download_for_agents_only(desk, client, receive):
    mail = receive("From: x@shop.example\nSubject: <script>alert(1)</script>\n\n<script>alert(2)</script>")
    answer = desk.get(f"/desk/mail/{mail.pk}/raw/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content).startswith(b"From: x@shop.example")
    for address in ("raw/", "details/"):
        assert client.get(f"/desk/mail/{mail.pk}/{address}").status_code == 302
    assert "<script>alert" not in desk.get(f"/desk/mail/{mail.pk}/details/").content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_whatever_lies_there(desk, receive, rows, django_assert_num_queries):
    for number in range(rows):
        receive(f"Subject: Van niemand {number}\n\nHallo")
    desk.get("/desk/mail/")
    with django_assert_num_queries(11):
        desk.get("/desk/mail/")


STATES = [
    ("sent", "", "Sent to alice@example.com"),
    ("queued", "", "Waiting to be sent to alice@example.com"),
    ("queued", "451 try later", "Waiting for alice@example.com, because: 451 try later"),
    ("failed", "550 Mailbox unknown", "Not delivered to alice@example.com, because: 550 Mailbox unknown"),
    ("cancelled", "", "Not sent to alice@example.com: an agent stopped it"),
]


@pytest.mark.parametrize(("state", "error", "words"), STATES)
def test_an_answer_says_on_every_timeline_how_its_mail_fares(desk, ticket, answer, alice, state, error, words):
    message = answer(ticket)
    Delivery.objects.update(state=state, error=error)
    assert delivery.fates([message]) == {message.pk: ((state, "alice@example.com", error),)}
    acme = alice.companies.first()
    for address in (f"tickets/{ticket.pk}/", f"contacts/{alice.pk}/", f"companies/{acme.pk}/"):
        shown = desk.get(f"/desk/{address}").content.decode()
        assert [each for *_, each in STATES if each in shown] == [words], address


def test_each_recipient_of_an_answer_is_told_of(desk, ticket, answer, bob):
    ticket.add_participant(bob, by=None)
    message = answer(ticket)
    Delivery.objects.filter(address="bob@example.com").update(state="failed", error="550 gone")
    Delivery.objects.filter(address="alice@example.com").update(state="sent")
    assert {each.address: each.state for each in delivery.fates([message])[message.pk]} == {
        "alice@example.com": "sent",
        "bob@example.com": "failed",
    }


def test_customers_read_nothing_of_how_mails_fare(ticket, answer, alice, entered):
    answer(ticket)
    Delivery.objects.update(state="sent")
    assert "Sent to" not in entered(alice).get(f"/support/tickets/{ticket.pk}/").content.decode()


def html_mail(html):
    """A mail of Alice's with this HTML and a picture whose Content-ID is logo."""
    part = "--x\nContent-Type: image/png; name=logo.png\nContent-Transfer-Encoding: base64\nContent-ID: <logo>\n\n"
    head = "From: alice@example.com\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n"
    return f"{head}{html}\n{part}{base64.b64encode(PIXEL).decode()}\n--x--\n"


def test_pictures_that_came_along_show_and_remote_ones_wait_for_a_click(desk, receive, charlie, entered, portal):
    mail = receive(
        html_mail('<p>Hoi</p><img src="cid:logo" alt="Logo"><img src="https://spy.example/x.png" alt="Spion">')
    )
    page = desk.get(f"/desk/tickets/{mail.ticket_id}/").content.decode()
    assert "logo.png" in page.partition("Hoi")[2].partition("</article>")[0]
    assert "spy.example" not in page
    assert "Show remote images" in page
    address = f"messages/{mail.message_id}/pictures/"
    shown = desk.get(f"/desk/{address}")
    assert 'src="https://spy.example/x.png"' in shown.content.decode()
    assert "<script" not in shown.content.decode()
    assert "script-src" not in shown["Content-Security-Policy"]
    assert "default-src 'none'" in shown["Content-Security-Policy"]
    assert entered(charlie).get(f"/support/{address}").status_code == 404


def test_alice_sees_her_own_mails_pictures_in_the_portal(receive, alice, entered, portal):
    mail = receive(html_mail('<p>Hoi</p><img src="cid:logo"><img src="https://spy.example/x.png">'))
    browser = entered(alice)
    page = browser.get(f"/support/tickets/{mail.ticket_id}/").content.decode()
    assert '<img src="/support/files/' in page
    assert "spy.example" not in page
    assert "spy.example" in browser.get(f"/support/messages/{mail.message_id}/pictures/").content.decode()


def test_mail_html_brings_no_styles_names_forms_or_htmx(desk, receive):
    html = (
        '<div style="position:fixed" id="content" class="button" hx-get="/x" data-hx-post="/y" onclick="z()">Tekst</div>'
        '<form action="https://evil.example"><input name="csrf"></form><meta http-equiv="refresh" content="0">'
        "<style>body{display:none}</style><svg onload=alert(1)></svg><math><mi xlink:href='javascript:x'></math>"
    )
    mail = receive(html_mail(html))
    stored = Message.objects.get(pk=mail.message_id).html
    for bad in ("style", "id=", "class=", "hx-", "onclick", "<form", "<input", "<meta", "<svg", "javascript"):
        assert bad not in stored, bad
    assert "Tekst" in desk.get(f"/desk/tickets/{mail.ticket_id}/").content.decode()


@pytest.mark.parametrize(
    "html",
    [
        "<abbr title=\"<img src=cid:logo alt='hx-get=/x class=cover id=y'>\">Hoi</abbr>",
        '<a href="https://ok.example/<img src=cid:logo>">Hoi</a>',
        "<a href=\"https://ok.example/><img src=https://spy.example/x= alt='id=y'>\">Hoi</a>",
    ],
)
def test_a_picture_within_an_attribute_is_none(desk, receive, html):
    mail = receive(html_mail(html).replace("logo.png", "x="))
    message = Message.objects.get(pk=mail.message_id)
    shown = str(pictures.shown(message.html, message.pictures, ["/desk/files/x="], with_remote=True))
    assert "<img" not in shown.partition("Hoi")[0]
    assert "class=" not in shown and "id=" not in shown.replace("cid=", "")
    assert "Hoi" in desk.get(f"/desk/tickets/{mail.ticket_id}/").content.decode()


def test_the_bytes_of_a_mail_that_are_gone_are_not_found(desk, receive):
    mail = receive("From: x@shop.example\nSubject: Hi\n\nText")
    default_storage.delete(mail.raw.key)
    assert desk.get(f"/desk/mail/{mail.pk}/raw/").status_code == 404


def test_a_comments_file_is_for_agents_only(desk, ticket, dora, alice, entered):
    made = delivery.comment(ticket.threads.get(), "Kijk", by=dora, kept=[File.objects.keep(b"geheim", "plan.txt")])
    file = CommentAttachment.objects.get(comment=made)
    assert "plan.txt" in desk.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert b"".join(desk.get(f"/desk/comment-files/{file.pk}/plan.txt").streaming_content) == b"geheim"
    browser = entered(alice)
    assert browser.get(f"/support/comment-files/{file.pk}/plan.txt").status_code == 404
    assert browser.get(f"/desk/comment-files/{file.pk}/plan.txt").status_code == 302
