"""``loket portal``: what an operator sets from the shell is what customers meet."""

import json

import pytest
from django.core.management import CommandError, call_command

from loket.history.models import Event
from loket.portals.models import Portal
from loket.tickets.models import SightPolicy, Ticket


def test_a_portal_is_opened_with_all_it_needs_but_people(db, client, capsys, alice):
    call_command("portal", "create", "help", "--name", "Help", "--language", "nl", "--sharing", "company")
    shown = json.loads(capsys.readouterr().out)
    assert shown["address"] == "http://testserver/help/"
    assert (shown["sharing"], shown["inbox"], shown["is_on"]) == ("company", "Helpdesk", False)
    assert shown["missing"] == [
        "Let anyone register, choose an access group, or let a contact in: nobody may enter yet."
    ]
    with pytest.raises(CommandError, match="nobody may enter"):
        call_command("portal", "set", "help", "is_on=true")
    call_command("createmember", alice.email, "--portal", "help")
    call_command("portal", "set", "help", "is_on=true")
    assert client.get("/help/sign-in/").headers["Content-Language"] == "nl"


@pytest.mark.parametrize("slug", ["desk", "Support", "a b", "", "api", "static"])
def test_a_slug_that_cannot_be_is_refused_and_nothing_is_made(db, slug):
    with pytest.raises(CommandError):
        call_command("portal", "create", slug, "--name", "X")
    assert not Portal.objects.exists()


def test_a_slug_is_taken_once_on_a_domain(portal):
    with pytest.raises(CommandError, match="is the address of the portal “Acme Support”"):
        call_command("portal", "create", "support", "--name", "Again")


def test_settings_act_at_once_and_are_in_history(portal, ticket, bob):
    assert Ticket.objects.visible_to(bob, portal).exists()
    call_command("portal", "set", "support", "sharing=own", 'visibility_filter={"filterGroups": []}')
    assert not Ticket.objects.visible_to(bob, portal).exists()
    event = Event.objects.about(portal).filter(details__has_key="sharing").last()
    assert event.details["sharing"] == ["company", "own"]


@pytest.mark.parametrize(
    "wrong",
    ["sharing=everyone", "sharing", "nonsense=1", "id=4", "portal=2", "inbox=Nowhere", "columns=[1]",
     'visibility_filter={"filterGroups": [{"filters": [{"propertyName": "gone", "operator": "EQ", "value": "1"}]}]}'],
)  # fmt: skip
def test_a_wrong_setting_is_refused_and_nothing_changes(portal, wrong):
    with pytest.raises(CommandError):
        call_command("portal", "set", "support", "owner_name=alias", wrong)
    assert SightPolicy.of(portal).sharing == "company"
    assert not Event.objects.about(portal).filter(details__has_key="owner_name").exists()


def test_the_portal_must_be_named_exactly(portal):
    with pytest.raises(CommandError, match="testserver/support"):
        call_command("portal", "set", "other", "sharing=own")
