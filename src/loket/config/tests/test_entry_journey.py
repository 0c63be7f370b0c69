"""Journeys through the door: a session that ends while somebody types, and the second step."""

import re

import pyotp
import pytest
from playwright.sync_api import expect

from cast import PASSWORD
from loket.access.models import OpenSession, SecondFactor
from loket.config.tests.test_journeys import assert_accessible, help_desk, sign_in
from loket.conversations.models import Message

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
__all__ = ["help_desk"]  # a fixture


def fill_in(page, address):
    """Sign in on the page that is there."""
    page.get_by_label("E-mail").fill(address)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_a_half_written_reply_survives_the_idle_session_and_the_sign_in(page, help_desk, alice):
    ticket = help_desk[0]
    sign_in(page, "/support/", alice.email)
    page.goto(f"/support/tickets/{ticket.pk}/")
    page.get_by_label("Your reply").fill("Half of what I want to s")
    OpenSession.end_all(OpenSession.objects.all())
    page.get_by_role("button", name="Send reply").click()
    page.wait_for_url(re.compile("/support/sign-in/"))
    assert Message.objects.count() == 2

    fill_in(page, alice.email)
    page.wait_for_url(re.compile(f"/support/tickets/{ticket.pk}/"))
    expect(page.get_by_label("Your reply")).to_have_value("Half of what I want to s")
    page.get_by_label("Your reply").press("End")
    page.keyboard.type("ay.")
    page.get_by_role("button", name="Send reply").click()
    expect(page.locator("article", has_text="Half of what I want to say.")).to_have_count(1)
    assert Message.objects.count() == 3


def test_alice_sets_up_two_steps_and_comes_in_by_them(page, help_desk, alice):
    sign_in(page, "/support/", alice.email)
    page.goto("/support/settings/sessions/")
    page.get_by_role("link", name="Two-step sign-in").click()
    assert_accessible(page)
    page.get_by_role("link", name="Set up").click()
    page.get_by_text("You cannot scan it?").click()
    assert_accessible(page)
    app = pyotp.TOTP(page.locator(".secret-key").inner_text())
    page.get_by_label("Code that the app shows").fill(app.now())
    page.get_by_role("button", name="Turn on").click()
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    assert_accessible(page)
    recovery = page.locator(".recovery-codes li").first.inner_text()
    page.get_by_role("link", name="I have kept them").click()
    assert_accessible(page)
    page.get_by_role("link", name="Back").click()
    page.get_by_role("button", name="Sign out").click()

    page.wait_for_url(re.compile("/support/sign-in/"))
    fill_in(page, alice.email)
    page.get_by_label("Code").fill(app.now())
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("was used")
    assert_accessible(page)
    page.get_by_label("Code").fill(recovery)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    assert SecondFactor.objects.get().codes.exclude(used_at=None).count() == 1
