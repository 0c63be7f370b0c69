import logging
import threading

import pytest

from loket.config.management.commands.worker import work
from loket.records.chores import Chore

pytestmark = pytest.mark.django_db


def test_a_chore_runs_again_at_once_while_there_is_more_to_do():
    stopping, left = threading.Event(), [3, 2, 1]

    def send():
        done = left.pop()
        if not left:
            stopping.set()
        return done

    work([Chore("send", send, every=3600)], stopping)
    assert left == []


def test_an_idle_chore_waits_its_pause():
    stopping, calls = threading.Event(), []
    threading.Timer(0.05, stopping.set).start()
    work([Chore("tidy", lambda: calls.append("tidy") or 0, every=3600)], stopping)
    assert calls == ["tidy"]


def test_a_busy_chore_leaves_the_others_their_turn():
    stopping, calls = threading.Event(), []

    def busy():
        calls.append("busy")
        if len(calls) > 6:
            stopping.set()
        return 1

    work([Chore("busy", busy, every=1), Chore("other", lambda: calls.append("other") or 1, every=1)], stopping)
    assert calls.count("other") >= 3


def test_a_failing_chore_stops_no_other_and_its_words_stay_out_of_the_log(caplog):
    stopping, calls, letter = threading.Event(), [], "Dear support, my secret is hunter2"

    def fail():
        raise ValueError(letter)

    def other():
        calls.append("other")
        stopping.set()
        return 0

    with caplog.at_level(logging.ERROR):
        work([Chore("mail", fail, every=1), Chore("tidy", other, every=1)], stopping)
    assert calls == ["other"]
    assert "chore mail failed with ValueError" in caplog.text
    assert "in fail" in caplog.text
    assert "hunter2" not in caplog.text


def test_no_chore_begins_after_the_worker_was_told_to_stop():
    stopping, calls = threading.Event(), []
    first = Chore("first", lambda: stopping.set() or 1, every=1)
    work([first, Chore("second", lambda: calls.append("second") or 0, every=1)], stopping)
    assert calls == []
