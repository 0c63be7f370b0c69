"""Somebody who goes through the pages, takes a picture of each, and notes what is wrong."""

import io

from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Error as PlaywrightError

SCHEMES = ("light", "dark")
SIZES = {1280: {"width": 1280, "height": 800}, 390: {"width": 390, "height": 844}}
SETTLED = """Promise.all(document.getAnimations().map(each => each.finished.catch(() => 0)))
    .then(() => new Promise(then => requestAnimationFrame(() => requestAnimationFrame(then))))"""
TALLEST = 1600  # pixels; what is below stands in no picture
QUALITY = 60


class Visitor:
    """One of the cast, or nobody (``name`` is empty), with a tab on a desktop and one on a phone."""

    def __init__(self, browser, home, name, person):
        """``person`` is ``{"email": …, "password": …}``; ``home`` the address of the door, to sign in at."""
        self.name, self.faults, self.addresses = name, [], {}
        state = self._sign_in(browser, home, person) if name else None
        self.tabs = {width: self._tab(browser, width, home, state) for width in SIZES}

    def _sign_in(self, browser, home, person):
        """Sign in once, for both tabs; returns the cookies."""
        context = browser.new_context()
        page = context.new_page()
        page.goto(home)
        page.get_by_label("E-mail").fill(person["email"])
        page.get_by_label("Password").fill(person["password"])
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "sign-in" not in url)
        state = context.storage_state()
        context.close()
        return state

    def _tab(self, browser, width, home, state):
        is_phone = width < 720
        context = browser.new_context(
            base_url=home, storage_state=state, viewport=SIZES[width], has_touch=is_phone, is_mobile=is_phone,
            reduced_motion="reduce",
        )  # fmt: skip
        context.set_default_timeout(15_000)
        return context.new_page()

    def visit(self, page, folder, *, with_axe=True):
        """Write ``folder/<page>-<width>-<scheme>.webp`` for each width and scheme; faults are added to ``faults``."""
        for width, tab in self.tabs.items():
            errors = []
            note = lambda error, errors=errors: errors.append(str(error))  # noqa: E731  the same object is taken off
            tab.on("pageerror", note)
            try:
                if not self._is_open(page, tab):
                    continue
                for scheme in SCHEMES:
                    tab.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                    tab.evaluate(SETTLED)
                    save(tab, folder / f"{page.name}-{width}-{scheme}.webp")
                    self._judge(page, tab, width, scheme, with_axe)
            finally:
                tab.remove_listener("pageerror", note)
            self.faults += [f"{page.name} at {width}: script error: {error}" for error in errors]

    def _is_open(self, page, tab):
        """Go to the page; a link or button that is not there is a fault."""
        try:
            self._open(page, tab)
        except PlaywrightError as error:
            self.faults.append(f"{page.name}: {error}")
            return False
        return True

    def _open(self, page, tab):
        """Go to the page, by its link where it has one, and press its button."""
        answer = tab.goto(self.addresses.get(page, page.path))
        for name in () if page in self.addresses else page.follow:
            self.addresses[page] = link(tab, name).get_attribute("href")
            answer = tab.goto(self.addresses[page])
        if answer.status != page.status:
            self.faults.append(f"{page.name}: answers {answer.status} instead of {page.status}")
        for label, words in page.fill:
            tab.get_by_label(label, exact=True).fill(words)
        if page.press:
            tab.get_by_role("button", name=page.press, exact=True).first.click()
            tab.wait_for_load_state()
            tab.wait_for_timeout(300)
        if page.until:
            tab.get_by_text(page.until).first.wait_for()

    def _judge(self, page, tab, width, scheme, with_axe):
        """Does it scroll sideways? Does axe find something?"""
        place = f"{page.name} at {width}, {scheme}"
        wide = tab.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            self.faults.append(f"{place}: scrolls sideways, {wide} pixels")
        for violation in Axe().run(tab).response["violations"] if with_axe else ():
            where = "; ".join(" ".join(map(str, node["target"])) for node in violation["nodes"][:4])
            self.faults.append(f"{place}: {violation['id']} ({violation['help']}): {where}")


def link(tab, name):
    """The link of that name, rather within the page than in the frame around it, rather exactly so called."""
    for within in (tab.locator("main"), tab):
        for exact in (True, False):
            found = within.get_by_role("link", name=name, exact=exact).first
            if found.count():
                return found
    return found


def save(tab, path):
    """Write what the tab shows as WebP, from the top to at most ``TALLEST`` pixels.

    By a taller window: panes of the desk scroll by themselves, and a picture of the full page lets Chromium forget that it
    has a phone's touch screen.
    """
    usual = tab.viewport_size
    tall = tab.evaluate("Math.max(...[...document.querySelectorAll('html, main')].map(each => each.scrollHeight))")
    tab.set_viewport_size(usual | {"height": max(usual["height"], min(tall, TALLEST))})
    picture = Image.open(io.BytesIO(tab.screenshot()))
    tab.set_viewport_size(usual)
    picture.convert("RGB").save(path, "WEBP", quality=QUALITY, method=6)
