"""Two-step sign-in, as administrators see to it: removed from who has lost their phone, and told in history."""

import pytest

from loket.access.models import DeskEntry, OpenSession, SecondFactor, grant
from loket.guard.secrets import locked
from loket.history.models import Event

REQUIREMENT = "/desk/settings/agents/second-factor-requirement/"


def give(user):
    """A second factor to ``user``."""
    return SecondFactor.objects.create(user=user, secret=locked("JBSWY3DPEHPK3PXP"))


@pytest.fixture
def member(portal, alice):
    return grant(alice, portal, by=None)


def removal_of(kind, record):
    return f"/desk/settings/{kind}s/{record.pk}/second-factor-removal/"


def test_erin_removes_doras_and_signs_her_out(settings_desk, at_desk, dora, erin):
    desk = at_desk(dora)
    give(dora)
    page = settings_desk.get(f"/desk/settings/agents/{dora.pk}/").content.decode()
    assert removal_of("agent", dora) in page
    settings_desk.post(removal_of("agent", dora))
    assert not SecondFactor.objects.exists()
    assert desk.get("/desk/views/mine/").status_code == 302
    assert OpenSession.objects.get().user == erin
    event = Event.objects.about(dora).last()
    assert (event.verb, event.actor_name) == ("second_factor_removed", erin.name)
    page = settings_desk.get(f"/desk/settings/agents/{dora.pk}/").content.decode()
    assert removal_of("agent", dora) not in page
    assert "Removed the second step of their sign-in" in page


def test_erin_removes_alices_on_her_page(settings_desk, member, alice, erin):
    give(member)
    assert removal_of("contact", alice) in settings_desk.get(f"/desk/contacts/{alice.pk}/").content.decode()
    settings_desk.post(removal_of("contact", alice))
    assert not SecondFactor.objects.exists()
    page = settings_desk.get(f"/desk/contacts/{alice.pk}/").content.decode()
    assert "removed the second step of their sign-in" in page
    assert removal_of("contact", alice) not in page


def test_dora_can_neither_remove_one_nor_require_them(at_desk, dora, erin, member, alice):
    desk = at_desk(dora)
    give(member), give(erin)
    assert removal_of("contact", alice) not in desk.get(f"/desk/contacts/{alice.pk}/").content.decode()
    for address in (removal_of("contact", alice), removal_of("agent", erin), REQUIREMENT):
        assert desk.post(address, {"is_required": "1"}).status_code == 403
    assert SecondFactor.objects.count() == 2
    assert not DeskEntry.stored().requires_second_factor


def test_ones_own_goes_by_a_code_only(settings_desk, erin, acme, alice):
    give(erin)
    erin.contact = alice
    erin.save()
    assert settings_desk.post(removal_of("agent", erin)).status_code == 404
    settings_desk.post(removal_of("contact", alice))
    assert SecondFactor.objects.exists()


def test_who_has_none_is_not_found(settings_desk, dora, charlie):
    assert settings_desk.post(removal_of("agent", dora)).status_code == 404
    assert settings_desk.post(removal_of("contact", charlie)).status_code == 404


def test_the_requirement_is_told_in_history(settings_desk, erin):
    give(erin)
    settings_desk.post(REQUIREMENT, {"is_required": "1"})
    page = settings_desk.get("/desk/settings/agents/").content.decode()
    assert "Every agent needs a second step to sign in." in page
    assert "Second step of sign-in for everybody: off → on" in page
    settings_desk.post(REQUIREMENT, {"is_required": "0"})
    assert not DeskEntry.stored().requires_second_factor


def test_without_ones_own_it_cannot_be_required(settings_desk):
    page = settings_desk.post(REQUIREMENT, {"is_required": "1"}, follow=True).content.decode()
    assert "Set up your own two-step sign-in first." in page
    assert not DeskEntry.stored().requires_second_factor


def test_the_access_tab_requires_it_of_customers(tab, portal, entered, alice):
    browser = entered(alice)
    tab.save("access", requires_second_factor="on")
    assert "Second step of sign-in for everybody: off → on" in tab.get("access").content.decode()
    assert browser.get("/support/").status_code == 302
