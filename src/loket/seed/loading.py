"""Rows into tables by the database's own bulk path: COPY on PostgreSQL, ``executemany`` on SQLite."""

from django.core.management.color import no_style
from django.db import connection
from django.db.models import Max


def next_id(model):
    """The id that the next row of ``model`` gets."""
    return (model.objects.aggregate(last=Max("pk"))["last"] or 0) + 1


def load(model, names, rows):
    """Insert ``rows``, tuples in the order of the field ``names``; other fields get their defaults.

    Moments are aware datetimes, JSON is text.
    """
    rows = list(rows)
    fields = [model._meta.get_field(name) for name in names]
    left_out = {*fields, model._meta.pk}
    others = [each for each in model._meta.concrete_fields if each not in left_out and not each.generated]
    defaults = tuple(field.get_db_prep_save(field.get_default(), connection) for field in others)
    columns = [connection.ops.quote_name(field.column) for field in (*fields, *others)]
    into = f"{connection.ops.quote_name(model._meta.db_table)} ({', '.join(columns)})"
    moments = [at for at, field in enumerate(fields) if field.get_internal_type() == "DateTimeField"]
    write = copy if connection.vendor == "postgresql" else execute_many
    write(into, (stored(row, moments) + defaults for row in rows), len(columns))


def stored(row, moments):
    """``row`` with the values at ``moments`` as the database keeps them."""
    row = list(row)
    for at in moments:
        row[at] = connection.ops.adapt_datetimefield_value(row[at])
    return tuple(row)


def copy(into, rows, width):
    """PostgreSQL's way."""
    with connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as stream:
        for row in rows:
            stream.write_row(row)


def execute_many(into, rows, width):
    """SQLite's way. Not Django's cursor, which would keep each row when queries are logged."""
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {into} VALUES ({', '.join(['%s'] * width)})", rows)  # noqa: S608 - our own names


def follow(models):
    """Let ids that the database gives go on after those that were loaded."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
