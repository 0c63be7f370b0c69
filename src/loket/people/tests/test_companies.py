"""A contact's companies, one of them primary."""

import pytest

from loket.history.models import Event
from loket.people.models import Company


def test_the_first_company_becomes_primary_and_a_later_one_does_not(carol, acme, globex):
    assert carol.primary_company == globex
    assert set(carol.companies.all()) == {acme, globex}


def test_joining_twice_is_once(carol, acme):
    carol.join(acme, by=None)
    assert carol.companies.count() == 2
    assert Event.objects.about(carol).filter(verb="company_added").count() == 2


def test_another_one_can_be_made_primary_and_history_says_so(carol, acme, dora):
    carol.make_primary(acme, by=dora)
    carol.refresh_from_db()
    assert carol.primary_company == acme
    event = Event.objects.about(carol).last()
    assert (event.verb, event.actor_name, event.details) == (
        "primary_company_changed", "Dora Deskworth", {"company": ["Globex", "Acme"]},
    )  # fmt: skip


def test_only_one_of_the_contacts_own_companies_can_be_primary(carol, initech):
    with pytest.raises(Company.DoesNotExist):
        carol.make_primary(initech, by=None)


def test_leaving_the_primary_company_leaves_none(carol, globex):
    carol.leave(globex, by=None)
    carol.leave(globex, by=None)
    carol.refresh_from_db()
    assert carol.primary_company is None
