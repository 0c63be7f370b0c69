from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from loket.ui import dates

NOW = datetime(2026, 11, 23, 14, 32, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=12), "12 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(hours=15), "yesterday"),
        (timedelta(days=6), "Tuesday"),
        (timedelta(days=7), "16 Nov"),
        (timedelta(days=400), "19 Oct 2025"),
        (timedelta(days=-1), "tomorrow"),
    ],
)
def test_a_list_says_how_long_ago_in_few_words(before, words):
    assert dates.ago(NOW - before, NOW) == words


def test_a_conversation_says_the_time_of_day():
    assert dates.said(NOW - timedelta(hours=2), NOW) == "today, 12:32"
    assert dates.said(NOW - timedelta(hours=20), NOW) == "yesterday, 18:32"
    assert dates.said(NOW - timedelta(days=7), NOW) == "16 November, 14:32"
    assert dates.said(NOW - timedelta(days=700), NOW).endswith(" 2024, 14:32")


def test_yesterday_begins_at_midnight_of_the_readers_time_zone():
    just_before_midnight_in_amsterdam = datetime(2026, 11, 22, 22, 59, tzinfo=UTC)
    with timezone.override("Europe/Amsterdam"):
        now = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
        assert dates.ago(just_before_midnight_in_amsterdam, now) == "yesterday"
        assert dates.exact(just_before_midnight_in_amsterdam) == "Sunday 22 November 2026, 23:59"


def test_each_language_has_its_own_names():
    with translation.override("nl"):
        assert dates.ago(NOW - timedelta(days=7), NOW) == "16 nov"
    assert dates.ago(NOW - timedelta(days=7), NOW) == "16 Nov"


def test_a_time_tag_is_for_machines_and_people():
    tag = dates.time_tag(NOW - timedelta(minutes=12), NOW)
    assert tag == (
        '<time datetime="2026-11-23T14:20:00+00:00" title="Monday 23 November 2026, 14:20">12 min ago</time>'
    )
    assert dates.time_tag(None) == ""


def test_a_day_takes_dates_too():
    assert dates.day(NOW) == dates.day(NOW.date()) == "23 Nov 2026"


def test_a_list_asks_for_language_and_zone_once_and_says_the_same():
    tell = dates.teller(NOW)
    for days in (0, 1, 5, 40, 400):
        assert tell(NOW - timedelta(days=days)) == dates.time_tag(NOW - timedelta(days=days), NOW)
    assert tell(None) == ""
