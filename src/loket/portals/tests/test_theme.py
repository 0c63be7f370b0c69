"""H1 in the room: what a theme may say, drafts, publishing, copies."""

import pytest
from django.core.exceptions import ValidationError

from loket.files.models import File
from loket.history.models import Event
from loket.portals.models import Portal
from loket.portals.themes import Theme, ThemeDraft

EVIL_COLOURS = [
    "red;}body{display:none", "red", "url(https://evil.example/x)", "#12345", "#1234567", "#12345g", "#123456\n",
    "</style><script>alert(1)</script>", "#123456;", "var(--x)", "expression(alert(1))", "\\75rl(x)", "#１２３４５６",
]  # fmt: skip
EVIL_ADDRESSES = [
    "javascript:alert(1)", "JAVASCRIPT:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)", "data:text/html,x",
    "vbscript:x", "//evil.example", "/support/", "ftp://example.com", "https://", "mailto:", "mailto:x", "https://a b.example",
    "https://[", "https://example.com\njavascript:x", "x" * 600,
]  # fmt: skip


@pytest.fixture
def draft(portal):
    return ThemeDraft.of(portal)


def reread(portal):
    return Portal.objects.get(pk=portal.pk)


def link(url, text="Shop"):
    return [{"text": {"en": text}, "url": url}]


@pytest.mark.parametrize("value", EVIL_COLOURS)
@pytest.mark.parametrize("name", ["brand", "button_dark"])
def test_what_is_no_colour_is_refused_by_name(draft, name, value):
    with pytest.raises(ValidationError) as refused:
        draft.change({name: value})
    assert list(refused.value.error_dict) == [name]
    assert "“" in str(refused.value)


@pytest.mark.parametrize("url", EVIL_ADDRESSES)
@pytest.mark.parametrize("name", ["header_links", "footer_links"])
def test_what_is_no_address_is_refused_by_name(draft, name, url):
    with pytest.raises(ValidationError) as refused:
        draft.change({name: link(url)})
    assert list(refused.value.error_dict) == [name]


@pytest.mark.parametrize("url", ["https://example.com/shop?a=1#b", "http://example.com", "mailto:shop@example.com"])
def test_addresses_of_the_web_and_of_mail_are_taken(draft, url):
    draft.change({"footer_links": link(url)})
    assert ThemeDraft.of(draft.portal).footer == [("Shop", url)]


def test_a_link_needs_a_text_and_a_page_has_room_for_a_few(draft):
    with pytest.raises(ValidationError, match="a text"):
        draft.change({"header_links": link("https://example.com", "")})
    with pytest.raises(ValidationError, match="At most 4"):
        draft.change({"header_links": link("https://example.com") * 5})


@pytest.mark.parametrize(("name", "value"), [("radius", 21), ("radius", -1), ("density", "x"), ("body_font", "x;}")])
def test_shape_and_fonts_come_from_closed_sets(draft, name, value):
    with pytest.raises(ValidationError):
        draft.change({name: value})


def test_the_stylesheet_is_custom_properties_and_nothing_else(draft):
    draft.change({"brand": "#a03050", "text": "#222222", "body_font": "literata", "radius": 3, "density": "compact"})
    lines = draft.css.splitlines()
    assert lines[:2] == ["@layer theme {", ":root {"]
    assert lines[-2:] == ["}", "}"]
    assert all(line.startswith("--theme-") and line.count(";") == 1 for line in lines[2:-2])
    assert "--theme-brand: #a03050;" in lines
    assert "--theme-text: #222222;" in lines
    assert "--theme-radius: 3px;" in lines
    assert '--theme-font: "Literata Variable", ui-serif, Georgia, serif;' in lines
    assert draft.font_sheets == ["ui/css/fonts/literata.css"]


def test_a_version_is_another_one_when_the_stylesheet_is(draft):
    before = draft.version
    draft.change({"announces": True, "announcement": {"en": "Closed on Friday"}})
    assert draft.version == before
    draft.change({"radius": 0})
    assert draft.version != before


