"""The page of access groups: add, remove, states with search, cancel, send again, stop, the mail's words (A2)."""

import pytest

from loket.access import admission
from loket.access.groups import AccessGroup, Invitation
from loket.access.policies import AccessPolicy
from loket.people.models import Segment


@pytest.fixture
def pilot(alice, bob):
    segment = Segment.objects.create(name="Pilot", kind="static")
    segment.add(alice, by=None)
    segment.add(bob, by=None)
    return segment


@pytest.fixture
def send(settings_desk, portal):
    """POST to an address below the page: ``send("new/", segment=1)``."""
    base = f"/desk/settings/customer-portal/{portal.pk}/access/groups/"
    return lambda path="", **values: settings_desk.post(base + path, values)


@pytest.fixture
def shown(settings_desk, portal):
    base = f"/desk/settings/customer-portal/{portal.pk}/access/groups/"
    return lambda query="": settings_desk.get(base + query).content.decode()


def test_erin_admits_a_segment_finds_a_person_and_cancels_their_mail(pilot, send, shown, portal):
    assert "No group yet." in shown()
    send("new/", segment=pilot.pk)
    admission.admit()
    page = shown()
    assert "Alice Example" in page
    assert page.count("Waiting") == 2
    found = shown("?q=bob")
    assert "Bob Example" in found
    assert "Alice Example" not in found
    invitation = Invitation.objects.get(contact__first_name="Bob")
    send(f"people/{invitation.pk}/cancellation/")
    assert "Cancelled" in shown()
    send(f"people/{invitation.pk}/resending/")
    assert "Cancelled" not in shown()
    assert "Admitted the group “Pilot”" in shown()


def test_removed_it_admits_nobody(pilot, send, shown):
    send("new/", segment=pilot.pk)
    send(f"{AccessGroup.objects.get().pk}/deletion/")
    assert not AccessGroup.objects.exists()


def test_mailing_stops_and_goes_on(send, shown, portal):
    send("mails/")
    assert not AccessPolicy.objects.get().mails_members
    assert "Go on mailing" in shown()
    send("mails/", on="1")
    assert AccessPolicy.objects.get().mails_members


def test_the_words_of_the_mail_are_previewed_and_saved(page, portal):
    own = page(f"customer-portal/{portal.pk}/access/groups/mail/")
    words = {"mail_text-en": "Dear {first_name}, welcome to {portal}.", "mail_subject-en": "Welcome"}
    preview = own.save(preview="1", **words).content.decode()
    assert "Dear Alex, welcome to Acme Support." in preview
    assert not AccessPolicy.objects.exists()
    assert own.save(**words).status_code == 302
    assert AccessPolicy.objects.get().mail_subject == {"en": "Welcome"}


@pytest.mark.parametrize("text", ["Hi {last_name}", "{portal} and {name}"])
def test_another_placeholder_is_refused(page, portal, text):
    answer = page(f"customer-portal/{portal.pk}/access/groups/mail/").save(**{"mail_text-en": text})
    assert answer.status_code == 422
    assert text in answer.content.decode()


def test_dora_without_the_right_is_refused(at_desk, dora, portal):
    base = f"/desk/settings/customer-portal/{portal.pk}/access/groups/"
    assert at_desk(dora).get(base).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_and_for_three(settings_desk, portal, cast, django_assert_num_queries, count):
    segment = Segment.objects.create(name="Some", kind="static")
    for contact in (cast.alice, cast.bob, cast.carol)[:count]:
        segment.add(contact, by=None)
    AccessGroup.objects.create(portal=portal, segment=segment)
    admission.admit()
    address = f"/desk/settings/customer-portal/{portal.pk}/access/groups/"
    settings_desk.get(address)
    with django_assert_num_queries(11):
        settings_desk.get(address)
