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


def test_a_chore_that_takes_long_holds_up_no_other():
    stopping, others_turn, had_turns = threading.Event(), threading.Semaphore(0), []

    def slow():
        had_turns.extend(others_turn.acquire(timeout=2) for _ in range(3))
        stopping.set()
        return 0

    work([Chore("slow", slow, every=1), Chore("other", lambda: others_turn.release() or 1, every=1)], stopping)
    assert had_turns == [True, True, True]


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


def test_no_batch_begins_after_the_worker_was_told_to_stop():
    stopping, calls = threading.Event(), []

    def last():
        calls.append("last")
        stopping.set()
        return 1

    work([Chore("last", last, every=1)], stopping)
    assert calls == ["last"]
