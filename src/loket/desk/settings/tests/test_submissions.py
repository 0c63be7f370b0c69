"""What becomes of a form's submissions: settings, list, search, CSV, trying again (D3)."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from loket.conversations.models import Inbox
from loket.files.models import File
from loket.forms.sheets import Answer
from loket.forms.submissions import Submission
from loket.tickets.models import Ticket

LIST = 4


@pytest.fixture
def take(form, portal, alice):
    """Keep a submission of Alice's, without a ticket yet: ``take("Subject")``."""

    def take(subject="No coffee", **more):
        told = [Answer("ticket.subject", "Subject", subject, subject)]
        return Submission.objects.take(form, told, token=subject[:60], contact=alice, portal=portal, **more)

    return take


@pytest.fixture
def listed(settings_desk, form):
    return lambda query="": settings_desk.get(f"/desk/settings/forms/{form.pk}/submissions/{query}").content.decode()


@pytest.fixture
def exported(settings_desk, form):
    """The rows of the CSV file."""

    def read(query=""):
        answer = settings_desk.get(f"/desk/settings/forms/{form.pk}/submissions.csv{query}")
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text)))

    return read


@pytest.fixture
def sending(page, form):
    return page(f"forms/{form.pk}/sending/")


def test_where_its_tickets_go_is_set(sending, form, pipeline, dora):
    orders = Inbox.objects.create(name="Orders")
    waiting = pipeline.statuses.get(label="Waiting")
    changes = {"thanks-en": "Thank you.", "consent-nl": "Akkoord.", "redirect": "https://www.example.com/"}
    answer = sending.save(inbox=orders.pk, status=waiting.pk, priority="HIGH", notified=[dora.pk], **changes)
    assert answer.status_code == 302
    form.refresh_from_db()
    assert (form.inbox, form.status, form.priority, form.notified) == (orders, waiting, "HIGH", [dora.pk])
    assert (form.thanks, form.consent, form.redirect) == (
        {"en": "Thank you."},
        {"nl": "Akkoord."},
        "https://www.example.com/",
    )
    told = sending.text()
    assert "Who gets a mail of each submission: – → Dora Deskworth" in told


def test_closed_statuses_are_not_offered(sending, pipeline):
    assert "Support – Waiting" in sending.text()
    assert "Support – Closed" not in sending.text()


@pytest.mark.parametrize(
    "changes, told",
    [
        ({"redirect": "javascript:alert(1)"}, "Enter a valid URL"),
        ({"inbox": ""}, "Choose where its tickets arrive."),
        ({"status": ""}, "Choose an open status"),
        ({"makes_tickets": None}, "Portals link it"),
        ({"name": ""}, "This field is required"),
    ],
)
def test_what_cannot_be_is_told_and_what_was_typed_is_kept(sending, form, changes, told):
    answer = sending.save(**{"thanks-en": "Typed"} | changes)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert told in page and 'value="Typed"' in page
    form.refresh_from_db()
    assert form.thanks == {}


def test_the_list_says_who_sent_what_and_what_became_of_it(take, listed):
    taken = take()
    taken.settle()
    take("Tea")
    page = listed()
    assert "No coffee" in page and "Alice Example" in page
    assert f"#{taken.ticket.pk}" in page and "Waiting" in page


def test_the_list_is_searched_and_paged(take, listed):
    for number in range(27):
        take(f"Question {number:02}")
    take("Coffee")
    page = listed("?q=coffee")
    assert "Coffee" in page and "Question" not in page
    first = listed()
    assert "Question 26" in first and "Question 02" not in first
    last = Submission.objects.get(text="Question 03")
    assert "Question 02" in listed(f"?before={last.pk}")
    for odd in ("x", "-1", "9" * 40, "²"):
        assert "Question 26" in listed(f"?before={odd}")


def test_the_export_holds_what_the_page_asks_for_and_no_formula(take, exported):
    take("=1+1").settle()
    take("Tea")
    head, *rows = exported()
    assert head == ["Number", "Sent", "Sender", "Ticket", "Problem", "Subject"]
    assert [row[-1] for row in rows] == ["Tea", "'=1+1"]
    assert rows[1][3] == str(Ticket.objects.get().pk)
    assert [row[-1] for row in exported("?q=tea")[1:]] == ["Tea"]


def test_the_export_speaks_the_language_of_the_page(take, form, settings_desk):
    take("Tea")
    answer = settings_desk.get(f"/desk/settings/forms/{form.pk}/submissions.csv", headers={"accept-language": "nl"})
    assert answer.headers["Content-Language"] == "nl"
    assert "Nummer" in b"".join(answer.streaming_content).decode().splitlines()[0]


def test_one_that_failed_is_shown_and_tried_again(take, settings_desk, monkeypatch, alice):
    token = File.objects.store(SimpleUploadedFile("a.txt", b"Bytes"), uploader=alice).token
    taken = take(files=[token], uploader=alice)
    address = f"/desk/settings/submissions/{taken.pk}/"
    with monkeypatch.context() as broken:
        broken.setattr("loket.forms.submissions.receive", lambda incoming: 1 / 0)
        taken.settle()
    page = settings_desk.get(address).content.decode()
    assert "ZeroDivisionError" in page and "Try again" in page
    file = taken.files.get()
    answer = settings_desk.get(f"{address}files/{file.pk}/a.txt")
    assert b"".join(answer.streaming_content) == b"Bytes"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert settings_desk.get(f"{address}ticket/").status_code == 405
    settings_desk.post(f"{address}ticket/")
    assert Ticket.objects.get().subject == "No coffee"
    assert "Open the ticket" in settings_desk.get(address).content.decode()
    settings_desk.post(f"{address}ticket/")
    assert Ticket.objects.count() == 1


def test_another_submissions_file_is_not_found_there(take, settings_desk, alice):
    token = File.objects.store(SimpleUploadedFile("a.txt", b"Bytes"), uploader=alice).token
    mine, other = take(files=[token], uploader=alice), take("Tea")
    pk = mine.files.get().pk
    assert settings_desk.get(f"/desk/settings/submissions/{mine.pk}/files/{pk}/a.txt").status_code == 200
    assert settings_desk.get(f"/desk/settings/submissions/{other.pk}/files/{pk}/a.txt").status_code == 404


def test_spam_makes_no_ticket_until_an_agent_lets_it_through(take, settings_desk):
    taken = take(state="review")
    assert taken.settle() is None
    assert "It may be spam" in settings_desk.get(f"/desk/settings/submissions/{taken.pk}/").content.decode()
    settings_desk.post(f"/desk/settings/submissions/{taken.pk}/ticket/")
    assert Ticket.objects.count() == 1
    spam = take("Buy", state="review")
    settings_desk.post(f"/desk/settings/submissions/{spam.pk}/refusal/")
    assert "deleted for good on" in settings_desk.get(f"/desk/settings/submissions/{spam.pk}/").content.decode()
    settings_desk.post(f"/desk/settings/submissions/{spam.pk}/ticket/")
    assert Ticket.objects.count() == 1


def test_only_administrators_read_them(take, at_desk, dora):
    taken, browser = take(), at_desk(dora)
    assert browser.get(f"/desk/settings/submissions/{taken.pk}/").status_code == 403
    assert browser.post(f"/desk/settings/submissions/{taken.pk}/ticket/").status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_whatever_it_shows(take, listed, rows, django_assert_num_queries):
    for number in range(rows):
        take(f"Question {number}").settle()
    listed()
    with django_assert_num_queries(LIST):
        listed()
