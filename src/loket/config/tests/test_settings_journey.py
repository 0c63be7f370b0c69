"""Erin sets every option of the customer portal once; Alice and Bob see what each does (P1–P8, T1–T11, F1)."""

import re

import pytest
from playwright.sync_api import expect

from cast import PASSWORD
from loket.access.models import grant
from loket.conversations.models import Inbox, Message, Thread
from loket.portals.models import Domain
from loket.tickets.models import Ticket

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


class Settings:
    """Erin's tab at the settings of one portal."""

    def __init__(self, page, portal):
        self.page, self.root = page, f"/desk/settings/customer-portal/{portal.pk}"

    def open(self, tab):
        self.page.goto(f"{self.root}/{tab}/")

    def tick(self, name, value=""):
        self.page.locator(f"[name={name}]" + (f"[value={value}]" if value else "")).check()

    def choose(self, editor, place, name, operator, value):
        """Fill in a condition of a filter that has it already: property, then comparison, then value."""
        part = self.page.locator(f"#id_{editor}-{place}-property")
        part.fill(name)
        part.press("Enter")
        self.page.locator(f"#id_{editor}-{place}-operator").select_option(operator)
        self.page.locator(f"#id_{editor}-{place}-value").fill(value)

    def save(self):
        self.page.get_by_role("button", name="Save changes").last.click()
        self.page.get_by_text("Saved.").wait_for()

    def save_rules(self):
        """Changed rules of sight are saved once the page has said what they change."""
        self.page.get_by_role("button", name="Save changes").last.click()
        self.page.get_by_text("This is not saved yet").wait_for()
        self.save()

    def preview(self, button):
        """The tab in which a preview of the portal opens."""
        with self.page.expect_popup() as popup:
            self.page.get_by_role("button", name=button).click()
        popup.value.locator(".preview-banner").wait_for()
        return popup.value


@pytest.fixture
def tickets(site, settings, form, portal, alice, bob, dora, file_ticket):
    """Alice's ticket, which Dora owns, Bob's, and one of Alice's in which nothing was said; two may enter."""
    Domain.objects.filter(pk=portal.domain_id).update(host=settings.SITE_URL.hostname)
    for contact in (alice, bob):
        user = grant(contact, portal, by=None)
        user.set_password(PASSWORD)
        user.save()
    printer, invoice = file_ticket(alice, "Printer on fire"), file_ticket(bob, "Invoice is wrong")
    printer.assign(dora, by=None)
    quiet = Ticket.objects.create(subject="Quiet request", status=printer.status)
    quiet.associate_contact(alice, by=None)
    return printer, invoice, quiet


@pytest.fixture
def visit(browser, site):
    """A tab of a visitor's own; ``visit("alice")`` is signed in to the portal at /care/."""
    contexts = []

    def visit(name=""):
        contexts.append(browser.new_context(base_url=site, viewport={"width": 1280, "height": 800}))
        contexts[-1].set_default_timeout(10_000)
        page = contexts[-1].new_page()
        if name:
            sign_in(page, "/care/", f"{name}@example.com")
        return page

    yield visit
    for context in contexts:
        context.close()


@pytest.fixture
def erins(page, portal, erin):
    sign_in(page, "/desk/", erin.email)
    return Settings(page, portal)


def sign_in(page, door, address):
    page.goto(door)
    page.get_by_label("E-mail").fill(address)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "sign-in" not in url)


def rows(page):
    """The subjects of the list, as a customer reads them."""
    page.goto("/care/")
    return sorted(page.locator(".row-link").all_inner_texts())


def test_erin_sets_general(erins, tickets, visit, inbox):
    second = Inbox.objects.create(name="Second line")
    erins.open("general")
    erins.page.get_by_label("Name").fill("Globex Care")
    erins.page.get_by_label("Address").fill("care")
    erins.page.get_by_label("Inbox").select_option(label="Second line")
    erins.save()
    stranger = visit()
    stranger.goto("/support/")
    expect(stranger).to_have_url(re.compile("/care/sign-in/"))

    erins.page.goto("/desk/settings/domains/")
    erins.page.get_by_role("link", name="testserver", exact=True).click()
    erins.page.get_by_label("Primary language").select_option("nl")
    erins.save()
    stranger.reload()
    expect(stranger.get_by_role("button", name="Inloggen")).to_be_visible()
    erins.page.goto("/desk/settings/domains/")
    erins.page.get_by_role("link", name="testserver", exact=True).click()
    erins.page.get_by_label("Primary language").select_option("en")
    erins.save()

    erins.open("general")
    erins.page.get_by_role("button", name="Turn off").click()
    assert stranger.goto("/care/").status == 404
    erins.page.get_by_role("button", name="Turn on").click()
    erins.page.get_by_text("The portal is on.").wait_for()

    alice = visit("alice")
    expect(alice).to_have_title("Globex Care")
    alice.get_by_role("link", name="Quiet request").click()
    alice.get_by_label("Your reply").fill("Is anybody there?")
    alice.get_by_role("button", name="Send reply").click()
    alice.get_by_text("Your reply was sent.").wait_for()
    assert Message.objects.get(text="Is anybody there?").thread.inbox == second

    preview = erins.preview("View portal")
    expect(preview.get_by_role("link", name="Invoice is wrong")).to_be_visible()
    preview.close()
    erins.page.get_by_role("link", name="View as contact").click()
    preview = erins.preview("View as Bob Example")
    expect(preview.get_by_text("You see this portal as Bob Example would.")).to_be_visible()


