"""Connections that are lent: opened once, used by one thread after another, never by two at a time."""

import threading

import pytest
from django.db import connection, connections

from loket.config.places import Places

pytestmark = pytest.mark.django_db(transaction=True)


def in_thread(work):
    found = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    thread.join()
    return found[0]


def ask(places):
    """Use the place's connection; it, and the connection beneath it."""
    with places.taken():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return connections["default"], connection.connection


def close(places):
    with places.taken():
        connection.close()


def test_the_next_thread_uses_the_same_open_connection():
    places = Places(1)
    first, second = in_thread(lambda: ask(places)), in_thread(lambda: ask(places))
    assert first == second
    in_thread(lambda: close(places))


def test_a_thread_has_its_own_connection_back_and_lends_none_of_it():
    places, own = Places(1), connections["default"]
    lent, _open = ask(places)
    assert lent is not own
    assert connections["default"] is own
    close(places)


def test_two_at_a_time_have_two_and_a_third_waits():
    places, inside = Places(2), threading.Barrier(3, timeout=5)
    seen = []

    def stay():
        with places.taken():
            seen.append(id(connections["default"]))
            inside.wait()

    threads = [threading.Thread(target=stay) for _ in range(2)]
    for thread in threads:
        thread.start()
    inside.wait()
    for thread in threads:
        thread.join()
    assert len(set(seen)) == 2


def test_a_connection_that_was_left_in_a_transaction_is_lent_to_nobody():
    places = Places(1)

    def leave():
        with places.taken():
            connections["default"].in_atomic_block = True
            return connections["default"]

    left = in_thread(leave)
    assert in_thread(lambda: ask(places))[0] is not left
    in_thread(lambda: close(places))
