"""Logs (R3): a line for each happening, plain or JSON, with the id of the request that it belongs to.

What people write stays out: addresses are told as routes, since a path may hold a link's secret and a query what somebody
looks for, and exceptions without their own text, since a database quotes the row that it refuses. No text from outside
can begin a line of its own (trap 39).
"""

import json
import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime

request_id = ContextVar("request_id", default="")
# Line ends of every kind, terminal escapes, marks that turn text round.
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
LONGEST = 4000


def printable(text):
    """``text`` as one harmless line; what was cut or escaped can be seen."""
    line = UNPRINTABLE.sub(lambda sign: sign[0].encode("unicode_escape").decode(), text)
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def route_of(request):
    """Where a request went, without what stood in the address: ``/support/tickets/<int:pk>/``."""
    mount = getattr(request, "mount", None)
    match = getattr(request, "resolver_match", None)
    return (mount.prefix if mount else "/") + (match.route if match else "…")


def words_of(record):
    """The message of a record; in Django's own about a request the route takes the address's place."""
    words = record.getMessage()
    request = getattr(record, "request", None)
    path = getattr(request, "path", "")
    if len(path) > 1:
        for written in {path, path.encode("unicode_escape").decode("ascii")}:
            words = words.replace(written, route_of(request))
    return words


def fault_of(record):
    """``("ValueError", "places of the traceback")`` or None."""
    if not record.exc_info or not record.exc_info[0]:
        return getattr(record, "fault", None)
    kind, _error, places = record.exc_info
    return kind.__name__, "".join(traceback.format_tb(places))


class LineFormatter(logging.Formatter):
    """Time, level, request, logger, words; a traceback follows in lines of its own, indented."""

    def format(self, record):
        head = f"{self.formatTime(record)} {record.levelname} {request_id.get() or '-'} {record.name}"
        more = "".join(f" {name}={value}" for name, value in getattr(record, "told", {}).items())
        line = printable(f"{head} {words_of(record)}{more}")
        fault = fault_of(record)
        if fault is None:
            return line
        return "\n    ".join([f"{line} ({fault[0]})", *map(printable, fault[1].splitlines())])


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message; request, error, places and what ``told`` adds."""

    def format(self, record):
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": printable(words_of(record)),
        }
        if request_id.get():
            entry["request"] = request_id.get()
        entry |= {name: told_value(value) for name, value in getattr(record, "told", {}).items()}
        if fault := fault_of(record):
            entry["error"], entry["places"] = fault
        return json.dumps(entry, ensure_ascii=False)


def told_value(value):
    """Numbers as they are, everything else as one line."""
    return value if isinstance(value, int | float) else printable(str(value))


def settings(form, level):
    """Django's ``LOGGING``. ``form`` is "json" or "lines"."""
    formatter = JsonFormatter if form == "json" else LineFormatter
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"ours": {"()": formatter}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "ours"}},
        "root": {"handlers": ["console"], "level": level},
        # Django would give it a handler of its own, and tell each request of a development server.
        "loggers": {
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
        },
    }