@pytest.fixture
def at_care(portal):
    """The portal as the visits find it, at /care/."""
    portal.set({"slug": "care"}, by=None)


def test_erin_sets_who_sees_what(erins, tickets, at_care, visit):
    alice, bob = visit("alice"), visit("bob")
    assert rows(bob) == ["Invoice is wrong", "Printer on fire"]
    expect(bob.get_by_text("View: Organization tickets")).to_be_visible()

    erins.open("tickets")
    erins.tick("sharing", "own")
    erins.save_rules()
    assert rows(bob) == ["Invoice is wrong"]
    expect(bob.get_by_text("View: ")).to_have_count(0)

    erins.tick("sharing", "filter")
    erins.page.locator("#id_sharing_filter-add").click()
    erins.choose("sharing_filter", "0-0", "First name", "EQ", "Alice")
    erins.save_rules()
    assert rows(alice) == ["Invoice is wrong", "Printer on fire", "Quiet request"]
    assert rows(bob) == ["Invoice is wrong"]

    erins.page.locator("#id_visibility_filter-add").click()
    erins.choose("visibility_filter", "0-0", "Subject", "CONTAINS_TOKEN", "fire")
    erins.save_rules()
    assert rows(alice) == ["Printer on fire"]
    assert rows(bob) == []


def set_tickets(erins):
    """Words, columns, agents' names, statuses and endings: T5–T8, T10, T11."""
    page = erins.page
    erins.open("tickets")
    page.locator("#id_singular-en").fill("Order")
    page.locator("#id_plural-en").fill("Orders")
    page.get_by_label("Property to add").fill("Priority")
    page.get_by_role("button", name="Add a column").click()
    page.get_by_label("Heading of Priority").fill("Urgency")
    page.get_by_role("button", name="Move Priority up").click()
    expect(page.locator(".column-row .side-name").nth(-2)).to_have_text("Priority")
    page.get_by_role("button", name="Remove Create date").click()
    expect(page.get_by_label("Heading of Create date")).to_have_count(0)
    erins.tick("owner_name", "full")
    erins.tick("shows_status_labels")
    erins.tick("allows_replies_to_closed")
    page.locator("[name^=reopening_statuses]").select_option(label="Waiting")
    erins.tick("allows_closing")
    page.locator("[name^=closing_statuses]").select_option(label="Closed")
    erins.save()


def set_conversation_and_form(erins, ticket):
    """The other conversation (T9), and the form's words (F1)."""
    page = erins.page
    page.goto(f"/desk/tickets/{ticket.pk}/")
    page.get_by_text("Choose what customers see").click()
    for box in page.locator("#conversations input[name=thread]").all():
        box.set_checked(not box.is_checked())
    page.locator("#conversations").get_by_role("button", name="Save").click()

    erins.open("form")
    page.locator("[id$=menu_text-en]").fill("Ask us")
    page.locator("[id$=heading-en]").fill("What can we do?")
    erins.save()


def test_erin_sets_words_columns_and_endings(erins, tickets, at_care, visit, pipeline, inbox):
    pipeline.statuses.filter(label="New").update(customer_label={"en": "Waiting for us"})
    other = Thread.objects.create(ticket=tickets[0], inbox=inbox, contact=tickets[0].requester, is_shown=False)
    Message.objects.create(
        thread=other, html="<p>The second conversation.</p>", contact=tickets[0].requester, is_incoming=True
    )
    set_tickets(erins)
    set_conversation_and_form(erins, tickets[0])

    alice = visit("alice")
    heads = [each.split("\n")[0] for each in alice.locator("thead th").all_inner_texts()]
    expect(alice.locator("h1")).to_have_text("Orders")
    assert heads[-2:] == ["Urgency", "Status"] and "Create date" not in heads
    row = alice.locator("tbody tr", has_text="Printer on fire")
    expect(row).to_contain_text("Dora Deskworth")
    expect(row).to_contain_text("Waiting for us")
    alice.get_by_role("link", name="Ask us").first.click()
    expect(alice.get_by_role("heading", name="What can we do?")).to_be_visible()

    alice.goto(f"/care/tickets/{tickets[0].pk}/")
    expect(alice.get_by_text("The second conversation.")).to_be_visible()
    expect(alice.locator("[role=log] article")).to_have_count(1)
    alice.get_by_text("Close order").click()
    alice.get_by_role("button", name="Yes, close it").click()
    alice.get_by_text("is closed.").wait_for()
    alice.get_by_label("Your reply").fill("It burns again.")
    alice.get_by_role("button", name="Send reply").click()
    alice.get_by_text("Your reply was sent.").wait_for()
    assert Ticket.objects.get(pk=tickets[0].pk).status.label == "Waiting"
