"""The section *Inboxes*: make, rename, delete them."""

import pytest

from loket.conversations.models import Inbox, RoutingPolicy
from loket.history.models import Event

LIST = 3


def send(browser, address, **changes):
    shown = browser.get(address).context["form"]
    return browser.post(address, {"stamp": shown["stamp"].value()} | changes)


def test_erin_makes_an_inbox_that_is_no_help_desk(settings_desk, erin):
    assert send(settings_desk, "/desk/settings/inboxes/new/", name="Billing").status_code == 302
    billing = Inbox.objects.get(name="Billing")
    assert not billing.is_help_desk
    assert Event.objects.about(billing).get(verb="created").actor_name == erin.name
    assert "Billing" in settings_desk.get("/desk/settings/inboxes/").content.decode()


def test_a_new_name_is_told_in_history(settings_desk, inbox):
    send(settings_desk, f"/desk/settings/inboxes/{inbox.pk}/", name="First line", is_help_desk="on")
    inbox.refresh_from_db()
    assert (inbox.name, inbox.is_help_desk) == ("First line", True)
    assert "Name: Help desk → First line" in settings_desk.get(f"/desk/settings/inboxes/{inbox.pk}/").content.decode()


def test_two_inboxes_do_not_share_a_name(settings_desk, inbox):
    answer = send(settings_desk, "/desk/settings/inboxes/new/", name="Help desk")
    assert answer.status_code == 422
    assert "already" in answer.context["form"].errors["name"][0]


def test_an_inbox_in_use_is_not_deleted_and_each_use_is_a_link(settings_desk, inbox, portal, ticket, form):
    page = settings_desk.post(f"/desk/settings/inboxes/{inbox.pk}/deletion/")
    assert page.status_code == 422
    words = page.content.decode()
    assert f'href="/desk/settings/customer-portal/{portal.pk}/general/"' in words
    assert f'href="/desk/tickets/{ticket.pk}/"' in words
    assert f'href="/desk/settings/forms/{form.pk}/"' in words
    assert Inbox.objects.filter(pk=inbox.pk).exists()


def test_an_unused_inbox_is_deleted(settings_desk, inbox):
    assert settings_desk.post(f"/desk/settings/inboxes/{inbox.pk}/deletion/").status_code == 302
    assert not Inbox.objects.exists()


@pytest.mark.parametrize("path", ["", "new/", "1/", "1/deletion/"])
def test_the_portals_right_alone_does_not_open_them(at_desk, dora, inbox, path):
    dora.may_set = True
    dora.save()
    browser = at_desk(dora)
    assert browser.get(f"/desk/settings/inboxes/{path}").status_code == 403
    assert "/desk/settings/inboxes/" not in browser.get("/desk/settings/domains/").content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_whatever_its_rows(settings_desk, portal, rows, django_assert_num_queries):
    for number in range(rows - 1):
        RoutingPolicy.objects.filter(portal=portal).update(inbox=Inbox.objects.create(name=f"Inbox {number}"))
    with django_assert_num_queries(LIST):
        settings_desk.get("/desk/settings/inboxes/")
