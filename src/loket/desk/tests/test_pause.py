"""A restored installation stands still; the desk says so, and an administrator ends it."""

import pytest

from loket.mail import outbox, pauses
from loket.mail.models import Delivery, Pause

BANNER = "Mail stands still"


@pytest.fixture
def pause(db, monkeypatch):
    monkeypatch.setattr(pauses, "KEEP_SECONDS", -1)
    monkeypatch.setitem(pauses._seen, "until", float("-inf"))
    outbox.queue(to="alice@example.com", subject="Hello", text="Hello")
    return Pause.objects.create(reason="Restored from a backup of 2026-11-25T04:00")


def test_every_page_of_the_desk_says_that_mail_stands_still(at_desk, dora, pause, ticket):
    desk = at_desk(dora)
    for path in ("/desk/views/all-open/", f"/desk/tickets/{ticket.pk}/", "/desk/outbox/"):
        assert BANNER in desk.get(path).content.decode()
    pause.end(by=None)
    assert BANNER not in desk.get("/desk/outbox/").content.decode()
    assert desk.get("/desk/outbox/pause/").status_code == 302


def test_dora_reads_why_but_only_erin_ends_it(at_desk, dora, erin, pause):
    page = at_desk(dora).get("/desk/outbox/pause/").content.decode()
    assert "2026-11-25T04:00" in page and "1 letter waited" in page and "send what waits" not in page
    assert at_desk(dora).post("/desk/outbox/resumption/").status_code == 403
    assert Pause.objects.current()
    desk = at_desk(erin)
    assert "send what waits" in desk.get("/desk/outbox/pause/").content.decode()
    assert desk.post("/desk/outbox/resumption/").status_code == 302
    assert Pause.objects.current() is None
    assert Pause.objects.get().ended_by == str(erin)
    assert Delivery.objects.get().state == "queued"


def test_erin_can_drop_what_waited_in_the_backup(at_desk, erin, pause):
    at_desk(erin).post("/desk/outbox/resumption/", {"cancel": "yes"})
    assert Delivery.objects.get().state == "cancelled"


def test_a_customer_and_a_stranger_cannot_end_it(client, pause):
    assert client.post("/desk/outbox/resumption/").status_code == 302
    assert Pause.objects.current()


def test_ending_it_twice_does_no_harm(at_desk, erin, pause):
    desk = at_desk(erin)
    assert [desk.post("/desk/outbox/resumption/").status_code for _ in range(2)] == [302, 302]
