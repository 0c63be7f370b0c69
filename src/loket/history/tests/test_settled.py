"""What is kept in the process never outlives a change, wherever it was made."""

import pytest
from django.db import transaction

from loket.history import settled
from loket.history.settled import remember, remembering
from loket.properties.models import Definition
from loket.tickets.models import SightPolicy, WordingPolicy


def called(portal):
    with remembering():
        return WordingPolicy.of(portal).called()


def elsewhere(work):
    """Do ``work`` as another process would: nothing of it is noted in this one but in the database."""
    kept, settled._kept = settled._kept, ("", {})
    work()
    settled._kept = kept


def test_what_was_kept_is_given_without_a_query(portal, django_assert_num_queries):
    called(portal)
    with django_assert_num_queries(1):
        assert called(portal) == "Ticket"


def test_every_way_to_save_is_seen_by_the_next_request(portal):
    ways = (
        lambda text: WordingPolicy.of(portal).set({"singular": {"en": text}}, by=None),
        lambda text: WordingPolicy.objects.filter(portal=portal).update(singular={"en": text}),
        lambda text: elsewhere(lambda: WordingPolicy.objects.filter(portal=portal).update(singular={"en": text})),
    )
    for number, way in enumerate(ways):
        called(portal)
        way(f"Case {number}")
        assert called(portal) == f"Case {number}"
    WordingPolicy.objects.filter(portal=portal).delete()
    assert called(portal) == "Ticket"


def test_a_change_that_is_rolled_back_leaves_nothing(portal):
    assert called(portal) == "Ticket"
    with pytest.raises(RuntimeError), transaction.atomic():
        WordingPolicy.of(portal).set({"singular": {"en": "Case"}}, by=None)
        assert called(portal) == "Case"
        raise RuntimeError
    assert called(portal) == "Ticket"


def test_a_request_that_changes_settings_reads_them_anew(portal):
    with remembering():
        assert SightPolicy.of(portal).sharing == "company"
        SightPolicy.of(portal).set({"sharing": "own"}, by=None)
        assert SightPolicy.of(portal).sharing == "own"


def test_setting_a_policy_that_is_refused_changes_it_for_nobody_else(portal):
    with remembering():
        WordingPolicy.of(portal).owner_name = "nonsense"
        assert WordingPolicy.of(portal).owner_name == "first"


def test_agents_names_and_properties_are_seen_as_well(portal, dora):
    for change in (
        dora.save,
        lambda: Definition.objects.create(kind="ticket", name="colour", label="Colour", type="string"),
    ):
        with remembering():
            kept = remember("something", object)
        with remembering():
            assert remember("something", object) is kept
        change()
        with remembering():
            assert remember("something", object) is not kept


def test_outside_requests_nothing_is_kept(portal):
    assert remember("something", object) is not remember("something", object)
