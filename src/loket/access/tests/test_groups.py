"""Access groups (A1, A2, A9): who is in one may enter and is mailed once; who leaves is out at the next request."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from loket.access import admission
from loket.access.groups import Invitation, grant_group, revoke_group
from loket.access.models import Membership, may_enter
from loket.access.policies import AccessPolicy
from loket.mail.models import Delivery, Letter
from loket.people.models import Contact, Segment

ACCOUNT = {"first_name": "Alice", "last_name": "E", "password": "another horse battery", "sent": "1"}


@pytest.fixture
def pilot(portal, alice):
    """A group with Alice in it, which the portal admits."""
    segment = Segment.objects.create(name="Pilot", kind="static")
    segment.add(alice, by=None)
    grant_group(portal, segment, by=None)
    return segment


def later(**passed):
    """As if that much time had gone by for all invitations."""
    for each in Invitation.objects.all():
        each.due_at -= timedelta(**passed)
        each.save()


def admitted():
    while admission.admit():
        pass


def mailed():
    later(minutes=2)
    while admission.mail_due():
        pass


def states():
    return {each.contact.first_name: each.state.value for each in Invitation.objects.with_failure()}


def test_alice_gets_a_mail_two_minutes_later_and_comes_in_by_its_link(pilot, portal, alice, bob, client):
    admitted()
    assert (may_enter(alice, portal), may_enter(bob, portal)) == (True, False)
    admission.mail_due()
    assert not Letter.objects.exists(), "two minutes have not passed"
    assert states() == {"Alice": "waiting"}
    mailed()
    letter = Letter.objects.get()
    assert "alice@example.com" in letter.to
    assert states() == {"Alice": "pending"}
    link = re.search(r"http://testserver(/support/register/\S+)", letter.text)[1]
    assert client.get(link).status_code == 200
    assert client.post(link, ACCOUNT).headers["Location"] == "/support/"
    assert client.get("/support/").status_code == 200
    assert states() == {"Alice": "accepted"}
    assert client.get(link).status_code == 404


def test_the_link_is_good_for_thirty_days(pilot, alice):
    admitted()
    mailed()
    good_until = Invitation.objects.get().registration.good_until
    assert abs(good_until - timezone.now() - timedelta(days=30)) < timedelta(minutes=1)


def test_everybody_is_mailed_once_whatever_comes_and_goes(pilot, portal, alice):
    other = Segment.objects.create(name="Other", kind="static")
    other.add(alice, by=None)
    grant_group(portal, other, by=None)
    admitted()
    mailed()
    for segment in (pilot, other):
        revoke_group(portal, segment, by=None)
    admitted()
    assert not may_enter(alice, portal)
    grant_group(portal, pilot, by=None)
    admitted()
    mailed()
    assert may_enter(alice, portal)
    assert Letter.objects.count() == 1


def test_who_leaves_within_two_minutes_gets_no_mail(pilot, portal, alice):
    admitted()
    pilot.take_out(alice, by=None)
    admitted()
    mailed()
    assert not Letter.objects.exists()
    assert states() == {"Alice": "cancelled"}


def test_who_leaves_is_denied_at_the_next_request_and_signed_out_by_the_worker(pilot, portal, alice, client):
    admitted()
    mailed()
    client.post(re.search(r"http://testserver(/support/register/\S+)", Letter.objects.get().text)[1], ACCOUNT)
    pilot.take_out(alice, by=None)
    assert client.get("/support/").status_code == 403
    admitted()
    assert client.get("/support/").status_code == 302


def test_an_active_group_admits_who_meets_its_rule_and_a_broken_one_nobody(portal, alice, bob):
    rule = {"filterGroups": [{"filters": [{"propertyName": "firstname", "operator": "EQ", "value": "alice"}]}]}
    segment = Segment.objects.create(name="Alices", kind="active", rule=rule)
    grant_group(portal, segment, by=None)
    admitted()
    assert (may_enter(alice, portal), may_enter(bob, portal)) == (True, False)
    Segment.objects.filter(pk=segment.pk).update(rule={"filterGroups": "x"})
    assert not may_enter(alice, portal)


def test_a_cancelled_mail_does_not_leave_and_can_be_sent_after_all(pilot, erin):
    admitted()
    Invitation.objects.get().cancel(by=erin)
    mailed()
    assert not Letter.objects.exists()
    Invitation.objects.get().resend(by=erin)
    mailed()
    assert Letter.objects.count() == 1


def test_sent_again_the_old_link_works_no_more(pilot, erin, client):
    admitted()
    mailed()
    Invitation.objects.get().resend(by=erin)
    mailed()
    old, new = (re.search(r"/support/register/\S+", each.text)[0] for each in Letter.objects.order_by("pk"))
    assert client.get(old).status_code == 404
    assert client.post(new, ACCOUNT).status_code == 302
    Invitation.objects.get().resend(by=erin)
    mailed()
    assert Letter.objects.count() == 2, "who has accepted is not mailed again"


def test_a_letter_that_could_not_be_delivered_is_a_failure(pilot):
    admitted()
    mailed()
    Delivery.objects.update(state=Delivery.State.FAILED)
    assert states() == {"Alice": "failed"}


def test_mailing_can_be_stopped_and_goes_on(pilot, portal, erin):
    for number in range(45):
        pilot.add(Contact.objects.create(email=f"c{number}@example.com", first_name=f"C{number}"), by=None)
    admitted()
    assert Membership.objects.filter(portal=portal).count() == 46
    later(minutes=2)
    assert admission.mail_due() == 20
    AccessPolicy.of(portal).set({"mails_members": False}, by=erin)
    assert admission.mail_due() == 0
    portal.refresh_from_db()
    AccessPolicy.objects.get().set({"mails_members": True}, by=erin)
    mailed()
    assert Letter.objects.count() == 46


def test_where_anyone_may_register_groups_mail_nobody(pilot, portal):
    AccessPolicy.objects.create(portal=portal, mode="open")
    admitted()
    assert not Invitation.objects.exists()


def test_the_mail_says_what_the_administrator_wrote(pilot, portal, alice):
    alice.first_name = "{portal}"
    alice.save()
    words = {"mail_subject": {"en": "Hi {first_name}"}, "mail_text": {"en": "{portal} awaits <b>you</b>."}}
    AccessPolicy.objects.create(portal=portal, **words)
    admitted()
    mailed()
    letter = Letter.objects.get()
    assert letter.subject == "Hi {portal}"
    assert "Acme Support awaits <b>you</b>." in letter.text


def test_a_segment_that_admits_is_not_deleted(pilot):
    with pytest.raises(ValidationError, match="admits its people"):
        pilot.remove(by=None)
