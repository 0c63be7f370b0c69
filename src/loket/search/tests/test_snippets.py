import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loket.search.engine import snippet


def test_words_of_the_query_are_marked():
    assert snippet("The Printer on the third floor smokes.", "printer smo") == (
        "The <mark>Printer</mark> on the third floor <mark>smokes</mark>."
    )


def test_accents_and_case_do_not_matter():
    assert snippet("Une CRÈME bru\u0302le\u0301e, Straße", "creme brulee strasse") == (
        "Une <mark>CRÈME</mark> <mark>bru\u0302le\u0301e</mark>, <mark>Straße</mark>"
    )


def test_markup_in_the_text_stays_text():
    assert snippet("<b>x</b> & <mark>", "x mark") == (
        "&lt;b&gt;<mark>x</mark>&lt;/b&gt; &amp; &lt;<mark>mark</mark>&gt;"
    )


def test_a_long_text_shows_the_passage_around_the_first_hit():
    shown = snippet("start " * 1000 + "the needle is here " + "end " * 1000, "needle")
    assert "<mark>needle</mark> is here" in shown
    assert shown.startswith("… ") and shown.endswith(" …") and len(shown) < 220


@pytest.mark.parametrize("query", ["", "absent", "\x00 :*", "😀"])
def test_without_a_hit_the_beginning_is_shown(query):
    assert snippet("Hello " * 100, query).startswith("Hello Hello") and "<mark>" not in snippet("Hello", query)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=300), st.text(max_size=10), st.integers(10, 60))
def test_nothing_but_marks_is_added(text, query, width):
    shown = snippet(text, query, width)
    bare = shown.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in bare and ">" not in bare
