"""The first run: from an empty database to a customer who files a ticket (R1)."""

import re

import pytest

from loket.access.models import Membership
from loket.conversations.models import Inbox, RoutingPolicy
from loket.forms.models import Form
from loket.history.models import Event
from loket.mail.models import Letter
from loket.portals.models import Domain, Portal
from loket.tickets.models import Pipeline, SightPolicy, Ticket

PASSWORD = "correct horse battery"


@pytest.fixture
def empty(at_desk, erin):
    """Erin, the first administrator, at the desk of an empty system."""
    return at_desk(erin)


@pytest.fixture
def set_up(empty):
    """Send the page as it is shown, with a name and ``changes``; None leaves a field out."""

    def send(**changes):
        form = empty.get("/desk/setup/").context["form"]
        shown = {name: form[name].value() for name in form.fields}
        values = {name: str(value) for name, value in (shown | {"name": "Acme Care"} | changes).items() if value}
        return empty.post("/desk/setup/", values | {"is_on": "on"} if values.pop("is_on", None) else values)

    return send


def test_from_nothing_to_a_customers_ticket(empty, set_up, client):
    assert empty.get("/desk/")["Location"] == "/desk/setup/"
    answer = set_up(email="alice@example.com", first_name="Alice", sharing="company")
    portal = Portal.objects.get()
    assert answer["Location"] == f"/desk/setup/{portal.pk}/"
    assert (portal.address(), portal.is_on) == ("http://testserver/support/", True)
    assert SightPolicy.of(portal).sharing == "company"

    link = re.search(r"http://testserver(/support/password-reset/\S+)", Letter.objects.get().text).group(1)
    asked = client.get(link, follow=True)
    client.post(asked.redirect_chain[-1][0], {"password": PASSWORD})
    client.post("/support/sign-in/", {"login": "alice@example.com", "password": PASSWORD})
    new = client.get("/support/").context["links"][0]["url"]
    assert client.post(new, {"subject": "No coffee", "content": "None."}).status_code == 302
    assert empty.get("/desk/")["Location"] == "/desk/views/all-open/"
    assert "No coffee" in empty.get("/desk/views/all-open/").content.decode()
    ticket = Ticket.objects.get()
    assert ticket.requester.first_name == "Alice"
    assert ticket.threads.get().inbox == RoutingPolicy.of(portal).inbox


def test_all_that_is_made_has_the_names_that_were_typed(set_up, erin):
    set_up(inbox="Front desk", pipeline="Questions", form="Ask us", slug="care", language="nl")
    assert Inbox.objects.get().name == "Front desk"
    assert Pipeline.objects.get().first_open() == Form.objects.get().status
    assert Form.objects.get().name == "Ask us"
    assert Domain.objects.get().language == "nl"
    assert Event.objects.about(Portal.objects.get()).filter(actor_name=erin.name, verb="created").exists()


def test_without_a_customer_the_page_says_what_remains_and_asks_for_one(empty, set_up):
    page = empty.get(set_up()["Location"]).content.decode()
    portal = Portal.objects.get()
    assert not portal.is_on
    assert "nobody may enter yet" in page
    answer = empty.post(f"/desk/setup/{portal.pk}/customers/", {"email": "bob@example.com"})
    assert answer.status_code == 302
    assert Membership.objects.get().contact.email == "bob@example.com"
    page = empty.get(f"/desk/setup/{portal.pk}/").content.decode()
    assert "nobody may enter yet" not in page
    assert f'action="/desk/settings/customer-portal/{portal.pk}/opening/"' in page
    empty.post(f"/desk/settings/customer-portal/{portal.pk}/opening/")
    portal.refresh_from_db()
    assert portal.is_on


def test_it_stays_off_when_that_is_asked_for(empty, set_up):
    set_up(email="alice@example.com", is_on=None)
    assert not Portal.objects.get().is_on


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slug", "desk"),
        ("slug", "Upper Case"),
        ("host", "no host"),
        ("name", "a\x00b"),
        ("email", "nobody"),
        ("language", "xx"),
        ("sharing", "filter"),
        ("inbox", "x" * 101),
    ],
)
def test_what_is_wrong_is_told_beside_it_and_nothing_is_made(set_up, field, value):
    answer = set_up(**{"first_name": "Typed", field: value})
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert 'value="Typed"' in answer.content.decode()
    assert not Portal.objects.exists() and not Inbox.objects.exists() and not Domain.objects.exists()


def test_what_exists_already_is_offered_and_used(set_up, inbox, pipeline):
    set_up()
    assert RoutingPolicy.objects.get().inbox == inbox
    assert Pipeline.objects.get() == pipeline


def test_dora_is_told_who_can_set_it_up(at_desk, dora, erin):
    desk = at_desk(dora)
    page = desk.get("/desk/", follow=True)
    assert page.status_code == 200
    assert erin.email in page.content.decode()
    assert "<form class" not in page.content.decode()
    assert desk.post("/desk/setup/", {"name": "Mine"}).status_code == 403
    assert not Portal.objects.exists()


def test_the_portals_right_alone_does_not_set_up_the_desk(at_desk, dora, erin):
    dora.change({"may_set": True}, by=erin)
    assert at_desk(dora).post("/desk/setup/", {"name": "Mine"}).status_code == 403


def test_it_is_over_once_there_is_a_portal(empty, portal):
    assert empty.get("/desk/setup/")["Location"] == "/desk/"
    assert empty.post("/desk/setup/", {"name": "Second"})["Location"] == "/desk/"
    assert Portal.objects.count() == 1


def test_the_mailed_link_is_not_shown_at_the_desk(empty, set_up):
    set_up(email="alice@example.com")
    letter = Letter.objects.get()
    assert letter.is_private
    assert "password-reset/" not in empty.get(f"/desk/outbox/{letter.pk}/").content.decode()
