"""The desk's notices: unread count, list, reading, one's own choices and signature (D9)."""

import pytest

from loket.conversations import delivery
from loket.mail.models import Letter
from loket.notices.models import Notice, NoticeChoice
from loket.tickets.models import WordingPolicy

NOTICES = 11


def count_in_rail(page):
    return page.context["rail"].notices


@pytest.fixture
def mention(ticket, erin):
    """Erin mentions Dora."""
    Notice.objects.all().delete()
    return lambda: delivery.comment(ticket.threads.get(), "@Dora please", by=erin)


def test_dora_sees_how_many_wait_and_reads_them_all(desk, dora, mention, ticket):
    assert count_in_rail(desk.get("/desk/notices/")) == ""
    mention()
    page = desk.get("/desk/notices/")
    assert count_in_rail(page) == "1"
    assert "Erin mentioned you" in page.content.decode()
    assert count_in_rail(desk.get("/desk/notices/")) == "1", "looking at the list reads nothing"
    desk.post("/desk/notices/reading/")
    page = desk.get("/desk/notices/")
    assert count_in_rail(page) == "" and "Erin mentioned you" in page.content.decode()


def test_who_has_the_ticket_before_them_has_read_of_it(desk, mention, ticket):
    mention()
    desk.get(f"/desk/tickets/{ticket.pk}/")
    assert Notice.objects.unread().count() == 1, "a GET writes nothing"
    desk.post(f"/desk/tickets/{ticket.pk}/looking/")
    assert Notice.objects.unread().count() == 0


def test_erin_does_not_read_for_dora(at_desk, dora, erin, mention):
    mention()
    erins = at_desk(erin)
    erins.post("/desk/notices/reading/")
    assert Notice.objects.unread().count() == 1
    assert "mentioned you" not in erins.get("/desk/notices/").content.decode()


def test_dora_chooses_what_she_is_told(desk, dora, inbox):
    answer = desk.post("/desk/own/", {"in_desk": ["new"], "by_mail": ["replied"], "inboxes": [inbox.pk]})
    assert answer.status_code == 302
    choice = NoticeChoice.of(dora)
    assert (choice.in_desk, choice.by_mail, choice.inboxes) == (["new"], ["replied"], [inbox.pk])
    assert desk.post("/desk/own/", {"in_desk": ["everything"]}).status_code == 422


def test_a_signature_stands_below_answers_but_gives_no_hidden_name_away(desk, dora, ticket, portal):
    desk.post("/desk/own/", {"signature": "Dora Deskworth\nSecond line\ndora@help.example"})
    dora.refresh_from_db()

    def answered():
        delivery.reply(ticket.threads.get(), "Done.", by=dora)
        return Letter.objects.last().text

    assert "Second line" in answered()
    assert "Deskworth" not in answered() and "dora@" not in answered(), "customers know the first name only"
    WordingPolicy.of(portal).set({"owner_name": "full"}, by=None)
    assert "Dora Deskworth\nSecond line" in answered() and "dora@" not in answered()
    WordingPolicy.of(portal).set({"owner_name": "alias"}, by=None)
    assert "Second line" not in answered()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_whatever_its_rows(desk, mention, rows, django_assert_num_queries):
    for _n in range(rows):
        mention()
    with django_assert_num_queries(NOTICES):
        desk.get("/desk/notices/")
