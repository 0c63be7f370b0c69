"""The database PostgreSQL in a backup: every table by COPY, in one snapshot.

Not by pg_dump, which must not be older than the server and is not there where Loket is installed as a package.
"""

from django.db import connection, transaction
from psycopg import sql

from loket.transfer.backup.migrations import tables
from loket.transfer.backup.sqlite import STORED_FILES

FOLDER = "tables/"
COLUMNS = (
    "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = %s "
    "AND is_generated = 'NEVER' ORDER BY ordinal_position"
)
SEQUENCES = (
    "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema() AND last_value IS NOT NULL"
)


def add_database(writer, scratch):
    """Add all tables as of one moment; returns (the rows of STORED_FILES of that moment, more facts for the manifest)."""
    columns = {}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for table in tables():
            cursor.execute(COLUMNS, [table])
            columns[table] = [name for (name,) in cursor.fetchall()]
            writer.add(FOLDER + table, copied(cursor, table, columns[table]), compress=True)
        cursor.execute(STORED_FILES)
        rows = cursor.fetchall()
        cursor.execute(SEQUENCES)
        return rows, {"columns": columns, "sequences": dict(cursor.fetchall())}


def copied(cursor, table, columns):
    """The rows of a table in PostgreSQL's own text form."""
    with cursor.copy(statement("COPY {} ({}) TO STDOUT", table, columns)) as copy:
        for piece in copy:
            yield bytes(piece)


def statement(text, table, columns):
    """An SQL statement about columns of a table."""
    return sql.SQL(text).format(sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns)))


def is_bare():
    """Whether there is nothing in the database that a restore could spoil."""
    return not connection.introspection.table_names()


def load_database(reader, prepare, finish):
    """Make the tables by ``prepare()``, then fill them and ``finish()``, in one transaction."""
    prepare()
    columns, sequences = reader.manifest["columns"], reader.manifest["sequences"]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(map(sql.Identifier, columns))))
        for table, names in columns.items():
            with cursor.copy(statement("COPY {} ({}) FROM STDIN", table, names)) as copy:
                for piece in reader.pieces(FOLDER + table):
                    copy.write(piece)
        for sequence, value in sequences.items():
            cursor.execute(
                "SELECT setval(%s::regclass, %s)", [sql.Identifier(sequence).as_string(cursor.connection), value]
            )
        finish()
