"""The environment's variables: what each means and what counts without it. ``docs/configure.md`` is made from this.

Write it anew with ``.venv/bin/python -m loket.config.variables > docs/configure.md``; a test keeps the two equal.
"""

import sys
from typing import NamedTuple


class Variable(NamedTuple):
    """``default`` is the text that counts when the variable is unset; ``shown`` says it in words where it is made up."""

    name: str
    default: str | None
    meaning: str
    shown: str = ""


SECTIONS = {
    "Where it lives": [
        Variable(
            "LOKET_URL",
            "http://localhost:8000",
            "Where people reach the desk. Links in mails begin with its scheme and port; with `https` cookies are sent over "
            "TLS only and browsers are told to stay there (HSTS).",
        ),
        Variable(
            "LOKET_DATA_DIR",
            None,
            "Folder for the SQLite database, uploaded files, gathered static files and the made secret. Must be writable and "
            "is worth a backup.",
            "`var/loket`",
        ),
        Variable(
            "LOKET_SECRET_KEY",
            None,
            "At least 32 characters; signs sessions and links. Without it one is made and kept in `LOKET_DATA_DIR/secret.key`. "
            "Set it when several machines serve together.",
            "made once",
        ),
        Variable(
            "LOKET_BEHIND_PROXY",
            "no",
            "Yes, when a proxy in front ends TLS and always sets `X-Forwarded-Proto` and adds the visitor to "
            "`X-Forwarded-For`. Never without such a proxy: visitors could set the headers themselves.",
        ),
        Variable("LOKET_TIME_ZONE", "UTC", "Time zone of dates on pages, such as `Europe/Amsterdam`."),
    ],
    "Data": [
        Variable(
            "DATABASE_URL",
            None,
            "`postgres://user:password@host:5432/name`, or `sqlite:////absolute/path`. `?host=/run/postgresql` names a socket "
            "folder; `?pool=12` sets how many connections a process may hold (8); other query parts go to libpq "
            "(`?sslmode=verify-full`). Special characters in user and password are percent-encoded.",
            "SQLite in the data folder",
        ),
        Variable(
            "DATABASE_REPLICA_URL",
            None,
            "A streaming replica of that PostgreSQL, which then reads the portals' lists, searches and exports. Written like "
            "`DATABASE_URL`.",
            "none",
        ),
        Variable(
            "CACHE_URL",
            "database",
            "Where counts of sign-ins and the like are kept for all processes: `redis://:password@host:6379/0`, `rediss://…` "
            "(TLS), `unix:///run/redis.sock`, or `database`. Redis needs the extra `redis`.",
        ),
        Variable(
            "STORAGE_URL",
            None,
            "Where uploaded files lie: `s3://key:secret@s3.example.com/bucket?region=eu-west-1`. `s3+http://…` speaks without "
            "TLS; without key and secret the machine's own role is used; `?prefix=loket/` keeps to a part of the bucket. "
            "Needs the extra `s3`. The bucket stays private.",
            "`LOKET_DATA_DIR/files`",
        ),
    ],
    "Mail": [
        Variable(
            "EMAIL_URL",
            None,
            "How mail leaves: `smtp+tls://user:password@host:587` (STARTTLS), `smtps://…:465` or `smtp://…:25`. Without it mail "
            "waits in the outbox and nothing is lost.",
            "none",
        ),
        Variable(
            "LOKET_MAIL_FROM",
            None,
            "Sender of mails, with the host of `LOKET_URL` by default.",
            "`Support <support@…>`",
        ),
        Variable(
            "LOKET_MAIL_MB",
            "50",
            "Largest mail that is fetched by itself, in megabytes; of larger ones only the headers, until an agent releases "
            "them.",
        ),
        Variable(
            "LOKET_MAIL_PER_HOUR",
            "2000",
            "Mails that leave in an hour, so that a loop ends as a queue: more wait in the outbox, but for sign-in codes and the like.",
        ),
        Variable("LOKET_MAIL_PER_ADDRESS", "60", "The same for one recipient."),
        Variable(
            "LOKET_OUTBOUND_ALLOW",
            None,
            "Networks such as `10.0.0.0/8, 127.0.0.1` in which hosts that an administrator typed may lie. Without it private "
            "and loopback addresses are refused.",
            "none",
        ),
    ],
    "Limits": [
        Variable("LOKET_ATTACHMENT_MB", "25", "Largest file that can be attached, in megabytes."),
        Variable("LOKET_ATTACHMENTS", "10", "Most files on one message."),
    ],
    "Watching": [
        Variable(
            "LOKET_LOG",
            "lines",
            "`lines` for people, `json` for machines: one object a line. Both go to standard error.",
        ),
        Variable("LOKET_LOG_LEVEL", "info", "`debug`, `info`, `warning` or `error`."),
        Variable(
            "LOKET_METRICS_ALLOW",
            "127.0.0.0/8 ::1",
            "Networks whose addresses may read `/metrics`, separated by spaces or commas. Behind a proxy the visitor's address "
            "counts, not the proxy's.",
        ),
        Variable(
            "LOKET_METRICS_TOKEN",
            None,
            "Who sends it as `Authorization: Bearer …` may read `/metrics` from anywhere.",
            "none",
        ),
        Variable("LOKET_DEMO", "no", "Set by `bin/demo`. Never set it yourself: the demo's passwords are public."),
    ],
}
VARIABLES = {variable.name: variable for section in SECTIONS.values() for variable in section}
HEAD = """\
# Configure

Everything that differs between installations is an environment variable. One file reads them,
`src/loket/config/env.py`; a wrong value stops every command with one line that names the variable. All are optional:
without any, Loket runs on SQLite in `var/loket` at `http://localhost:8000`. This page is made from
`src/loket/config/variables.py`.

What differs between portals (who sees which tickets, what a ticket is called, columns) is not here but in the
database: `loket portal show SLUG` lists it and `loket portal set SLUG NAME=VALUE` changes it.
"""


def as_markdown():
    """The page that documents all of them."""
    parts = [HEAD]
    for heading, variables in SECTIONS.items():
        parts += [f"\n## {heading}\n\n| variable | default | meaning |\n| --- | --- | --- |\n"]
        parts += [f"| `{each.name}` | {each.shown or f'`{each.default}`'} | {each.meaning} |\n" for each in variables]
    return "".join(parts)


if __name__ == "__main__":
    sys.stdout.write(as_markdown())
