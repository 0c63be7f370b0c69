import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loket.search import engine
from loket.search.models import Document
from loket.search.words import MOST_BYTES, fold, query_words, words_of

pytestmark = pytest.mark.django_db


def found(query, **within):
    return sorted(engine.find("ticket", query, **within))


def test_every_word_must_be_there_and_the_last_may_be_a_beginning():
    engine.index("ticket", 1, "The printer on the third floor smokes")
    engine.index("ticket", 2, "The printer works")
    assert found("printer") == found("PRINT") == [1, 2]
    assert found("printer smo") == [1]
    assert found("prin smokes") == []


def test_accents_case_and_forms_of_letters_do_not_matter():
    engine.index("ticket", 1, "Crème brûlée für Straße, ＡＢＣ ﬁnal İstanbul re\u0301sume\u0301")
    for query in ("creme BRULEE", "fur strasse", "abc", "final", "ISTANBUL", "résumé", "straß"):
        assert found(query) == [1], query


def test_chinese_and_japanese_are_found_inside_a_sentence():
    engine.index("ticket", 1, "打印机冒烟了 プリンター")
    assert found("冒烟") == found("リンタ") == [1]
    assert found("火") == []


def test_tokens_limit_what_is_found():
    engine.index("ticket", 1, "printer", ["contact:1", "company:5"])
    engine.index("ticket", 2, "printer", ["contact:2"])
    engine.index("ticket", 3, "printer", ["contact:12"])
    assert found("printer") == [1, 2, 3]
    assert found("printer", tokens=["contact:1"]) == [1]
    assert found("printer", tokens=["contact:2", "company:5"]) == [1, 2]
    assert found("printer", tokens=["contact:2", *(f"company:{n}" for n in range(2000))]) == [1, 2]
    assert found("printer", tokens=[]) == found("printer", tokens=["contact:9"]) == []


@pytest.mark.parametrize("query", ["contact:1", "contact", "kind:ticket", "kind", "ticket", '"contact:1"', "1"])
def test_nobody_can_type_a_token(query):
    engine.index("ticket", 7, "printer", ["contact:1"])
    assert found("printer") == [7]
    assert found(query) == []


@pytest.mark.parametrize("token", ["printer", "contact:1 OR x", 'contact:"', "contact:", "Contact:1", "a:b'", ""])
def test_a_token_that_a_text_could_hold_is_refused(token):
    with pytest.raises(ValueError, match="Not a token"):
        engine.index("ticket", 1, "x", [token])
    with pytest.raises(ValueError, match="Not a token"):
        engine.find("ticket", "x", tokens=[token])


def test_kinds_do_not_mix():
    engine.index("ticket", 1, "printer")
    engine.index("contact", 2, "printer")
    assert found("printer") == [1] and engine.find("contact", "printer") == [2]


def test_indexing_again_replaces():
    engine.index("ticket", 1, "printer", ["contact:1"])
    engine.index("ticket", 1, "scanner", ["contact:2"])
    assert found("printer") == found("scanner", tokens=["contact:1"]) == []
    assert found("scanner", tokens=["contact:2"]) == [1]
    assert Document.objects.count() == 1


def test_removing_removes():
    engine.index("ticket", 1, "printer")
    assert found("printer") == [1]
    engine.remove("ticket", 1)
    engine.remove("ticket", 1)
    assert found("printer") == []


def test_many_are_indexed_at_once_and_the_later_counts():
    engine.index_many([*(("ticket", n, f"printer {n}", ()) for n in range(500)), ("ticket", 3, "scanner", ())])
    assert len(engine.find("ticket", "printer")) == 499
    assert len(engine.find("ticket", "printer", limit=10)) == 10
    assert found("scanner") == [3]


def test_texts_are_given_back_for_snippets():
    engine.index("ticket", 1, "One\x00 \ud800two")
    engine.index("ticket", 2, "Other")
    assert engine.texts("ticket", [1, 9]) == {1: "One two"}


@pytest.mark.parametrize(
    "query",
    ["", " ", '"', "'", "AND", "OR NOT", "a NEAR(b c, 2)", "* ^ : -", "words:x", "x*y", "a'b''c\\", "(((", "& | ! <->",
     "😀", "漢字", "\x00", "\ud800", "%s %(x)s", "{x}", "word " * 10_000, "x" * 100_000, "\u0301" * 10_000, "--", ";",
     "\ufdfa" * 5_000, "a:*", "'x' & 'y':*", "_", "_z", ":kind"],
)  # fmt: skip
def test_no_query_is_a_fault(query):
    engine.index("ticket", 1, "nothing of that")
    assert engine.find("ticket", query) == []
    assert engine.find("ticket", query, tokens=["contact:1"]) == []


