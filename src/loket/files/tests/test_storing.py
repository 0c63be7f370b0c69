import hashlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from PIL import Image

from loket.files.models import File

pytestmark = pytest.mark.django_db


def upload(content=b"hello", name="a.txt"):
    return SimpleUploadedFile(name, content, content_type="text/html")


def picture(kind="PNG", size=(40, 30), mode="RGB", **options):
    target = BytesIO()
    Image.new(mode, size, 128).save(target, kind, **options)
    return target.getvalue()


def test_bytes_come_back_and_the_name_is_no_path(alice):
    file = File.objects.store(upload(b"hello", "../../evil\x00.txt"), uploader=alice)
    with file.open() as stream:
        assert stream.read() == b"hello"
    assert (file.name, file.size, file.sha256) == ("evil.txt", 5, hashlib.sha256(b"hello").hexdigest())
    assert "evil" not in file.key and (file.uploader_kind, file.uploader_id) == ("contact", alice.pk)
    assert file.claimed_at is None


def test_a_large_upload_streams_from_its_temporary_file(alice, settings):
    stream = TemporaryUploadedFile("big.bin", "x/y", 300_000, None)
    stream.write(b"x" * 300_000)
    file = File.objects.store(stream, uploader=alice)
    with file.open() as stored:
        assert stored.read() == b"x" * 300_000
    assert file.content_type == "application/octet-stream"


def test_too_large_is_refused_by_what_comes_not_by_what_is_said(alice, settings):
    settings.ATTACHMENT_MAX_BYTES = 1024 * 1024
    large = upload(b"x" * (1024 * 1024 + 1), "film.mp4")
    large.size = 3
    with pytest.raises(ValidationError) as refused:
        File.objects.store(large, uploader=alice)
    assert "film.mp4" in refused.value.message % refused.value.params and "1 MB" in str(refused.value)
    assert not File.objects.exists()


def test_empty_is_refused_by_name(alice):
    with pytest.raises(ValidationError, match="nothing.txt"):
        File.objects.store(upload(b"", "nothing.txt"), uploader=alice)


def test_what_a_mail_brought_is_kept_even_when_empty_or_large(settings):
    settings.ATTACHMENT_MAX_BYTES = 3
    assert File.objects.keep(b"", "a.txt").claimed_at
    file = File.objects.keep(b"hello", None)
    assert (file.size, file.name, file.uploader_kind) == (5, "file", "")


@pytest.mark.parametrize(
    ("content", "name", "content_type"),
    [
        (b"<html><script>alert(1)</script>", "a.html", "application/octet-stream"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "application/octet-stream"),
        (b"<html><script>alert(1)</script>", "a.png", "application/octet-stream"),
        (b"%PDF-1.7\n", "a.html", "application/pdf"),
        (b"\n%PDF-1.7\n", "a.pdf", "application/octet-stream"),
        (picture(), "a.html", "image/png"),
        (b"hello", "a.txt", "text/plain"),
        (b"a;b\n", "a.CSV", "text/csv"),
        (b"a\x00b", "a.txt", "application/octet-stream"),
        (b"MZ\x90\x00" + b"\x00" * 100, "a.exe", "application/octet-stream"),
        (b"PK\x03\x04" + b"\x00" * 100, "a.zip", "application/zip"),
        (b"x", "/etc/passwd", "application/octet-stream"),
    ],
)
def test_the_kind_is_told_from_the_bytes(content, name, content_type):
    file = File.objects.store(upload(content, name), uploader=None)
    assert file.content_type == content_type
    assert file.is_pdf == (content_type == "application/pdf")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_a_picture_gets_a_small_preview(kind, alice):
    file = File.objects.store(upload(picture(kind, (2000, 100)), "a.png"), uploader=alice)
    assert file.has_preview
    with file.open_preview() as stream, Image.open(stream) as preview:
        assert (preview.format, preview.size) == ("WEBP", (1600, 80))
    assert file.preview_type == "image/webp"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_mode_of_picture_gets_a_preview(mode, alice):
    assert File.objects.store(upload(picture(mode=mode)), uploader=alice).has_preview


def test_where_a_photo_was_taken_is_not_in_its_preview(alice):
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x0112] = 6
    photo = picture("JPEG", (40, 30), exif=exif, comment=b"secret place", icc_profile=b"secret place")
    assert photo.count(b"secret place") == 3
    file = File.objects.store(upload(photo), uploader=alice)
    with file.open_preview() as stream, Image.open(stream) as preview:
        assert preview.size == (30, 40)
        assert not preview.getexif() and not {"exif", "xmp", "icc_profile"} & set(preview.info)
        stream.seek(0)
        assert b"secret" not in stream.read()


def bomb(width, height):
    """A PNG that says it is huge."""
    small = picture("PNG", (1, 1))
    from zlib import crc32

    header = b"IHDR" + width.to_bytes(4) + height.to_bytes(4) + small[24:29]
    return small[:12] + header + crc32(header).to_bytes(4) + small[33:]


@pytest.mark.parametrize(
    "content",
    [bomb(50_000, 50_000), bomb(9_000, 9_000), bomb(30_000, 1), bomb(0, 0), picture()[:50], b"\x89PNG\r\n\x1a\n",
     b"GIF89a", b"BM" + b"\xff" * 60, b"RIFF\xff\xff\xff\xffWEBPVP8 ", b"\xff\xd8\xff" + b"\x00" * 200],
)  # fmt: skip
def test_a_bomb_or_broken_picture_is_stored_without_preview(content, alice):
    file = File.objects.store(upload(content, "a.png"), uploader=alice)
    assert not file.has_preview and file.size == len(content)
    assert default_storage.exists(file.key)


@pytest.mark.parametrize(("kind", "limit"), [("PNG", "MOST_PIXELS"), ("JPEG", "MOST_JPEG_PIXELS")])
def test_a_whole_picture_with_too_many_pixels_is_not_decoded(kind, limit, alice, monkeypatch):
    assert File.objects.store(upload(picture(kind)), uploader=alice).has_preview
    monkeypatch.setattr(f"loket.files.pictures.{limit}", 40 * 30 - 1)
    assert not File.objects.store(upload(picture(kind)), uploader=alice).has_preview
