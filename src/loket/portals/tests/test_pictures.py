"""H1: logos and favicons are rasters within limits, encoded anew (traps 23, 24)."""

import struct
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from loket.portals.pictures import MOST_BYTES, store_picture

SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def picture(size=(1200, 300), form="PNG", **options):
    target = BytesIO()
    Image.new("RGBA", size, (20, 90, 90, 128)).convert("RGB" if form == "JPEG" else "RGBA").save(
        target, form, **options
    )
    return target.getvalue()


def store(portal, content, name="logo.png", kind="logo"):
    return store_picture(SimpleUploadedFile(name, content), kind, portal)


def reason(portal, content, name="logo.png"):
    with pytest.raises(ValidationError) as refused:
        store(portal, content, name)
    return " ".join(refused.value.messages)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_logo_is_encoded_anew_and_small(portal, form):
    file = store(portal, picture(form=form))
    with file.open() as stream, Image.open(stream) as shown:
        assert (shown.format, shown.size) == ("WEBP", (720, 180))
    assert (file.content_type, file.uploader_kind, file.uploader_id) == ("image/webp", "portal", portal.pk)


def test_a_favicon_is_a_png_of_a_few_pixels(portal):
    file = store(portal, picture((400, 400)), kind="favicon")
    with file.open() as stream, Image.open(stream) as shown:
        assert (shown.format, shown.size) == ("PNG", (192, 192))


def test_what_is_hidden_in_a_picture_is_gone(portal):
    content = picture(form="PNG") + b"<script>alert(1)</script>"
    with store(portal, content).open() as stream:
        assert b"script" not in stream.read()


def test_svg_is_refused_with_what_to_do(portal):
    assert "SVG" in reason(portal, SVG, "logo.svg")
    assert "PNG" in reason(portal, SVG, "logo.png")


@pytest.mark.parametrize("content", [b"<html><script>alert(1)</script>", b"%PDF-1.7", b"MZ", b""])
def test_what_is_no_picture_is_refused(portal, content):
    assert "not a picture" in reason(portal, content)


def test_a_damaged_picture_is_refused(portal):
    assert "damaged" in reason(portal, picture()[:200])


@pytest.mark.parametrize("edge", [9_000, 50_000])
def test_a_picture_that_would_fill_the_memory_is_refused_undecoded(portal, edge):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", edge, edge, 8, 6, 0, 0, 0)
    content = chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    assert "pixels" in reason(portal, b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + content)


def test_a_picture_of_too_many_bytes_is_refused(portal):
    assert "larger than" in reason(portal, picture() + b"\0" * MOST_BYTES)
