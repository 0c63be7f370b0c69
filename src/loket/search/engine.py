"""Index, remove, find: the whole of what the rooms above need."""

from django.db import connections, router
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, TextField, Value

from loket.guard.text import clean_block
from loket.search.models import Document
from loket.search.snippets import marked as marked
from loket.search.snippets import snippet as snippet
from loket.search.words import SHORT, beginning, beginnings_of, query_words, stored_tokens, words_of

# As much of a text as is kept for snippets; ten times as much is searched.
SHOWN_TEXT = 50_000
_BATCH = 200

_FIND = {
    "sqlite": (
        "SELECT record_id FROM search_document WHERE id IN "
        "(SELECT rowid FROM search_index WHERE search_index MATCH %s LIMIT %s)"
    ),
    "postgresql": "SELECT record_id FROM search_document WHERE vector @@ %s::tsquery LIMIT %s",
}


def index(kind, record_id, text, tokens=()):
    """Make the record ``record_id`` of ``kind`` findable by the words of ``text`` and within any of ``tokens``.

    Tokens look like ``contact:12``. What was indexed for this record before is replaced.
    """
    index_many([(kind, record_id, text, tokens)])


def index_many(rows):
    """``index`` for many: ``rows`` are (kind, record_id, text, tokens). Of two for one record the later counts."""
    documents = {}
    for kind, record_id, text, tokens in rows:
        documents[kind, record_id] = document(kind, record_id, text, tokens)
        if len(documents) >= _BATCH:
            _write(documents)
            documents = {}
    if documents:
        _write(documents)


def remove(kind, record_id):
    """Make a record unfindable; nothing happens when it was not indexed."""
    Document.objects.filter(kind=kind, record_id=record_id).delete()


def find(kind, query, *, tokens=None, limit=1001):
    """Ids of at most ``limit`` records of ``kind`` with every word of ``query``, the last one as a word's beginning.

    With ``tokens`` the record must carry one of them; with an empty collection nothing is found. Accents and case do
    not matter. Unordered. A query without words finds nothing.
    """
    words = query_words(query)
    within = None if tokens is None else stored_tokens(tokens)
    if not words or within == []:
        return []
    connection = connections[router.db_for_read(Document)]
    with connection.cursor() as cursor:
        cursor.execute(_FIND[connection.vendor], [_match(connection.vendor, kind, words, within), limit])
        return [record_id for (record_id,) in cursor.fetchall()]


def texts(kind, ids):
    """{id: text} of those records of ``kind`` that are indexed; for snippets."""
    found = Document.objects.filter(kind=kind, record_id__in=list(ids))
    return dict(found.values_list("record_id", "text"))


def document(kind, record_id, text, tokens=()):
    """The document of one record, unsaved; see ``index``."""
    words = words_of(text)
    terms = words + beginnings_of(words) + stored_tokens([f"kind:{kind}", *tokens])
    shown = clean_block(text[:SHOWN_TEXT])
    return Document(kind=kind, record_id=record_id, text=shown, words=" ".join(sorted(terms)))


def _write(documents):
    Document.objects.bulk_create(
        documents.values(),
        update_conflicts=True,
        unique_fields=["kind", "record_id"],
        update_fields=["text", "words"],
    )


def _match(vendor, kind, words, tokens):
    """The query in the database's own language. Words are letters and digits only, so nothing in them is an operator."""
    quote, also, either, prefix = ('"', " AND ", " OR ", "*") if vendor == "sqlite" else ("'", " & ", " | ", ":*")
    *whole, last = words
    terms = [f"{quote}{term}{quote}" for term in (f":kind:{kind}", *whole)]
    terms.append(f"{quote}{beginning(last)}{quote}" if len(last) <= SHORT else f"{quote}{last}{quote}{prefix}")
    if tokens is not None:
        terms.append("(" + either.join(f"{quote}{token}{quote}" for token in tokens) + ")")
    return also.join(terms)


def holds(kind, query, *, tokens=None):
    """A condition on rows of ``kind``, by their pk: what ``find`` would name, for when that is more than one can list."""
    words = query_words(query)
    within = None if tokens is None else stored_tokens(tokens)
    if not words or within == []:
        return Q(pk__in=[])
    documents = Document.objects.filter(kind=kind, record_id=OuterRef("pk"))
    connection = connections[router.db_for_read(Document)]
    return Q(Exists(documents.filter(Matches(_match(connection.vendor, kind, words, within)))))


class Matches(Func):
    """Whether a document, given by its id and vector, matches a query in the database's own language."""

    output_field = BooleanField()

    def __init__(self, match):
        super().__init__(F("pk"), Value(match, output_field=TextField()))

    def as_sqlite(self, compiler, connection, **context):
        template = "%(expressions)s)"
        separator = " IN (SELECT rowid FROM search_index WHERE search_index MATCH "
        return self.as_sql(compiler, connection, template=template, arg_joiner=separator, **context)

    def as_postgresql(self, compiler, connection, **context):
        column, params = compiler.compile(self.source_expressions[0])
        match, more = compiler.compile(self.source_expressions[1])
        table = column.rpartition(".")[0]
        return f"{table}.vector @@ {match}::tsquery", (*params, *more)
