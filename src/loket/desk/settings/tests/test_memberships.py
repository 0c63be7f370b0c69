"""Who may enter which portal is set on the contact's page."""

import pytest

from loket.access.models import Membership, grant, may_enter
from loket.history.models import Event
from loket.mail.models import Letter
from loket.people.models import Contact
from loket.portals.models import Portal


def place(contact, more=""):
    return f"/desk/settings/contacts/{contact.pk}/memberships/{more}"


def page_of(desk, contact):
    return desk.get(f"/desk/contacts/{contact.pk}/").content.decode()


def test_erin_lets_charlie_in_and_he_is_mailed_the_way(settings_desk, portal, charlie, erin):
    assert f'action="{place(charlie)}"' in page_of(settings_desk, charlie)
    settings_desk.post(place(charlie), {"portal": portal.pk})
    assert may_enter(charlie, portal)
    letter = Letter.objects.get()
    assert (letter.to, "Your access to" in letter.subject) == (f"{charlie.name} <{charlie.email}>", True)
    page = page_of(settings_desk, charlie)
    assert f"{charlie.name} may enter {portal.name} now" in page
    assert f'action="{place(charlie)}"' not in page, "there is no other portal"
    assert Event.objects.about(charlie).get(verb="access_granted").actor_name == erin.name


def test_erin_shuts_alice_out_at_once_and_of_this_portal_only(settings_desk, portal, alice, entered, erin):
    second = Portal.objects.create(name="Second", slug="second", domain=portal.domain, is_on=True)
    browser = entered(alice)
    grant(alice, second, by=None)
    assert browser.get("/support/").status_code == 200
    address = place(alice, f"{portal.pk}/removal/")
    assert address in page_of(settings_desk, alice)
    settings_desk.post(address)
    assert browser.get("/support/").status_code == 403
    assert [each.portal for each in Membership.objects.filter(contact=alice)] == [second]
    assert Event.objects.about(alice).get(verb="access_revoked").actor_name == erin.name
    assert settings_desk.post(address).status_code == 404, "it is done"


def test_who_is_in_an_access_group_leaves_with_the_group(settings_desk, portal, alice):
    grant(alice, portal, by=None, source="group")
    assert "In an access group" in page_of(settings_desk, alice)
    assert settings_desk.post(place(alice, f"{portal.pk}/removal/")).status_code == 404
    assert Membership.objects.filter(contact=alice).exists()


def test_who_has_no_address_cannot_be_let_in(settings_desk, portal):
    nameless = Contact.objects.create(first_name="No", last_name="Address")
    assert place(nameless) not in page_of(settings_desk, nameless)
    settings_desk.post(place(nameless), {"portal": portal.pk})
    assert not Membership.objects.exists()


@pytest.mark.parametrize("portal_id", ["", "x", "0", "9" * 40])
def test_a_portal_that_is_none_is_not_found(settings_desk, charlie, portal_id):
    assert settings_desk.post(place(charlie), {"portal": portal_id}).status_code == 404


def test_dora_lets_nobody_in_or_out(at_desk, dora, portal, alice, charlie):
    grant(alice, portal, by=None)
    desk = at_desk(dora)
    assert "memberships" not in page_of(desk, alice) + page_of(desk, charlie)
    for address in (place(charlie), place(alice, f"{portal.pk}/removal/")):
        assert desk.post(address, {"portal": portal.pk}).status_code == 403
    assert [each.contact for each in Membership.objects.all()] == [alice]
