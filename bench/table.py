"""The figures as a table for ``docs/performance.md``."""

import os
import platform
import re
from datetime import date
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- bin/bench writes from here -->", "<!-- to here -->"
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def markdown(found, tickets):
    """``found`` is {database: {name: Figures or text}}."""
    names = list(next(iter(found.values())))
    columns = "".join(f" {NAMES[database]}: ratio | CPU | p50 | requests/s |" for database in found)
    lines = [f"| {tickets:,} tickets |{columns}", "| --- |" + " ---: | ---: | ---: | ---: |" * len(found)]
    words = ["", f"| {tickets:,} tickets | {' | '.join(NAMES[database] for database in found)} |"]
    words.append("| --- |" + " --- |" * len(found))
    for name in names:
        values = [figures[name] for figures in found.values()]
        if isinstance(values[0], str):
            words.append(f"| {name} | {' | '.join(values)} |")
        else:
            lines.append(f"| {name} | " + " | ".join(cells(figures, name) for figures in found.values()) + " |")
    where = f"{date.today()}, {os.cpu_count()} cores, Python {platform.python_version()}; CPU and p50 in ms."
    return "\n".join([*lines, *words, "", where])


def cells(figures, name):
    """Four cells of one trip."""
    found, constant = figures[name], figures["constant page"]
    rate = "" if found.rate is None else f"{found.rate:,.0f}"
    return f"{found.cpu / constant.cpu:.1f}× | {found.cpu:.2f} | {found.median:.1f} | {rate}"


def write(text):
    """Put the table in its place in the document."""
    pattern = re.compile(f"{re.escape(BEGIN)}.*{re.escape(END)}", re.DOTALL)
    DOCUMENT.write_text(pattern.sub(lambda _match: f"{BEGIN}\n\n{text}\n\n{END}", DOCUMENT.read_text()))
