"""Django's and allauth's mails land in the outbox."""

from email import message_from_bytes, policy

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives, send_mail
from django.db import transaction

from loket.mail.models import Delivery, Letter


@pytest.fixture(autouse=True)
def outbox(settings, db):
    settings.MAILERS = {"default": {"BACKEND": "loket.mail.backend.OutboxBackend"}}


def read(letter):
    return message_from_bytes(bytes(letter.raw), policy=policy.default)


def test_a_mail_of_django_lands_in_the_outbox_as_private():
    assert send_mail("Sign in", "Code 123\n", None, ["alice@example.com"], html_message="<b>123</b>") == 1
    letter = Letter.objects.get()
    assert (letter.is_private, letter.subject, letter.text) == (True, "Sign in", "Code 123\n")
    assert str(letter.deliveries.get()) == "alice@example.com"
    message = read(letter)
    assert message.get_body(["plain"]).get_content() == "Code 123\r\n"
    assert message.get_body(["html"]).get_content() == "<b>123</b>\r\n"
    assert message["Message-ID"] == letter.message_id
    assert message["From"] == "Support <support@testserver>"
    assert len(message.keys()) == len(set(message.keys()))


def test_hidden_recipients_and_files():
    mail = EmailMessage("x", "text", "us@example.com", ["a@example.com"], bcc=["b@example.com"], cc=["c@example.com"])
    mail.reply_to = ["r@example.com"]
    mail.extra_headers = {"Auto-Submitted": "auto-generated", "Message-ID": "<own@example.com>", "Subject": "other"}
    mail.attach("a.txt", "words", "text/plain")
    mail.send()
    letter = Letter.objects.get()
    assert set(letter.deliveries.values_list("address", flat=True)) == {f"{name}@example.com" for name in "abc"}
    message = read(letter)
    assert "b@example.com" not in bytes(letter.raw).decode()
    assert (message["Auto-Submitted"], message["Reply-To"], message["Subject"]) == (
        "auto-generated",
        "r@example.com",
        "x",
    )
    assert message["Message-ID"] == "<own@example.com>"
    assert [part.get_filename() for part in message.iter_attachments()] == ["a.txt"]


def test_a_line_break_in_a_subject_injects_nothing():
    EmailMultiAlternatives("Hi\r\nBcc: eve@evil.example", "x", None, ["a@example.com"]).send()
    assert "Bcc" not in read(Letter.objects.get())
    assert Delivery.objects.count() == 1


def test_a_mail_is_undone_with_its_cause():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        send_mail("x", "x", None, ["a@example.com"])
        assert Letter.objects.count() == 1
        raise ZeroDivisionError
    assert not Letter.objects.exists()
