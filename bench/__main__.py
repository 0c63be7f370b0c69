"""One run: ``python -m bench``, by ``bin/bench``."""

import argparse
import sys
from contextlib import ExitStack

from bench import table
from bench.site import Site
from bench.trips import measured

DATABASES = ("sqlite", "postgresql")


def main():
    """Measure each database and print the table."""
    parser = argparse.ArgumentParser(prog="bin/bench", description="Measure Loket.")
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--database", choices=DATABASES, help="one only (default: both)")
    parser.add_argument("--port", type=int, default=8140)
    parser.add_argument("--seconds", type=float, default=3, help="for each figure (default 3)")
    parser.add_argument("--only", help="only what has this in its name")
    parser.add_argument("--write", action="store_true", help="write the table into docs/performance.md")
    options = parser.parse_args()
    found = {}
    for database in [options.database] if options.database else DATABASES:
        with ExitStack() as stack:
            site = stack.enter_context(Site(database, options.tickets, options.port))
            found[database] = measured(site, options.seconds, options.only)
    text = table.markdown(found, options.tickets)
    print(text)
    if options.write:
        table.write(text)


sys.exit(main())
