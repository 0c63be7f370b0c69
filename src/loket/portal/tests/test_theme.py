"""H1 at the customers' door: one cacheable stylesheet, safe pictures, on every page of the portal and nowhere else."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from loket.files.models import File
from loket.portals.models import Portal
from loket.portals.pictures import store_picture
from loket.portals.themes import ThemeDraft

SHEET = re.compile(r'href="(/support/theme-[0-9a-f]{12}\.css)"')


@pytest.fixture
def publish(portal, erin):
    """Publish a theme with these values."""

    def publish(**values):
        draft = ThemeDraft.of(Portal.objects.get(pk=portal.pk))
        draft.change(values)
        draft.publish(by=erin)

    return publish


def logo(portal, kind="logo"):
    target = BytesIO()
    Image.new("RGB", (60, 20), "#a03050").save(target, "PNG")
    return store_picture(SimpleUploadedFile("logo.png", target.getvalue()), kind, portal)


def sheet_of(page):
    return SHEET.search(page.content.decode())


def test_list_ticket_form_and_sign_in_wear_the_theme(publish, entered, file_ticket, alice, form):
    ticket, browser = file_ticket(alice), entered(alice)
    publish(brand="#a03050", body_font="literata")
    for path in ("", f"tickets/{ticket.pk}/", f"new/{form.pk}/", "settings/sessions/"):
        page = browser.get(f"/support/{path}")
        assert sheet_of(page), path
        assert "literata" in page.content.decode()
        assert "inter-latin" not in page.content.decode()
    for path in ("sign-in/", "password-reset/", "nowhere/"):
        assert sheet_of(Client().get(f"/support/{path}")), path


def test_a_portal_without_a_theme_and_the_desk_ask_for_no_sheet(portal, publish):
    assert not sheet_of(Client().get("/support/sign-in/"))
    publish(brand="#a03050")
    assert "theme-" not in Client().get("/desk/sign-in/").content.decode()


def test_nothing_is_inline_and_the_policy_is_as_strict_as_before(publish):
    before = Client().get("/support/sign-in/").headers["Content-Security-Policy"]
    publish(brand="#a03050", header_links=[{"text": {"en": "Shop"}, "url": "https://example.com"}])
    page = Client().get("/support/sign-in/")
    assert page.headers["Content-Security-Policy"] == before
    assert "style=" not in page.content.decode()


def test_the_stylesheet_may_be_kept_for_a_year_and_sets_no_cookie(publish):
    publish(brand="#a03050")
    answer = Client().get(sheet_of(Client().get("/support/sign-in/"))[1])
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Vary" not in answer.headers or "Cookie" not in answer.headers["Vary"]
    assert not answer.cookies
    assert "--theme-brand: #a03050;" in answer.content.decode()


def test_a_page_from_before_the_last_change_gets_todays_looks_unkept(publish):
    publish(brand="#a03050")
    old = sheet_of(Client().get("/support/sign-in/"))[1]
    publish(brand="#0050a0")
    answer = Client().get(old)
    assert "--theme-brand: #0050a0;" in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]


def test_nobody_sees_a_draft(portal, publish):
    publish(brand="#a03050")
    draft = ThemeDraft.of(Portal.objects.get(pk=portal.pk))
    draft.change({"brand": "#0050a0", "logo": logo(portal)})
    assert "#0050a0" not in Client().get(f"/support/theme-{draft.version}.css").content.decode()
    assert Client().get(f"/support/theme/{draft.logo_id}/").status_code == 404


def test_logo_and_favicon_are_served_safely(portal, publish):
    publish(logo=logo(portal), favicon=logo(portal, "favicon"))
    looks = Portal.objects.get(pk=portal.pk).looks
    page = Client().get("/support/sign-in/").content.decode()
    assert f'<img src="/support/theme/{looks.logo_id}/" alt="Acme Support">' in page
    assert f'<link rel="icon" href="/support/theme/{looks.favicon_id}/">' in page
    for pk, kind in ((looks.logo_id, "image/webp"), (looks.favicon_id, "image/png")):
        answer = Client().get(f"/support/theme/{pk}/")
        assert answer.headers["Content-Type"] == kind
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox")
        assert "immutable" in answer.headers["Cache-Control"]
        assert b"".join(answer.streaming_content)


def test_a_stranger_gets_no_other_file_by_the_way_of_logos(portal, publish, alice):
    publish(logo=logo(portal))
    letter = File.objects.keep(b"%PDF-1.7 secret", "secret.pdf", uploader=alice)
    assert Client().get(f"/support/theme/{letter.pk}/").status_code == 404
    assert Client().get("/support/theme/999999/").status_code == 404


def test_links_and_the_announcement_stand_on_the_pages(publish, entered, alice):
    publish(
        header_links=[{"text": {"en": "Shop"}, "url": "https://example.com/shop"}],
        footer_links=[{"text": {"en": "<b>Imprint</b>"}, "url": "mailto:a@example.com"}],
        announcement={"en": "Closed on <i>Friday</i>"},
        announces=True,
    )
    for page in (entered(alice).get("/support/"), Client().get("/support/sign-in/")):
        shown = page.content.decode()
        assert '<a href="mailto:a@example.com">&lt;b&gt;Imprint&lt;/b&gt;</a>' in shown
        assert "Closed on &lt;i&gt;Friday&lt;/i&gt;" in shown
    assert '<a href="https://example.com/shop">Shop</a>' in entered(alice).get("/support/").content.decode()
    publish(announces=False)
    assert "Friday" not in Client().get("/support/sign-in/").content.decode()


def test_a_theme_costs_a_page_no_query(publish, entered, alice, file_ticket):
    file_ticket(alice)
    browser = entered(alice)
    browser.get("/support/")
    with CaptureQueriesContext(connection) as before:
        browser.get("/support/")
    publish(brand="#a03050", announcement={"en": "Closed"}, announces=True)
    browser.get("/support/")  # what was known by heart is read anew once
    with CaptureQueriesContext(connection) as after:
        browser.get("/support/")
    assert len(after) == len(before)


def test_a_portal_that_is_off_shows_nothing_of_its_looks(portal, publish, erin):
    publish(brand="#a03050")
    path = sheet_of(Client().get("/support/sign-in/"))[1]
    portal.turn_off(by=erin)
    assert Client().get(path).status_code == 404
