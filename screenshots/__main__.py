"""One run: ``python -m screenshots``, by ``bin/screenshots``."""

import argparse
import shutil
import signal
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from screenshots.demo import ROOT, open_up, running_demo
from screenshots.pages import OPENED, PAGES
from screenshots.visitor import Visitor

FOLDER = ROOT / "docs" / "screenshots"
DOORS = {"erin": "desk", "dora": "desk"}


def main():
    """Take the pictures; returns 1 when a page has a fault."""
    parser = argparse.ArgumentParser(prog="bin/screenshots", description="Take pictures of every page of the demo.")
    parser.add_argument("only", nargs="*", help="pages whose name begins so (default: all)")
    parser.add_argument("--folder", type=Path, default=FOLDER, help=f"where to (default {FOLDER.relative_to(ROOT)})")
    parser.add_argument("--no-axe", action="store_true", help="pictures only, without looking for barriers")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium")
    if not chromium:
        sys.exit("bin/screenshots: chromium is missing: apt-get install chromium")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the demo ends, too
    with running_demo() as cast, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        faults = take(browser, cast, PAGES, options)
        open_up(cast)
        faults += take(browser, cast, OPENED, options)
        browser.close()
    print("\n".join(faults or ["No page has a fault."]))
    return int(bool(faults))


def take(browser, cast, pages, options):
    """Visit each page that is wanted as the one who sees it; returns the faults, a line each."""
    pages, visitors = [page for page in pages if page.name.startswith(tuple(options.only) or "")], {}
    for number, page in enumerate(pages, 1):
        print(f"{number} of {len(pages)}: {page.name}", file=sys.stderr)
        door = cast[DOORS.get(page.who, "portal")]
        if page.who not in visitors:
            visitors[page.who] = Visitor(browser, door, page.who, cast["people"].get(page.who))
        visitors[page.who].visit(page, options.folder, with_axe=not options.no_axe)
    return [fault for visitor in visitors.values() for fault in visitor.faults]


sys.exit(main())
