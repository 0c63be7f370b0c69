"""C6: files go up one by one, and come down only through the rule."""

import io

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from loket.access.models import revoke
from loket.conversations.models import Attachment, Inbox, Thread
from loket.files.models import File


def picture():
    stream = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture
def attach(ticket, answer, dora):
    """Let Dora send a file: ``attach("a.txt", b"…")`` gives the attachment."""

    def attach(name, content, thread=None):
        file = File.objects.store(SimpleUploadedFile(name, content), uploader=dora)
        return answer(ticket, files=[file.token]).attachments.get()

    return attach


def address(attachment, part=""):
    return f"/support/files/{attachment.pk}/{part}{attachment.file.name}"


def test_a_file_is_a_download(entered, attach, ticket, alice):
    attachment = attach("notes.txt", b"Bytes")
    browser = entered(alice)
    assert address(attachment) in browser.get(f"/support/tickets/{ticket.pk}/").content.decode()
    response = browser.get(address(attachment))
    assert b"".join(response.streaming_content) == b"Bytes"
    assert response.headers["Content-Disposition"] == 'attachment; filename="notes.txt"'
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"].startswith("sandbox")


@pytest.mark.parametrize("name, content", [
    ("evil.html", b"<script>alert(1)</script>"), ("evil.svg", b"<svg onload=alert(1)>"), ("fake.png", b"<html>"),
])  # fmt: skip
def test_pages_in_disguise_are_heaps_of_bytes_without_preview(entered, attach, alice, name, content):
    attachment, browser = attach(name, content), entered(alice)
    response = browser.get(address(attachment))
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert browser.get(address(attachment, "preview/")).status_code == 404


def test_pictures_are_shown_encoded_anew(entered, attach, ticket, alice):
    attachment, browser = attach("a.png", picture()), entered(alice)
    assert address(attachment, "preview/") in browser.get(f"/support/tickets/{ticket.pk}/").content.decode()
    response = browser.get(address(attachment, "preview/"))
    assert response.headers["Content-Type"] == "image/webp"
    assert response.headers["Content-Disposition"].startswith("inline")
    assert b"".join(response.streaming_content)[:4] == b"RIFF"


def test_a_pdf_may_be_looked_at(entered, attach, ticket, alice):
    attachment, other, browser = attach("a.pdf", b"%PDF-1.4 x"), attach("a.txt", b"Text"), entered(alice)
    page = browser.get(f"/support/tickets/{ticket.pk}/").content.decode()
    assert f'href="{address(attachment, "preview/")}" target="_blank" rel="noopener"' in page
    assert address(other, "preview/") not in page
    response = browser.get(address(attachment, "preview/"))
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"].startswith("inline")
    assert "script-src" not in response.headers["Content-Security-Policy"]


def test_strangers_the_signed_out_and_those_who_left_get_none(entered, client, attach, portal, alice, charlie):
    attachment = attach("a.png", picture())
    stranger, browser = entered(charlie), entered(alice)
    for part in ("", "preview/"):
        assert stranger.get(address(attachment, part)).status_code == 404
        assert client.get(address(attachment, part)).headers["Location"].startswith("/support/sign-in/")
    assert browser.get(address(attachment)).status_code == 200
    revoke(alice, portal, by=None)
    assert browser.get(address(attachment)).status_code == 403


def test_files_of_a_conversation_that_is_not_shown_are_not_found(entered, attach, ticket, alice, dora):
    attachment = attach("a.txt", b"Bytes")
    other = Thread.objects.create(inbox=Inbox.objects.get(), ticket=ticket)
    attachment.message.thread = other
    attachment.message.save()
    assert Attachment.objects.exists()
    assert entered(alice).get(address(attachment)).status_code == 404


def test_waiting_files_are_nobodys_to_fetch(entered, alice):
    browser = entered(alice)
    browser.post("/support/uploads/", {"file": SimpleUploadedFile("a.txt", b"Bytes")})
    assert browser.get(f"/support/files/{File.objects.get().pk}/a.txt").status_code == 404


def test_a_file_whose_bytes_are_gone_is_not_found(entered, attach, alice):
    browser, shown = entered(alice), [attach("a.png", picture()), attach("a.pdf", b"%PDF-1.4 x")]
    for attachment in shown:
        for key in filter(None, (attachment.file.key, attachment.file.preview_key)):
            default_storage.delete(key)
        assert browser.get(address(attachment)).status_code == 404
        assert browser.get(address(attachment, "preview/")).status_code == 404


def test_an_upload_answers_with_its_token(entered, alice):
    response = entered(alice).post("/support/uploads/", {"file": SimpleUploadedFile("../a\n.txt", b"Bytes")})
    assert response.status_code == 201
    file = File.objects.get()
    assert response.json() == {"token": str(file.token), "name": file.name, "size": 5}
    assert list(File.objects.waiting(alice)) == [file]


@pytest.mark.parametrize("largest, most", [(25_000_000, 6), (5, 2), (7, 2)])
def test_nobody_heaps_up_files_that_are_never_sent(entered, ticket, alice, bob, settings, largest, most):
    settings.ATTACHMENT_MAX_COUNT, settings.ATTACHMENT_MAX_BYTES = 2, largest
    alices, bobs = entered(alice), entered(bob)
    up = lambda browser: browser.post("/support/uploads/", {"file": SimpleUploadedFile("a.txt", b"Bytes")})  # noqa: E731
    answers = [up(alices) for _ in range(most + 1)]
    assert [each.status_code for each in answers] == [201] * most + [422]
    assert "wait to be sent" in answers[-1].json()["error"]
    assert up(bobs).status_code == 201
    fields = {"text": "See this", "upload": answers[0].json()["token"]}
    assert alices.post(f"/support/tickets/{ticket.pk}/replies/", fields).status_code == 302
    assert up(alices).status_code == 201


def test_uploads_that_are_refused_say_why(entered, client, portal, alice, settings):
    settings.ATTACHMENT_MAX_BYTES = 4
    browser = entered(alice)
    large = browser.post("/support/uploads/", {"file": SimpleUploadedFile("a.txt", b"Bytes")})
    assert large.status_code == 413
    assert "a.txt” is larger than" in large.json()["error"]
    assert browser.post("/support/uploads/", {"file": SimpleUploadedFile("a.txt", b"")}).status_code == 422
    assert browser.post("/support/uploads/", {"file": "text"}).status_code == 400
    assert browser.get("/support/uploads/").status_code == 405
    out = client.post("/support/uploads/", {"file": SimpleUploadedFile("a.txt", b"B")})
    assert (out.status_code, "error" in out.json()) == (401, True)
    assert not File.objects.exists()
