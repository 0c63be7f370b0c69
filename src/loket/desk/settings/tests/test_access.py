"""The tab *Access*: who may enter, how they sign in, how long they stay (A1, A3, A4, A6)."""

import pytest

from loket.access.policies import AccessPolicy
from loket.history.models import Event
from loket.portals.models import Portal


def test_all_is_saved_as_a_whole_and_told_in_history(tab, portal):
    assert tab.shown("access")["mode"] == "groups"
    changes = {"mode": "open", "gives_company": "on", "allows_codes": None, "idle_minutes": "20"}
    assert tab.save("access", **changes).status_code == 302
    portal = Portal.objects.get(pk=portal.pk)
    policy = AccessPolicy.of(portal)
    assert (policy.is_open, policy.gives_company, policy.allows_codes, policy.idle_minutes) == (True, True, False, 20)
    assert Event.objects.about(portal).get().details["mode"] == ["groups", "open"]
    page = tab.get("access").content.decode()
    assert "Sign out who has been away for: 60 minutes → 20 minutes" in page
    assert "Sign-in with a code: on → off" in page


@pytest.mark.parametrize(("field", "value"), [("mode", "all"), ("idle_minutes", "30"), ("idle_minutes", "x")])
def test_another_choice_is_refused_beside_the_field(tab, portal, field, value):
    answer = tab.save("access", **{field: value})
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert not AccessPolicy.objects.exists()


def test_dora_without_the_right_is_refused(at_desk, dora, portal):
    assert at_desk(dora).get(f"/desk/settings/customer-portal/{portal.pk}/access/").status_code == 403


def test_the_second_administrator_is_told_what_the_first_changed(tab, portal):
    shown = tab.shown("access")
    tab.save("access", idle_minutes="20")
    answer = tab.send("access", shown | {"idle_minutes": "40"})
    assert answer.status_code == 422
    assert "20 minutes" in answer.content.decode()


def test_a_new_portal_can_be_turned_on_once_anyone_may_register(tab, portal):
    portal.turn_off(by=None)
    assert b"nobody may enter yet" in tab.get("general").content
    tab.save("access", mode="open")
    assert b"nobody may enter yet" not in tab.get("general").content
    tab.browser.post(f"/desk/settings/customer-portal/{portal.pk}/opening/")
    portal.refresh_from_db()
    assert portal.is_on
