"""H1: the tab *Theme*: what is typed is a draft, its preview, what can be read, publishing."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from loket.files.models import File
from loket.history.models import Event
from loket.portals.models import Domain, Portal
from loket.portals.themes import Theme, ThemeDraft

PARTS = ("publication", "discarding", "undoing", "beginning")


@pytest.fixture
def send(tab):
    """Press a button of the form: ``send("publication", brand="#a03050")``; "" saves the draft."""

    def send(part="", **changes):
        values = tab.shown("theme") | changes
        return tab.browser.post(tab.address("theme") + (f"{part}/" if part else ""), values)

    return send


def draft(portal):
    return ThemeDraft.of(Portal.objects.get(pk=portal.pk))


def looks(portal):
    return Portal.objects.get(pk=portal.pk).looks


def words(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def test_what_is_typed_is_a_draft_and_customers_see_nothing_of_it(tab, portal, send):
    assert send(brand="#A03050", radius="3").status_code == 302
    assert (draft(portal).brand, draft(portal).radius) == ("#a03050", 3)
    assert looks(portal).brand == ""
    assert "Draft" in words(tab.get("theme"))


def test_a_draft_that_is_published_is_what_customers_see_with_from_and_to(tab, portal, send):
    send("publication", brand="#a03050", body_font="literata", density="compact")
    assert looks(portal).brand == "#a03050"
    told = words(tab.get("theme"))
    assert "Published the theme" in told
    assert "Brand: – → #a03050" in told
    assert "Density: Comfortable → Compact" in told


@pytest.mark.parametrize("colour", ["red;}body{display:none}", "url(https://evil.example)", "#12345", "blue"])
def test_what_is_no_colour_is_refused_beside_its_field_and_kept(tab, portal, send, colour):
    answer = send(brand=colour)
    assert answer.status_code == 422
    assert "is not a colour" in words(answer)
    assert colour in words(answer)
    assert not ThemeDraft.objects.exists()


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example"])
def test_what_is_no_address_is_refused_beside_its_field_and_kept(tab, send, url):
    answer = send(**{"footer_links-0-url": url, "footer_links-0-text-en": "Imprint"})
    assert answer.status_code == 422
    assert "is not an address" in words(answer)
    assert f'value="{url}"' in words(answer)
    assert 'href="javascript' not in words(answer)


def test_links_are_kept_with_a_text_in_each_language(portal, send):
    send(
        **{
            "header_links-0-url": "https://example.com",
            "header_links-0-text-en": "Shop",
            "header_links-0-text-nl": "Winkel",
        }
    )
    assert draft(portal).header_links == [{"text": {"en": "Shop", "nl": "Winkel"}, "url": "https://example.com"}]
    send(**{"header_links-0-url": "", "header_links-0-text-en": "", "header_links-0-text-nl": ""})
    assert draft(portal).header_links == []


def test_a_pair_that_is_hard_to_read_is_named_with_a_colour_to_take_over(tab, portal, send):
    send(link="#9ad0ff")
    page = words(tab.get("theme"))
    assert "<strong>Links</strong> on light pages: 1.5" in page
    offered = re.search(r'name="take" value="(link #[0-9a-f]{6})"', page)[1]
    send(take=offered)
    assert draft(portal).link == offered.split()[1]
    assert "Every pair of colours passes" in words(tab.get("theme"))


def test_publishing_what_is_hard_to_read_asks_once_more_and_is_told(tab, portal, send):
    answer = send("publication", link="#9ad0ff")
    assert answer.status_code == 422
    assert "Publish all the same" in words(answer)
    assert (looks(portal).link, draft(portal).link) == ("", "#9ad0ff")
    assert send("publication", despite="1").status_code == 302
    assert looks(portal).link == "#9ad0ff"
    assert "although it is hard to read: Links" in words(tab.get("theme"))


def test_a_name_that_is_no_colour_cannot_be_taken(portal, send):
    send(take="logo_id 1")
    send(take="brand red;}")
    assert not ThemeDraft.objects.exists()


def test_presets_undo_and_discard(portal, send):
    send("beginning", preset="letter")
    assert draft(portal).body_font == "source-serif-4"
    send("undoing")
    assert draft(portal).body_font == "inter"
    send("beginning", preset="letter")
    send("discarding")
    assert not ThemeDraft.objects.exists()
    send("beginning", preset="nonsense")
    assert not ThemeDraft.objects.exists()


def picture():
    target = BytesIO()
    Image.new("RGB", (900, 300), "#a03050").save(target, "PNG")
    return SimpleUploadedFile("logo.png", target.getvalue())


def test_a_logo_is_uploaded_shown_and_removed(tab, portal, send):
    send(logo=picture())
    address = f"/desk/settings/customer-portal/{portal.pk}/theme/theme/{draft(portal).logo_id}/"
    assert f'<img src="{address}"' in words(tab.get("theme"))
    assert tab.browser.get(address).headers["Content-Type"] == "image/webp"
    send(drop="logo")
    assert draft(portal).logo_id is None


def test_an_svg_is_refused_beside_its_field(send):
    answer = send(logo=SimpleUploadedFile("logo.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>'))
    assert answer.status_code == 422
    assert "SVG pictures can carry scripts" in words(answer)
    assert not File.objects.filter(uploader_kind="portal").exists()


def test_the_theme_of_another_portal_is_copied_into_the_draft(tab, portal, send, erin):
    domain = Domain.objects.get()
    other = Portal.objects.create(name="Other", domain=domain, slug="other")
    source = ThemeDraft.of(other)
    source.change({"brand": "#a03050"})
    source.publish(by=erin)
    assert "Copy its theme" in words(tab.get("theme"))
    send("beginning", portal=str(other.pk))
    assert draft(portal).brand == "#a03050"
    for odd in ("x", "9" * 40, "-1", "²"):
        assert send("beginning", portal=odd).status_code == 302


@pytest.mark.parametrize("page", ["list", "ticket", "form", "sign-in", "nonsense"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_sample_of_each_page_wears_the_draft(tab, portal, send, page, scheme):
    send(brand="#a03050")
    answer = tab.browser.get(tab.address("theme") + f"sample/?page={page}&scheme={scheme}")
    shown = answer.content.decode()
    assert f'data-scheme="{scheme}"' in shown
    sheet = re.search(r'href="(/desk/settings/[^"]+/theme-[0-9a-f]+\.css)"', shown)[1]
    assert "--theme-brand: #a03050;" in tab.browser.get(sheet).content.decode()
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    assert "form-action 'none'" in policy
    assert "style-src 'self';" in policy + ";"


def test_two_administrators_at_once_lose_nothing(tab, portal, send):
    mine = tab.shown("theme")
    send(brand="#a03050")
    answer = tab.send("theme", mine | {"brand": "#0050a0"})
    assert answer.status_code == 422
    assert "Somebody else changed this to “#a03050”" in words(answer)
    assert tab.send("theme", mine | {"radius": "2", "brand": "#a03050"}).status_code == 302
    assert (draft(portal).brand, draft(portal).radius) == ("#a03050", 2)


def test_nobody_without_the_right_meets_a_theme(at_desk, dora, portal, tab, send):
    send(brand="#a03050")
    address = tab.address("theme")
    for browser, status in ((at_desk(dora), 403), (Client(), 302)):
        for part in ("", "sample/", "theme-0123456789ab.css", "theme/1/"):
            assert browser.get(address + part).status_code == status
        for part in ("", *(f"{each}/" for each in PARTS)):
            assert browser.post(address + part, {"brand": "#000000"}).status_code == status
    assert draft(portal).brand == "#a03050"
    assert not Theme.objects.exists()


def test_looking_at_the_tab_writes_nothing(tab, portal):
    for part in PARTS:
        assert tab.browser.get(f"{tab.address('theme')}{part}/").status_code == 405
    tab.get("theme")
    assert not ThemeDraft.objects.exists()
    assert not Event.objects.about(portal).exists()
