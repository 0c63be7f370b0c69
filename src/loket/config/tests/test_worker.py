import logging
import threading
import time
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from loket.config import labour
from loket.config.labour import Labour
from loket.config.models import GONE, Worker
from loket.mail.models import Pause
from loket.records.chores import Chore

pytestmark = pytest.mark.django_db


def work(chores, stopping, worker=None):
    labourer = Labour(chores, stopping, worker)
    labourer.go_on()
    return labourer


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


def test_a_chore_of_several_parts_has_a_thread_for_each_and_for_those_that_come_later(monkeypatch):
    monkeypatch.setattr(labour, "BEAT", timedelta(seconds=0.02))
    stopping, keys, done = threading.Event(), ["slow"], []
    others = threading.Event()

    def send(key):
        done.append(key)
        if key == "slow":
            keys.append("late")
            others.wait(5)
            stopping.set()
        else:
            others.set()
        return 0

    threading.Timer(5, stopping.set).start()
    work([Chore("send", send, every=3600, each=lambda: list(keys))], stopping)
    assert done == ["slow", "late"]


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
    assert "in fail" in caplog.records[-1].fault[1]
    assert "hunter2" not in caplog.text


def test_no_batch_begins_after_the_worker_was_told_to_stop():
    stopping, calls = threading.Event(), []

    def last():
        calls.append("last")
        stopping.set()
        return 1

    work([Chore("last", last, every=1)], stopping)
    assert calls == ["last"]


def test_a_worker_says_that_it_lives_and_what_it_has_done():
    stopping, worker = threading.Event(), Worker.objects.start()
    labourer = work([Chore("tidy", lambda: stopping.set() or 3, every=1)], stopping)
    labourer.worker = worker
    labourer.beat()
    told = Worker.objects.alive().get().chores["tidy"]
    assert (told["runs"], told["rows"], told["failures"]) == (1, 3, 0)


def test_a_worker_that_stops_in_order_is_missed_by_nobody():
    stopping = threading.Event()
    stopping.set()
    work([], stopping, Worker.objects.start())
    assert not Worker.objects.exists()


def test_a_worker_that_is_long_silent_is_forgotten_and_one_that_was_forgotten_comes_back():
    dead, worker = Worker.objects.start(), Worker.objects.start()
    Worker.objects.filter(pk=dead.pk).update(seen_at=timezone.now() - GONE)
    worker.beat({})
    assert [each.name for each in Worker.objects.all()] == [worker.name]
    dead.beat({})
    assert Worker.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_heartbeat_that_cannot_be_written_does_not_end_the_work(monkeypatch, caplog):
    def fail(*args):
        raise OperationalError("disk is full at /var/secret")

    monkeypatch.setattr(Worker, "beat", fail)
    stopping, calls = threading.Event(), []

    def tidy():
        calls.append("tidy")
        stopping.set()
        return 0

    work([Chore("tidy", tidy, every=1)], stopping, Worker.objects.start())
    assert calls == ["tidy"]
    assert "chore heartbeat failed with OperationalError" in caplog.text
    assert "disk" not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_nothing_at_all_is_done_in_a_pause_and_all_of_it_after(monkeypatch):
    monkeypatch.setattr("loket.config.labour.LOOK", 0.01)
    pause, stopping, calls = Pause.objects.create(reason="restored"), threading.Event(), []
    chore = Chore("tidy", lambda: calls.append("tidy") or stopping.set() or 0, every=1)
    thread = threading.Thread(target=work, args=([chore], stopping))
    thread.start()
    time.sleep(0.1)
    assert calls == []
    pause.end(by=None)
    thread.join(5)
    assert calls == ["tidy"]
