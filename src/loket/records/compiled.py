"""Queries that are built and compiled once, and run again and again with other values.

To build a query and compile it to SQL takes Django four times as long as the database takes to answer, so the few
queries of the list and of each request are compiled once. It reaches into the compiler of Django 6.1
(``get_compiler``, ``select``, ``klass_info``, ``get_converters``) and does what its ``ModelIterable`` does;
``tests/test_compiled.py`` tells when another version differs.
"""

from datetime import UTC, datetime, timedelta
from functools import partial, wraps

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections, router
from django.db.models.query import ModelIterable, get_related_populators

# Values that no row has: where they stand among the compiled parameters, later calls put theirs.
NUMBER = 9_100_000_000_000_000_000
MOMENT = datetime(1901, 2, 3, 4, 5, 6, 789_000, tzinfo=UTC)
WORD = "\x02place\x03"


class Compiled:
    """``build(*values)`` gives a queryset, of ``values_list`` for ``rows``, of records with ``select_related`` and
    annotations for ``objects``; each value is a number, an aware datetime or a text.

    The values may only stand in conditions: how they are compared must not depend on what they are.
    """

    def __init__(self, build, *like):
        marks = [mark(number, value) for number, value in enumerate(like)]
        queryset = build(*marks)
        self.about = queryset.model
        connection = self.connection()
        self.sql, self.model, self.converters = None, None, {}
        compiler = queryset.query.get_compiler(connection=connection)
        try:
            self.sql, params = compiler.as_sql()
        except EmptyResultSet:
            return
        self.params, stored = list(params), [as_stored(each, connection) for each in marks]
        self.places = [(at, stored.index(each)) for at, each in enumerate(self.params) if each in stored]
        if len({place for _at, place in self.places}) != len(like):
            raise ValueError("A value does not stand in the query as it was given.")
        if queryset._iterable_class is ModelIterable:
            self._learn(queryset, compiler)
        self.converters = compiler.get_converters([column for column, *_rest in compiler.select])

    def connection(self):
        """Where the rows are read now: the same query may be answered by a replica one time and not the other."""
        return connections[router.db_for_read(self.about)]

    def found(self, *values):
        """What iterating the queryset would give: rows or records."""
        return self.objects(*values) if self.model else self.rows(*values)

    def rows(self, *values):
        """The rows, as lists or tuples."""
        if self.sql is None:
            return []
        connection, params = self.connection(), self.params.copy()
        stored = [as_stored(each, connection) for each in values]
        for at, place in self.places:
            params[at] = stored[place]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            rows = cursor.fetchall()
        return self._converted(rows, connection) if self.converters else rows

    def _learn(self, queryset, compiler):
        """Note how rows become records."""
        info, columns = compiler.klass_info, compiler.klass_info["select_fields"]
        self.model, self.own = info["model"], slice(columns[0], columns[-1] + 1)
        self.names = [column.target.attname for column, *_rest in compiler.select[self.own]]
        self.related = get_related_populators(info, compiler.select, DEFAULT_DB_ALIAS, queryset._fetch_mode)
        self.annotations = compiler.annotation_col_map or {}

    def objects(self, *values):
        """The records."""
        found, alias = [], router.db_for_read(self.about)
        for row in self.rows(*values):
            record = self.model.from_db(alias, self.names, row[self.own])
            for each in self.related:
                each.populate(row, record)
            for name, at in self.annotations.items():
                setattr(record, name, row[at])
            found.append(record)
        return found

    def _converted(self, rows, connection):
        rows = [list(row) for row in rows]
        for at, (convert, expression) in self.converters.items():
            for each in convert:
                for row in rows:
                    row[at] = each(row[at], expression, connection)
        return rows


def once(build):
    """``build`` as a function that gives a list of records, compiled at its first call, anew only for other ``shape``s."""
    kept = {}

    @wraps(build)
    def objects(*values, **shape):
        key = tuple(shape.items())
        if key not in kept:
            kept[key] = Compiled(partial(build, **shape), *values)
        return kept[key].objects(*values)

    return objects


def mark(number, value):
    """A value like ``value`` that stands for the place with this number."""
    if isinstance(value, datetime):
        return MOMENT + timedelta(days=number)
    return f"{WORD}{number}" if isinstance(value, str) else NUMBER + number


def as_stored(value, connection):
    """``value`` as a parameter."""
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
