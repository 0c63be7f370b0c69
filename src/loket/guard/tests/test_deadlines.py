"""Reading ends in time, and what comes after it is not held to that time."""

import pytest
from django.db import connection

from loket.guard.deadlines import Deadline, TimeUpError

FOREVER = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s) SELECT count(*) FROM n"


def count_to(number):
    with connection.cursor() as cursor:
        cursor.execute(FOREVER, [number])
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_a_query_that_takes_too_long_is_stopped_and_the_next_one_is_not():
    deadline = Deadline(0.05)
    with pytest.raises(TimeUpError):
        deadline.read(lambda: count_to(10**9))
    with pytest.raises(TimeUpError):
        deadline.read(lambda: count_to(1))
    assert count_to(200_000) == 200_000


@pytest.mark.django_db
def test_in_time_the_answer_comes_and_the_limit_is_gone():
    assert Deadline(5).read(lambda: count_to(10)) == 10
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == ("0",)