def test_operators_are_words_like_others():
    engine.index("ticket", 1, "black and white, or near it, not")
    assert found("AND or NOT near") == [1]


@pytest.mark.parametrize(
    "text",
    [" ".join(f"word{n}" for n in range(60_000)), "x" * 1_000_000, "\x00\ud800", "", "漢字" * 100_000,
     " ".join(f"{n:05}" + "\U00010d00" * 60 for n in range(8_000)),
     " ".join(chr(0x1F000 + n % 700) + chr(0x10000 + n % 50) * 70 + str(n) for n in range(9_000))],
)  # fmt: skip
def test_any_text_can_be_indexed(text):
    engine.index("ticket", 1, f"needle {text}")
    assert found("needle") == [1]
    assert found("nee") == found("need") == [1]
    assert len(" ".join(words_of(text)).encode()) <= MOST_BYTES


def test_long_words_are_found_by_their_beginning():
    engine.index("ticket", 1, "x" * 5_000)
    assert found("x" * 5_000) == found("x" * 70 + "y") == found("xxx") == [1]


SIGNS = st.sampled_from(
    [*"abAßéÉıİſK1２ _-:'\"*&|\\漢が😀\u0301\u00ad\u200d\ufb01\u0e33\u0939\u093f\U00010400\u13a0\n"]
)
TEXTS = st.lists(SIGNS, max_size=12).map("".join)
TOKENS = st.lists(st.sampled_from(["contact:1", "contact:12", "company:1"]), max_size=2)


def reference(documents, query, tokens):
    """What ``find`` should find, said in plain Python."""
    *whole, last = query_words(query) or [None]
    return [
        number
        for number, (text, own) in enumerate(documents)
        if last is not None
        and set(whole) <= set(words_of(text))
        and any(word.startswith(last) for word in words_of(text))
        and (tokens is None or set(tokens) & set(own))
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(TEXTS, TOKENS), max_size=4), TEXTS, st.none() | TOKENS)
def test_the_database_finds_what_plain_python_finds(db, documents, query, tokens):
    Document.objects.all().delete()
    engine.index_many([("ticket", number, text, own) for number, (text, own) in enumerate(documents)])
    assert found(query, tokens=tokens) == reference(documents, query, tokens)


@settings(max_examples=300)
@given(st.text(st.characters(exclude_categories=()), max_size=10))
def test_folding_twice_changes_nothing_and_signs_fold_alone(text):
    assert fold(fold(text)) == fold(text)
    assert "".join(map(fold, text)) == fold(text)


def test_the_index_is_used():
    engine.index_many([("ticket", n, f"printer number{n}", (f"contact:{n}",)) for n in range(3000)])
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # so few rows are read faster than an index
        sql = engine._FIND[connection.vendor]
        match = engine._match(connection.vendor, "ticket", ["printer"], [":contact:7", ":contact:8"])
        explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
        cursor.execute(explain + sql, [match, 1001])
        plan = "\n".join(str(row) for row in cursor.fetchall())
    assert found("printer", tokens=["contact:7", "contact:8"]) == [7, 8]
    assert "search_index" in plan
    assert "SCAN search_document" not in plan and "Seq Scan" not in plan


def test_as_a_condition_it_holds_for_the_same_records():
    engine.index_many([("ticket", n, text, ()) for n, text in enumerate(["printer", "scanner"])])
    printer, scanner = Document.objects.order_by("record_id")
    engine.index("document", printer.pk, "printer", ["contact:1"])
    engine.index("document", scanner.pk, "scanner", ["contact:1"])
    for query in ("printer", "print", "pri"):
        assert list(Document.objects.filter(engine.holds("document", query, tokens=["contact:1"]))) == [printer]
    for query, tokens in (("printer", []), ("printer", ["contact:2"]), ("", None), ('" OR *', None)):
        assert not Document.objects.filter(engine.holds("document", query, tokens=tokens)).exists()


if connection.vendor == "sqlite":  # PostgreSQL keeps its indexes itself

    def test_the_index_keeps_nothing_of_what_is_gone():
        engine.index_many([("ticket", n, f"printer {n}", ()) for n in range(9)])
        engine.index("ticket", 1, "scanner")
        engine.remove("ticket", 2)
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO search_index(search_index, rank) VALUES ('integrity-check', 1)")
            cursor.execute("SELECT count(*) FROM search_index WHERE search_index MATCH 'printer'")
            assert cursor.fetchone() == (7,)
