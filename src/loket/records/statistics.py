"""What the database knows of its own tables: without it SQLite walks all open tickets to count the few that wait."""

from django.db import connection

# Rows of each index that SQLite looks at: enough to choose by, and as quick for a million tickets as for a thousand.
MOST_READ = 1_000


def refresh():
    """Let the database count anew, so that it plans for what is there now. Returns 0: there is never more to do."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA analysis_limit={MOST_READ}")
        cursor.execute("ANALYZE")
    return 0


def refresh_where_nobody_does():
    """As ``refresh``, on SQLite; PostgreSQL does so by itself."""
    return refresh() if connection.vendor == "sqlite" else 0
