import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loket.guard.markup import clean_html, from_markdown, from_text, to_text


@pytest.mark.parametrize(
    "html",
    [
        "<p hx-get='/desk/' hx-trigger=load>x</p>", "<p data-hx-post=/x>x</p>", "<p id=csrf name=y class=z>x</p>",
        "<p style='position:fixed'>x</p>", "<p onclick=alert(1)>x</p>", "<input name=a><p>x</p><button>",
        "<meta http-equiv=refresh content='0;url=//e'><p>x</p>", "<base href=//e><p>x</p>", "<p>x</p><iframe src=//e>",
        "<link rel=stylesheet href=//e><p>x</p>", "<script>e()</script><p>x</p>", "<p>x</p><style>@import '//e'</style>",
        "<p>x<img src=//e/t.png><video src=//e></video><audio src=//e></audio></p>", "<p>x<object data=//e></object></p>",
        "<p background=//e>x</p>", "<template><p>y</p></template><p>x</p>", "<p>x</p><!-- <p>y</p> -->",
    ],
)  # fmt: skip
def test_only_harmless_markup_remains(html):
    assert clean_html(html).strip() == "<p>x</p>"


@pytest.mark.parametrize(
    "html",
    [
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<a title='</title><script>x</script>'>x</a>", "<<script>alert(1)//<</script>", "<img/onerror=alert(1) src=x",
        "<p title=\"a' onerror=x\">", "<plaintext><b onclick=x>", "<textarea><img src=x onerror=alert(1)></textarea>",
        "<![CDATA[<img src=x onerror=1>]]>", "<?xml <img src=x onerror=1> ?>", "<td onclick=x><tr hx-get=/x>",
    ],
)  # fmt: skip
def test_tricks_with_parsers_end_as_text(html):
    cleaned = clean_html(html).lower()
    for tag in cleaned.split("<")[1:]:
        inside = tag.partition(">")[0]
        assert not any(bad in inside for bad in ("onerror", "onclick", "hx-", "script", "img", "svg", "math", "style"))


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", " java\nscript:x", "data:text/html,x", "//evil.example", "/desk/", "vbscript:x",
                "&#106;avascript:x", "ftp://x", "javascript&colon;x", "\x01javascript:x", "tel:1"],
)  # fmt: skip
def test_other_addresses_than_web_and_mail_are_no_links(address):
    assert "href" not in clean_html(f'<a href="{address}">x</a>')


def test_links_open_apart_and_tell_nothing():
    assert clean_html('<a href="https://a.example/?b=1&amp;c=2" target=_top rel=opener>x</a>') == (
        '<a href="https://a.example/?b=1&amp;c=2" target="_blank" rel="noopener noreferrer nofollow">x</a>'
    )
    assert 'href="mailto:a@b.example"' in clean_html("<a href=mailto:a@b.example>x</a>")


def test_a_picture_becomes_its_alternative_text():
    assert clean_html('<p>Hi <img src="https://t.example/pixel.gif" alt="A &lt;big&gt; logo"></p>') == (
        "<p>Hi A &lt;big&gt; logo</p>"
    )


def test_the_shape_of_an_ordinary_mail_remains():
    html = "<h2>A</h2><p>b<p>c <b>d</b><ul><li>e<li>f</ul><table><tr><td colspan=2>g<td>h</table><blockquote>i"
    assert clean_html(html) == (
        "<h2>A</h2><p>b</p><p>c <b>d</b></p><ul><li>e</li><li>f</li></ul>"
        '<table><tbody><tr><td colspan="2">g</td><td>h</td></tr></tbody></table><blockquote>i</blockquote>'
    )


def test_a_mail_with_a_hundred_unclosed_paragraphs_keeps_its_paragraphs():
    assert clean_html("<p>x" * 100) == "<p>x</p>" * 100


def test_huge_spans_are_not_passed_on():
    assert clean_html("<table><tr><td colspan=100000 rowspan=-1>x") == (
        "<table><tbody><tr><td>x</td></tr></tbody></table>"
    )


def test_markdown_of_people():
    html = from_markdown(
        "Hi *you*\nand **me**, `x<y`\n\n- a\n- b\n\n> q\n\n```\n<c>\n```\n<b>raw</b> <https://a.example>"
    )
    for part in ("<em>you</em><br>", "<strong>me</strong>", "<code>x&lt;y</code>", "<li>a</li>", "<blockquote>",
                 "<pre><code>&lt;c&gt;", "&lt;b&gt;raw&lt;/b&gt;", 'href="https://a.example"'):  # fmt: skip
        assert part in html


@pytest.mark.parametrize("text", ["[x](javascript:alert(1))", "![x](https://t.example/p.gif)", "<javascript:alert(1)>"])
def test_markdown_makes_no_harmful_link_or_picture(text):
    assert 'href="javascript' not in from_markdown(text) and "<img" not in from_markdown(text)


def test_words_below_many_quotation_marks_are_not_lost():
    assert "needle" in from_markdown("> " * 50 + "needle")
    assert "needle" in from_markdown("- " * 50 + "needle")


def test_plain_text_links_addresses_without_the_full_stop():
    html = from_text("See https://a.example/x?y=1&z=2.\nBye\n\n<b>")
    assert 'href="https://a.example/x?y=1&amp;z=2"' in html and "</a>.<br>Bye</p><p>&lt;b&gt;</p>" in html


def test_text_of_html_has_lines_bullets_and_no_markup():
    html = "<style>x</style><p>Hi &amp; bye</p><ul><li>a<li>b</ul><table><tr><td>1<td>2<tr><td>3</table>"
    assert [line.strip() for line in to_text(html).splitlines() if line.strip()] == [
        "Hi & bye",
        "* a",
        "* b",
        "1 2",
        "3",
    ]


def test_deep_words_are_not_lost():
    html = "<div>" * 10_000 + "needle"
    assert "needle" in clean_html(html) and "needle" in to_text(html)
    assert clean_html(html).count("<div>") <= 60


@pytest.mark.parametrize(
    "piece",
    ["<div>", "<b a=1><p>", "<a b=\"'", "<!--", "</p><", "<td><li>", "<script", "&", "<font x=1>y<p>", "<svg><style>",
     "\x00\ud800<", "<table>x"],
)  # fmt: skip
def test_hostile_html_is_bounded(piece):
    html = piece * (100_000 // len(piece))
    before = time.process_time()
    assert len(clean_html(html)) < 1_200_000 and len(to_text(html)) < 1_200_000
    assert time.process_time() - before < 3


@pytest.mark.parametrize("piece", ["*", "[", "_a*", "`", "> ", "- ", "[](", "<", "1. ", "\\", "![", "```\n"])
def test_hostile_markdown_is_bounded(piece):
    before = time.process_time()
    from_markdown(piece * (20_000 // len(piece)))
    from_markdown(piece * (1_000_000 // len(piece)))
    assert time.process_time() - before < 3


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(["<b>", "</b>", "<p>", "<table>", "<td>", "<a href='", '"', "'", ">", "x", "<!--", "-->",
                                 "<li>", "</table>", "=", "&amp;", "<svg>", "<style>", "</style>", "\n", "<br/>"])))  # fmt: skip
def test_cleaning_twice_changes_nothing_more(pieces):
    once = clean_html("".join(pieces))
    assert clean_html(once) == clean_html(clean_html(once))
    assert "<svg" not in once and "<style" not in once


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=())))
def test_any_text_can_be_shown(text):
    for show in (clean_html, from_markdown, from_text, to_text):
        assert show(text).encode() is not None
