"""P7, P8: an agent with the right looks at the portal from the desk, read-only."""

from datetime import timedelta

import pytest
from django.utils import timezone

from loket.access.models import HandOver
from loket.history.models import Event
from loket.portals.models import Portal
from loket.tickets.models import SightPolicy, Ticket, TicketReading

NOT_SECRET = {
    "filterGroups": [{"filters": [{"propertyName": "subject", "operator": "NOT_CONTAINS_TOKEN", "value": "secret"}]}]
}


@pytest.fixture
def look(at_desk, erin, portal):
    """Begin a preview from the desk, as ``contact`` or as oneself: gives the browser that looks."""

    def begin(contact=None):
        browser = at_desk(erin)
        noun = f"view-as/{contact.pk}" if contact else "preview"
        page = browser.post(f"/desk/settings/customer-portal/{portal.pk}/{noun}/")
        address = page.context["address"]
        assert browser.get(address).status_code == 200
        assert browser.post(address)["Location"] == "/support/"
        browser.begun_at = address
        return browser

    return begin


def test_an_agent_sees_what_the_filter_lets_through(look, portal, file_ticket, alice, charlie):
    SightPolicy.of(portal).set({"sharing": "own", "visibility_filter": NOT_SECRET}, by=None)
    shown, strangers = file_ticket(alice, "Printer"), file_ticket(charlie, "Scanner")
    hidden = file_ticket(alice, "Secret plan")
    browser = look()
    page = browser.get("/support/").content.decode()
    assert "Printer" in page
    assert "Scanner" in page
    assert "Secret plan" not in page
    codes = [browser.get(f"/support/tickets/{each.pk}/").status_code for each in (shown, strangers, hidden)]
    assert codes == [200, 200, 404]
    found = browser.get("/support/?q=scanner").content.decode()
    assert f"/support/tickets/{strangers.pk}/" in found
    assert b"Scanner" in b"".join(browser.get("/support/tickets.csv?status=open").streaming_content)


def test_view_as_shows_what_the_contact_sees_and_is_in_history(look, portal, file_ticket, alice, charlie, erin):
    own, strangers = file_ticket(alice, "Printer"), file_ticket(charlie, "Scanner")
    browser = look(alice)
    page = browser.get("/support/").content.decode()
    assert "Printer" in page
    assert "Scanner" not in page
    assert "You see this portal as Alice Example would." in page
    assert browser.get(f"/support/tickets/{own.pk}/").status_code == 200
    assert browser.get(f"/support/tickets/{strangers.pk}/").status_code == 404
    assert Event.objects.about(alice).get(verb="viewed_as").actor_name == erin.name


@pytest.mark.parametrize("as_contact", [True, False])
def test_every_write_is_refused_on_the_server(look, portal, ticket, form, alice, as_contact):
    browser = look(alice if as_contact else None)
    base, before = f"/support/tickets/{ticket.pk}", Ticket.objects.get().last_activity_at
    for path in (
        f"{base}/replies/",
        f"{base}/closure/",
        f"{base}/reading/",
        f"/support/new/{form.pk}/",
        "/support/uploads/",
    ):
        assert browser.post(path, {"text": "x", "subject": "x", "content": "x"}).status_code == 403
    assert Ticket.objects.get().last_activity_at == before
    assert ticket.threads.get().messages.count() == 1
    browser.get(f"{base}/")
    assert not TicketReading.objects.exists()


def test_the_token_is_good_once_for_a_minute_and_in_its_portal(look, client, portal):
    browser = look()
    assert client.post(browser.begun_at).status_code == 404
    other = Portal.objects.create(name="Other", domain=portal.domain, slug="other", is_on=True)
    again = browser.post(f"/desk/settings/customer-portal/{portal.pk}/preview/").context["address"]
    assert client.post(again.replace("/support/", "/other/")).status_code == 404
    HandOver.objects.update(created_at=timezone.now() - timedelta(seconds=61))
    assert client.post(again).status_code == 404
    assert other.is_on


def test_dora_without_the_right_gets_no_preview_and_loses_it_with_the_right(look, at_desk, dora, erin, portal):
    assert at_desk(dora).post(f"/desk/settings/customer-portal/{portal.pk}/preview/").status_code == 403
    browser = look()
    assert browser.get("/support/").status_code == 200
    erin.is_administrator = False
    erin.save()
    assert browser.get("/support/")["Location"].startswith("/support/sign-in/")


def test_a_portal_that_is_off_is_seen_with_a_banner(look, portal, ticket, client):
    portal.turn_off(by=None)
    page = look().get("/support/")
    assert page.status_code == 200
    assert "The portal is off" in page.content.decode()
    assert client.get("/support/").status_code == 404


def test_the_preview_ends_by_its_button_and_by_signing_in(look, portal, ticket, alice, entered):
    browser = look(alice)
    browser.post("/support/preview/ending/")
    assert browser.get("/support/").status_code == 302
    entered(alice)
    browser = look()
    browser.post("/support/sign-in/", {"login": alice.email, "password": "correct horse battery"})
    page = browser.get("/support/").content.decode()
    assert "You cannot change anything" not in page
    assert ticket.subject in page


def test_signing_out_of_the_desk_ends_the_agents_previews_and_nobody_elses(look, at_desk, dora, portal, alice):
    dora.may_set = True
    dora.save()
    doras = at_desk(dora)
    doras.post(doras.post(f"/desk/settings/customer-portal/{portal.pk}/preview/").context["address"])
    browser = look(alice)
    browser.post("/support/sign-out/")
    assert browser.get("/support/").status_code == 200
    browser.post("/desk/sign-out/")
    assert browser.get("/support/")["Location"].startswith("/support/sign-in/")
    assert doras.get("/support/").status_code == 200


def test_a_preview_lasts_half_an_hour(look):
    browser = look()
    HandOver.objects.update(created_at=timezone.now() - timedelta(minutes=31))
    assert browser.get("/support/").status_code == 302


def test_the_form_of_a_preview_offers_tickets_that_look_alike(look, file_ticket, alice):
    file_ticket(alice, "Printer on fire")
    browser = look(None)
    assert "Printer on fire" in browser.get("/support/similar/?q=printer+fire").content.decode()


def test_the_contact_to_view_as_is_found_by_name(at_desk, erin, portal, alice, charlie):
    page = at_desk(erin).get(f"/desk/settings/customer-portal/{portal.pk}/view-as/?q=ali").content.decode()
    assert "Alice Example" in page
    assert "Charlie" not in page
