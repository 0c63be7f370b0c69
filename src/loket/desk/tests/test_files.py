"""Files: uploads on their way, downloads and previews through sight."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from loket.conversations.models import Attachment, Message
from loket.files.models import File


def picture():
    stream = BytesIO()
    Image.new("RGB", (8, 8), "red").save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture
def attached(ticket, answer, dora):
    """Attach a file to an answer: ``attached("a.txt", b"A")`` gives the attachment."""

    def attach(name, content):
        file = File.objects.store(SimpleUploadedFile(name, content), uploader=dora)
        answer(ticket, files=[file.token])
        return Attachment.objects.latest("pk")

    return attach


def test_an_upload_is_stored_for_its_agent(desk, dora):
    answer = desk.post("/desk/uploads/", {"file": SimpleUploadedFile("../a\u202e.txt", b"Hello"), "uploader_id": "999"})
    file = File.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {"token": str(file.token), "name": "a.txt", "size": 5}
    assert (file.uploader_kind, file.uploader_id) == ("agent", dora.pk)


def test_an_upload_that_is_refused_says_why(desk, settings):
    settings.ATTACHMENT_MAX_BYTES = 3
    answer = desk.post("/desk/uploads/", {"file": SimpleUploadedFile("big.txt", b"12345")})
    assert (answer.status_code, "larger" in answer.json()["error"]) == (422, True)
    assert desk.post("/desk/uploads/", {"file": "text"}).json() == {"error": "Choose a file."}


def test_a_file_comes_as_a_download_under_its_own_name(desk, attached):
    attachment = attached("report.html", b"<script>alert(1)</script>")
    answer = desk.get(f"/desk/files/{attachment.pk}/evil.exe")
    assert answer.getvalue() == b"<script>alert(1)</script>"
    assert answer["Content-Disposition"] == 'attachment; filename="report.html"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_a_picture_previews_as_a_harmless_copy(desk, attached, ticket):
    attachment = attached("a.png", picture())
    answer = desk.get(f"/desk/files/{attachment.pk}/preview/a.png")
    assert answer["Content-Type"] == "image/webp"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer.getvalue().startswith(b"RIFF")
    assert f"/desk/files/{attachment.pk}/preview/a.png" in desk.get(f"/desk/tickets/{ticket.pk}/").content.decode()


def test_what_has_no_preview_is_not_found(desk, attached):
    assert desk.get(f"/desk/files/{attached('a.txt', b'A').pk}/preview/a.txt").status_code == 404


def test_lost_bytes_are_not_found(desk, attached):
    attachment = attached("a.txt", b"A")
    attachment.file.open().close()
    File.objects.update(key="2000/01/01/gone")
    assert desk.get(f"/desk/files/{attachment.pk}/a.txt").status_code == 404


def test_an_upload_nobody_has_sent_has_no_address(desk, dora):
    desk.post("/desk/uploads/", {"file": SimpleUploadedFile("a.txt", b"Hello")})
    assert desk.get(f"/desk/files/{File.objects.get().pk}/a.txt").status_code == 404


def test_a_customer_gets_no_file_at_the_desk(entered, alice, form, attached):
    attachment = attached("a.txt", b"A")
    browser = entered(alice)
    browser.cookies["loket_desk"] = browser.cookies["loket_portal"].value
    assert browser.get(f"/desk/files/{attachment.pk}/a.txt").status_code == 302


def test_after_signing_out_there_is_no_file(desk, attached):
    attachment = attached("a.txt", b"A")
    assert desk.get(f"/desk/files/{attachment.pk}/a.txt").status_code == 200
    desk.post("/desk/sign-out/")
    assert desk.get(f"/desk/files/{attachment.pk}/a.txt").status_code == 302


def test_who_is_no_agent_sees_no_attachment_and_no_message(attached, dora, django_user_model):
    attached("a.txt", b"A")
    member = django_user_model.objects.create_user(email="member@example.com")
    for rows in (Attachment.objects, Message.objects):
        assert rows.visible_to_agent(dora).exists()
        assert not rows.visible_to_agent(member).exists()


def test_a_pdf_is_linked_and_shown_too(desk, attached, ticket):
    attachment = attached("a.pdf", b"%PDF-1.4 x")
    look = f"/desk/files/{attachment.pk}/preview/a.pdf"
    assert f'href="{look}"' in desk.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    answer = desk.get(look)
    assert (answer["Content-Type"], answer["Content-Disposition"]) == ("application/pdf", 'inline; filename="a.pdf"')