def test_customers_see_a_draft_when_it_is_published(portal, draft, erin):
    draft.change({"brand": "#a03050"})
    assert reread(portal).looks.brand == ""
    draft.publish(by=erin)
    assert reread(portal).looks.brand == "#a03050"
    assert not ThemeDraft.objects.exists()
    event = Event.objects.about(portal).last()
    assert (event.verb, event.details, event.actor_id) == ("theme_published", {"brand": ["", "#a03050"]}, erin.pk)


def test_publishing_what_customers_see_already_is_no_news(portal, draft, erin):
    draft.change({"brand": "#a03050"})
    draft.publish(by=erin)
    events = Event.objects.about(portal).count()
    ThemeDraft.of(reread(portal)).publish(by=erin)
    assert Event.objects.about(portal).count() == events


def test_publishing_what_is_hard_to_read_is_told_in_the_history(portal, draft, erin):
    draft.change({"link": "#9ad0ff"})
    draft.publish(by=erin)
    event = Event.objects.about(portal).last()
    assert event.verb == "theme_hard_to_read"
    assert "Links (light) 1." in event.details["pairs"]


def test_a_change_is_undone_step_by_step(portal, draft):
    for value in ("#a03050", "#0050a0"):
        draft.change({"brand": value, "radius": 8})
    draft.undo()
    assert ThemeDraft.of(portal).brand == "#a03050"
    draft.undo()
    draft.undo()
    assert (ThemeDraft.of(portal).brand, draft.earlier) == ("", [])


def test_what_changes_nothing_makes_no_draft(portal, draft):
    draft.change({"radius": 8})
    assert not ThemeDraft.objects.exists()
    assert not draft.differs


def test_only_the_last_hundred_steps_are_kept(draft):
    for step in range(105):
        draft.change({"radius": step % 2})
    assert len(draft.earlier) == 100


def test_a_discarded_draft_leaves_what_customers_see(portal, draft, erin):
    draft.change({"brand": "#a03050"})
    draft.publish(by=erin)
    again = ThemeDraft.of(reread(portal))
    again.change({"brand": "#0050a0"})
    again.discard()
    assert ThemeDraft.of(reread(portal)).brand == "#a03050"


def keep_logo(portal, content=b"a picture"):
    return File.objects.keep(content, "logo.webp", uploader=portal)


def test_a_logo_that_neither_theme_nor_draft_has_is_erased(portal, draft, erin):
    first, second = keep_logo(portal), keep_logo(portal)
    draft.change({"logo": first})
    draft.change({"logo": second})
    draft.undo()
    assert draft.logo_id == first.pk
    draft.publish(by=erin)
    kept = File.objects.filter(uploader_kind="portal")
    assert list(kept) == [first]
    ThemeDraft.of(reread(portal)).discard()
    assert list(kept.all()) == [first]


def test_a_copied_portal_has_the_theme_and_its_own_logo(portal, draft, erin):
    draft.change({"brand": "#a03050", "logo": keep_logo(portal)})
    draft.publish(by=erin)
    copy = Portal()
    reread(portal).copy_to(copy, {"name": "Copy", "domain": portal.domain, "slug": "copy"}, by=erin)
    looks = reread(copy).looks
    assert looks.brand == "#a03050"
    assert looks.logo_id not in (None, reread(portal).looks.logo_id)
    with looks.logo.open() as stream:
        assert stream.read() == b"a picture"


def test_a_removed_portal_leaves_no_theme_and_no_logo(portal, draft, erin):
    draft.change({"logo": keep_logo(portal)})
    draft.publish(by=erin)
    portal = reread(portal)
    portal.turn_off(by=erin)
    portal.remove(by=erin)
    assert not Theme.objects.exists()
    assert not File.objects.filter(uploader_kind="portal").exists()
