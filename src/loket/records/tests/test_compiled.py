"""Queries compiled once give what the same query gives when it is built anew. Pinned to Django's version."""

from datetime import timedelta

import django
import pytest
from django.db.models import F, Q

from loket.records.compiled import Compiled
from loket.tickets.models import Ticket


def test_django_is_the_version_whose_compiler_this_reaches_into():
    assert django.VERSION[:2] == (6, 1), "read loket/records/compiled.py again before you change this number"


def newest(contact, since):
    rows = Ticket.objects.filter(Q(ticketcontact__contact=contact), created_at__gte=since).order_by("pk")
    return rows.values_list("subject", F("created_at"), "custom", "closed_at")[:5]


def test_it_gives_what_the_query_built_anew_gives(file_ticket, alice, bob, ticket):
    file_ticket(bob, "Bob's")
    before = ticket.created_at - timedelta(days=1)
    compiled = Compiled(newest, alice.pk, before)
    for contact, since in ((alice.pk, before), (bob.pk, before), (0, before), (bob.pk, before + timedelta(days=9))):
        assert [tuple(row) for row in compiled.rows(contact, since)] == list(newest(contact, since))
    assert compiled.rows(bob.pk, before)[0][0] == "Bob's"


def test_later_calls_do_not_build_again(ticket, alice):
    calls = []

    def build(contact):
        calls.append(contact)
        return Ticket.objects.filter(ticketcontact__contact=contact).values_list("pk")

    compiled = Compiled(build, alice.pk)
    assert [tuple(row) for row in compiled.rows(alice.pk)] == [(ticket.pk,)]
    assert [tuple(row) for row in compiled.rows(alice.pk + 1)] == []
    assert len(calls) == 1
    assert calls != [alice.pk]


def test_a_query_that_can_give_nothing_gives_nothing(db):
    assert Compiled(lambda number: Ticket.objects.filter(pk__in=[], owner=number).values_list("pk"), 1).rows(5) == []


def test_a_value_that_is_changed_on_its_way_is_refused(db):
    with pytest.raises(ValueError, match="does not stand"):
        Compiled(lambda text: Ticket.objects.filter(subject__contains=text).values_list("pk"), "words")
