import hashlib
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.management.commands.collectstatic import Command
from django.template import Context, Template
from django.template.loader import get_template, render_to_string

import loket.ui

ROOM = Path(loket.ui.__file__).parent
TEMPLATES = sorted((ROOM / "templates").rglob("*.html"))
MAIL = ROOM / "templates/ui/mail_base.html"
INLINE = re.compile(r"""\sstyle\s*=|<style|\son[a-z]+\s*=\s*["']|javascript:|<script(?![^>]*\ssrc=)""", re.IGNORECASE)


@pytest.mark.parametrize("path", [path for path in TEMPLATES if path != MAIL], ids=lambda path: path.name)
def test_nothing_is_inline(path):
    assert not INLINE.search(path.read_text())


def test_the_search_for_inline_things_finds_them():
    assert INLINE.search(MAIL.read_text())
    for markup in ('<p style="x">', '<a onclick="x()">', "<script>", '<a href="javascript:x">'):
        assert INLINE.search(markup)


@pytest.mark.parametrize("code", [400, 403, 404, 429, 500])
def test_an_error_page_needs_no_request_and_no_context(code, settings):
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }
    page = get_template(f"{code}.html").render()
    assert "<h1>" in page
    assert "<script" not in page


def test_a_page_has_a_language_a_skip_link_and_a_region_for_messages():
    page = render_to_string("ui/system_page.html", {"brand_name": "Northwind", "design": "split"})
    assert '<html lang="en" dir="ltr">' in page
    assert '<a class="skip" href="#content">' in page
    assert 'id="content"' in page
    assert 'role="status" aria-live="polite"' in page
    assert 'class="system design-split"' in page


def test_a_letter_cannot_speak_to_htmx_and_escapes_all_but_its_html():
    letter = {
        "id": "message-1",
        "kind": "agent",
        "name": "<b>Dora</b>",
        "html": "<i>raw</i>",
        "files": [{"name": "<u>", "url": "/f", "size": 1}],
    }
    page = render_to_string("ui/message.html", {"letter": letter})
    assert "hx-ignore" in page
    assert "<b>" not in page
    # Plain text is escaped as well: only what Python marked as safe is markup.
    assert "<i>" not in page
    assert "<u>" not in page


def test_a_composer_carries_all_words_that_its_scripts_say():
    source = '{% include "ui/composer.html" with action="/a" label="L" submit="S" next="N" draft="d" upload_url="/u" max_bytes=25000000 max_count=10 %}'
    page = Template(source).render(Context())
    for name in ("text-too-big", "text-too-many", "text-failed", "text-done", "text-wait", "draft", "upload-url"):
        assert f"data-{name}=" in page
    assert "25 MB" in page


def test_every_stylesheet_is_pulled_in_and_survives_hashed_names(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }
    Command().execute(
        interactive=False, verbosity=0, clear=False, dry_run=False, ignore_patterns=["admin", "*.map"], link=False,
        post_process=True, use_default_ignore_patterns=True, skip_checks=True, force_color=False, no_color=False,
    )  # fmt: skip
    hashed = next((tmp_path / "ui/css").glob("loket.*.css")).read_text()
    for sheet in (ROOM / "static/ui/css").glob("*.css"):
        if sheet.name != "loket.css":
            assert re.search(rf'url\("{sheet.stem}\.[0-9a-f]{{12}}\.css"\)', hashed), sheet.name


def test_vendored_files_are_what_their_checksums_say():
    folder = ROOM / "static/ui/vendor/inter"
    lines = (folder / "CHECKSUMS").read_text().splitlines()
    assert len(lines) == 7
    for line in lines:
        checksum, name = line.split()
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == checksum


def test_sizes_are_kept():
    for script in (ROOM / "static/ui/js").glob("*.js"):
        assert len(script.read_text().splitlines()) <= 150, script.name
    for sheet in (ROOM / "static/ui/css").glob("*.css"):
        assert len(sheet.read_text().splitlines()) <= 300, sheet.name
