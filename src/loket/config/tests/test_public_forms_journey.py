"""D3 in a browser: strangers fill in a form on its own page, and in a frame on somebody's web site."""

import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from loket.files.models import File
from loket.forms.submissions import Submission

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
HEIGHT = "document.querySelector('iframe').clientHeight"
NOTE = {"name": "note.txt", "mimeType": "text/plain", "buffer": b"words"}


@pytest.fixture
def public(form):
    form.set({"is_public": True}, by=None)
    return form


def assert_accessible(page, frame=None):
    """axe finds nothing on the page as it stands, or in its ``frame``, wide and narrow, light and dark."""
    shown = frame or page
    for width, scheme in ((1280, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        # Colours change over a moment, and would be measured on their way.
        shown.evaluate("Promise.all(document.getAnimations().map((each) => each.finished))")
        results = Axe().run(shown)
        assert results.violations_count == 0, results.generate_report()
        assert shown.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="light")


def fill_in(form, **words):
    for label, text in words.items():
        form.get_by_label(label.replace("_", "-"), exact=False).first.fill(text)


def test_a_stranger_attaches_mends_and_sends_once(page, site, public):
    page.goto(f"/forms/{public.pk}/")
    assert_accessible(page)
    page.locator("input[type=file]").set_input_files([NOTE, NOTE | {"name": "wrong.txt"}])
    expect(page.locator("[name=upload]")).to_have_count(2)
    page.reload()
    expect(page.locator(".upload-name")).to_have_count(2)
    with page.expect_response(re.compile("/removal/")):
        page.get_by_role("button", name="Remove wrong.txt").press("Enter")
    fill_in(page, Subject="No coffee")
    page.get_by_label("Subject").press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_text("Describe it, so that we can help.").first).to_be_visible()
    expect(page.get_by_label("Subject")).to_have_value("No coffee")
    expect(page.locator(".upload-name")).to_have_text(["note.txt"])
    assert_accessible(page)
    fill_in(page, Description="None at all.", E_mail="nina@example.org")
    page.get_by_role("button", name="Send").dblclick()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert_accessible(page)
    sent = Submission.objects.get()
    # Without TLS a browser has no crypto: nothing is solved, and an agent looks at it first.
    assert (sent.headline, sent.state, sent.files.get().name) == ("No coffee", "review", "note.txt")
    page.goto(f"/forms/{public.pk}/")
    expect(page.locator("[name=upload]")).to_have_count(0)


def test_a_file_that_did_not_go_up_is_tried_again(page, site, public):
    page.goto(f"/forms/{public.pk}/")
    page.route("**/uploads/", lambda route: route.abort())
    page.locator("input[type=file]").set_input_files(NOTE)
    expect(page.get_by_text("Not uploaded. Check your connection and try again.").first).to_be_visible()
    assert_accessible(page)
    page.unroute("**/uploads/")
    page.get_by_role("button", name="Try again").press("Enter")
    expect(page.locator("[name=upload]")).to_have_count(1)
    assert File.objects.get().name == "note.txt"


class Holder(BaseHTTPRequestHandler):
    """A page of somebody's web site, with the form in a frame."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(self.server.page.encode())

    def log_message(self, *args):
        """It says nothing."""


@pytest.fixture
def elsewhere(site, public):
    """The address of another host's page that holds the form. A real server: a browser lets no page from the internet
    hold what is on its own machine.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), Holder)
    frame = f'<iframe src="{site}/forms/{public.pk}/?frame" title="Form" width="100%" height="760" data-loket-form></iframe>'
    server.page = f"""<!doctype html><html lang="en"><title>A site</title><main><h1>Ask us</h1>{frame}</main>
        <script src="{site}/static/portal/js/frame.js"></script>"""
    Thread(target=server.serve_forever, daemon=True).start()
    host = f"127.0.0.1:{server.server_port}"
    public.set({"sites": [host]}, by=None)
    yield f"http://{host}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def held(page, elsewhere):
    """The form in its frame: ``held.locator(…)``."""
    page.goto(elsewhere)
    held = page.frame_locator("iframe")
    held.get_by_label("Description").wait_for()
    return held


def test_a_frame_grows_and_shrinks_with_the_form(page, held):
    page.wait_for_function(f"{HEIGHT} != 760")
    low = page.evaluate(HEIGHT)
    held.get_by_label("Description").fill("A line\n" * 60)
    page.wait_for_function(f"{HEIGHT} > {low + 300}")
    held.get_by_label("Description").fill("")
    page.wait_for_function(f"{HEIGHT} == {low}")


def test_a_stranger_sends_the_form_in_a_frame(page, held, elsewhere):
    held.locator("input[type=file]").set_input_files(NOTE)
    expect(held.locator("[name=upload]")).to_have_count(1)
    fill_in(held, Subject="No coffee", E_mail="nina@example.org")
    held.get_by_role("button", name="Send").press("Enter")
    expect(held.get_by_text("Describe it, so that we can help.").first).to_be_visible()
    expect(held.locator(".upload-name")).to_have_text(["note.txt"])
    assert_accessible(page, page.frames[1])
    fill_in(held, Description="None at all.")
    held.get_by_role("button", name="Send").dblclick()
    expect(held.get_by_role("heading", name="Thank you")).to_be_visible()
    assert page.url == elsewhere
    assert_accessible(page, page.frames[1])
    assert Submission.objects.get().files.get().name == "note.txt"
    assert not page.context.cookies()


def test_a_site_that_is_not_listed_shows_nothing_of_it(page, held, public):
    public.set({"sites": ["www.example.org"]}, by=None)
    page.reload()
    expect(held.locator("form")).to_have_count(0)
