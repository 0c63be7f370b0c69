"""Whole journeys in a browser: what a customer and an agent do in a day."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from cast import PASSWORD
from loket.access.models import grant
from loket.conversations import delivery
from loket.conversations.models import Message
from loket.portals.models import Domain
from loket.tickets.models import Ticket

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def help_desk(site, settings, form, portal, alice, bob, charlie, dora, file_ticket):
    """The portal on the running site's own host, with a ticket of Alice's and one of Bob's."""
    Domain.objects.filter(pk=portal.domain_id).update(host=settings.SITE_URL.hostname)
    for contact in (alice, bob, charlie):
        user = grant(contact, portal, by=None)
        user.set_password(PASSWORD)
        user.save()
    return [file_ticket(alice, "Printer on fire"), file_ticket(bob, "Invoice is wrong")]


def sign_in(page, door, address):
    page.goto(door)
    page.get_by_label("E-mail").fill(address)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "sign-in" not in url)


def assert_accessible(page):
    """axe finds nothing on the page as it stands."""
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def pictures(tmp_path):
    """Three small files to send."""
    files = []
    for name in ("one.txt", "two.txt", "three.txt"):
        (tmp_path / name).write_text(f"This is {name}.")
        files.append(str(tmp_path / name))
    return files


def test_alice_reads_and_answers(page, help_desk, tmp_path, dora):
    sign_in(page, "/support/", "alice@example.com")
    expect(page).to_have_title("Acme Support")
    expect(page.locator("tbody tr")).to_have_count(2)
    assert_accessible(page)

    page.get_by_text("View: Organization tickets").click()
    page.get_by_role("link", name="Owned by me").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.keyboard.press("/")
    page.keyboard.type("fire")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q=fire"))
    expect(page.locator("mark").first).to_have_text("fire")

    page.get_by_role("link", name="Printer on fire").click()
    expect(page).to_have_title(re.compile("^Printer on fire"))
    assert_accessible(page)
    page.get_by_label("Your reply").fill("It is **still** burning.")
    page.locator("input[type=file]").set_input_files(pictures(tmp_path))
    expect(page.locator("input[name=upload]")).to_have_count(3)
    page.reload()
    expect(page.get_by_label("Your reply")).to_have_value("It is **still** burning.")
    expect(page.locator("input[name=upload]")).to_have_count(3)
    page.get_by_role("button", name="Send reply").dblclick()
    page.get_by_text("Your reply was sent.").wait_for()
    expect(page.locator("strong", has_text="still")).to_have_count(1)
    assert Message.objects.filter(text__contains="still").count() == 1
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("two.txt")).first.click()
    assert Path(download.value.path()).read_text() == "This is two.txt."

    delivery.reply(help_desk[0].threads.get(), "The fire brigade is on its way.", by=dora)
    page.get_by_text("The fire brigade is on its way.").wait_for(timeout=15_000)
    assert page.get_by_text("Deskworth").count() == 0

    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(re.compile("sign-in"))
    page.go_back(wait_until="commit")
    expect(page).to_have_url(re.compile("sign-in"))


def test_alice_files_a_ticket_once(page, help_desk):
    sign_in(page, "/support/", "alice@example.com")
    page.get_by_role("link", name="File a support ticket").last.click()
    assert_accessible(page)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    page.get_by_label("Subject").fill("Coffee machine is cold")
    page.get_by_role("textbox", name="Description").fill("Since this morning.")
    page.get_by_role("button", name="Send").dblclick()
    page.wait_for_url(re.compile(r"tickets/\d+/"))
    page.get_by_role("heading", name="Coffee machine is cold").wait_for()
    page.wait_for_timeout(500)  # the second click's own answer may still be on its way
    page.go_back(wait_until="commit")
    page.get_by_label("Subject").wait_for()
    page.get_by_role("link", name="Tickets", exact=True).first.click()
    page.wait_for_url("**/support/")
    expect(page.get_by_role("link", name="Coffee machine is cold")).to_have_count(1)
    assert Ticket.objects.filter(subject="Coffee machine is cold").count() == 1


def test_charlie_finds_nothing(page, help_desk):
    sign_in(page, "/support/", "charlie@example.com")
    expect(page.locator("tbody tr")).to_have_count(0)
    answer = page.goto(f"/support/tickets/{help_desk[0].pk}/")
    assert answer.status == 404
    assert_accessible(page)
    assert page.get_by_text("Printer").count() == 0


def test_all_of_it_works_without_javascript(browser, site, help_desk, tmp_path):
    context = browser.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, "/support/", "alice@example.com")
    page.get_by_role("link", name="Printer on fire").click()
    page.get_by_label("Your reply").fill("Sent without a script.")
    page.locator("input[type=file]").set_input_files(pictures(tmp_path)[:2])
    page.get_by_role("button", name="Send reply").click()
    page.get_by_text("Your reply was sent.").wait_for()
    assert page.get_by_role("link", name=re.compile("one.txt")).count() >= 1
    page.get_by_role("button", name="Sign out").click()
    assert "sign-in" in page.url
    context.close()


def test_the_desk_fits_a_phone(page, help_desk, dora, alice):
    sign_in(page, "/desk/", dora.email)
    page.wait_for_url(re.compile("all-open"))
    page.set_viewport_size({"width": 390, "height": 800})
    ticket = Ticket.objects.get(subject="Printer on fire")
    for path in ("views/all-open/", f"tickets/{ticket.pk}/", f"contacts/{alice.pk}/", "notices/", "outbox/"):
        page.goto(f"/desk/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") == 390, path
        assert_accessible(page)


def test_dora_works_through_her_queue(page, help_desk, dora):
    sign_in(page, "/desk/", dora.email)
    page.wait_for_url(re.compile("all-open"))
    assert_accessible(page)
    page.get_by_role("link", name="Printer on fire").first.click()
    page.wait_for_url(re.compile(r"tickets/\d+"))
    assert_accessible(page)
    page.locator("textarea:visible").first.fill("We send someone.")
    page.get_by_role("button", name="Send reply").click()
    page.locator(".letters", has_text="We send someone.").wait_for()
    page.keyboard.press("Escape")
    page.locator("body").press("c")
    page.locator("textarea:visible").first.fill("He calls every week.")
    page.get_by_role("button", name="Add comment").click()
    page.locator(".letters", has_text="He calls every week.").wait_for()
    page.get_by_role("button", name="Close").first.click()
    page.get_by_role("button", name="Open again").first.wait_for()
    ticket = Ticket.objects.get(subject="Printer on fire")
    assert ticket.is_closed
    assert set(ticket.threads.get().messages.values_list("text", flat=True)) == {"It burns.", "We send someone."}
