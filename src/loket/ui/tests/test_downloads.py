from io import BytesIO

import pytest

from loket.ui.downloads import download, safe_name


def answer(name="report.pdf", content_type="application/pdf", **options):
    return download(BytesIO(b"bytes"), name=name, content_type=content_type, size=5, **options)


def test_a_file_is_an_attachment_that_nobody_keeps_or_runs():
    response = answer()
    assert response.headers["Content-Disposition"] == 'attachment; filename="report.pdf"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert response.headers["Content-Length"] == "5"
    assert b"".join(response.streaming_content) == b"bytes"


@pytest.mark.parametrize(
    "content_type", ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "", None, "x"]
)
def test_what_could_run_in_the_portal_is_only_bytes(content_type):
    response = answer(content_type=content_type, inline=True)
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("content_type", ["image/png", "image/jpeg; charset=x", "application/pdf"])
def test_a_preview_is_inline_only_when_asked_for(content_type):
    assert answer(content_type=content_type, inline=True).headers["Content-Disposition"].startswith("inline")
    assert answer(content_type=content_type).headers["Content-Disposition"].startswith("attachment")


def test_no_preview_may_run_scripts():
    assert "sandbox" in answer(content_type="image/png", inline=True).headers["Content-Security-Policy"]
    for content_type in ("image/png", "application/pdf"):
        policy = answer(content_type=content_type, inline=True).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy


def test_other_alphabets_are_encoded():
    disposition = answer(name="Überblick – Ω.pdf").headers["Content-Disposition"]
    assert disposition == "attachment; filename*=utf-8''%C3%9Cberblick%20%E2%80%93%20%CE%A9.pdf"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a\r\nSet-Cookie: x=1.txt", "a Set-Cookie: x=1.txt"),
        ("../../etc/passwd", "etc passwd"),
        ("C:\\Temp\\a.txt", "C: Temp a.txt"),
        ("invoice\u202efdp.exe", "invoice fdp.exe"),
        ("a\x00b\ud800.txt", "a b .txt"),
        ("", "file"),
        ("...", "file"),
        (None, "file"),
        ("x" * 10_000 + ".pdf", "x" * 146 + ".pdf"),
        ("y" * 10_000, "y" * 150),
    ],
)
def test_a_name_can_do_no_harm(name, safe):
    assert safe_name(name) == safe
    assert "\n" not in answer(name=name).headers["Content-Disposition"]
