"""Forms from the builder as customers meet them: what is asked, and what becomes of the answers (D3)."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from loket.files.models import File
from loket.forms.elements import Element
from loket.forms.submissions import Submission
from loket.properties.models import Definition
from loket.tickets.models import Ticket

TYPED = {"subject": "No coffee", "content": "None at all."}
ASKING = 6


@pytest.fixture
def floor(db):
    options = [{"value": "1", "label": "First floor"}, {"value": "2", "label": "Second floor"}]
    return Definition.objects.create(kind="ticket", name="floor", label="Floor", type="choice", options=options)


@pytest.fixture
def room(db):
    return Definition.objects.create(kind="ticket", name="room", label="Room", type="number")


@pytest.fixture
def ask(form):
    """Publish the support form with further elements: ``ask(Element(…))``."""

    def ask(*elements):
        for each in elements:
            form.drop(each.key)
            form.add(each)
        form.publish(by=None)
        form.refresh_from_db()

    return ask


@pytest.fixture
def send(form, entered, alice):
    browser = entered(alice)

    def send(**fields):
        return browser.post(f"/support/new/{form.pk}/", TYPED | {k.replace("__", "-"): v for k, v in fields.items()})

    def upload(name, content=b"words"):
        return browser.post(f"/support/uploads/?form={form.pk}", {"file": SimpleUploadedFile(name, content)})

    send.upload = upload
    send.page = lambda: browser.get(f"/support/new/{form.pk}/").content.decode()
    return send


def when(name, value):
    return {"filterGroups": [{"filters": [{"propertyName": name, "operator": "EQ", "value": value}]}]}


def test_what_is_known_of_the_customer_is_not_asked_again(send, ask, alice):
    ask(Element("contact.phone", label={"en": "Where to call"}))
    page = send.page()
    assert "Where to call" in page
    assert "First name" not in page and "E-mail" not in page
    assert send(contact__phone="+31 6 1", contact__email="m@example.com", contact__firstname="M").status_code == 302
    alice.refresh_from_db()
    assert (alice.phone, alice.email, alice.first_name) == ("+31 6 1", "alice@example.com", "Alice")
    assert "Where to call" not in send.page()


def test_words_options_and_order_are_the_builders(send, ask, floor):
    ask(
        Element("ticket.floor", label={"en": "Which floor?"}, help={"en": "See the door."}, options=("2",)),
        Element("text-1", text={"en": "Then **look** up."}),
        Element("contact.phone", placeholder={"en": "06 …"}),
    )
    page = send.page()
    for words in ("Which floor?", "See the door.", "Second floor", "<strong>look</strong>", 'placeholder="06 …"'):
        assert words in page
    assert "First floor" not in page
    assert page.index("Which floor?") < page.index("<strong>look") < page.index("06 …")


def test_an_answer_goes_to_the_tickets_property(send, ask, floor):
    ask(Element("ticket.floor"))
    send(ticket__floor="2")
    assert Ticket.objects.get().custom == {"floor": "2"}
    assert Submission.objects.get().answers[-1] == {
        "key": "ticket.floor", "label": "Floor", "value": "2", "shown": "Second floor",
    }  # fmt: skip


def test_a_required_choice_is_answered_by_nobody_but_the_customer(send, ask, floor):
    ask(Element("ticket.floor", is_required=True))
    assert '<option value="" selected>–</option>' in send.page()
    assert send().status_code == 422
    assert send(ticket__floor="1").status_code == 302


def test_a_hidden_field_says_its_default_whatever_is_sent(send, ask, floor):
    ask(Element("ticket.floor", is_hidden=True, default="1"))
    assert "First floor" not in send.page()
    send(ticket__floor="2")
    assert Ticket.objects.get().custom == {"floor": "1"}


def test_what_depends_on_an_answer_is_asked_and_required_only_then(send, ask, floor, room):
    ask(Element("ticket.floor"), Element("ticket.room", is_required=True, when=when("floor", "2")))
    assert 'name="ticket-room"' not in send.page()
    refused = send(ticket__floor="2")
    assert refused.status_code == 422
    assert 'name="ticket-room"' in refused.content.decode()
    assert send(ticket__floor="1", ticket__room="12").status_code == 302
    assert Ticket.objects.get().custom == {"floor": "1"}


def test_shown_anew_nothing_is_sent_and_nothing_is_wrong_yet(send, ask, floor, room):
    ask(Element("ticket.floor"), Element("ticket.room", is_required=True, when=when("floor", "2")))
    answer = send(ticket__floor="2", subject="", refresh="yes", files=SimpleUploadedFile("a.txt", b"x"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'name="ticket-room"' in page and "None at all." in page
    assert "Say in a few words" not in page
    assert not Submission.objects.exists()


def test_a_file_of_another_kind_is_refused_and_kept(send, ask):
    ask(Element("files", options=("image",)))
    answer = send(files=SimpleUploadedFile("a.txt", b"words"))
    assert answer.status_code == 422
    assert "“a.txt” is of another kind" in beside_the_files(answer)
    assert 'name="upload"' in answer.content.decode()


def beside_the_files(answer):
    """What the page says is wrong with its files, where they are chosen."""
    found = re.search(r'id="field-files_error">(.*?)</ul>', answer.content.decode(), re.S)
    return found[1] if found else ""


def test_a_form_takes_no_more_files_than_it_says(send, ask):
    ask(Element("files", most_files=2))
    assert "At most 2 files of up to 25 MB each." in send.page()
    tokens = [send.upload(name).json()["token"] for name in ("a.txt", "b.txt", "c.txt")]
    answer = send(upload=tokens)
    assert answer.status_code == 422
    assert "at most 2 files" in beside_the_files(answer)
    assert answer.content.decode().count('name="upload"') == 3
    answer = send(upload=tokens[:2], files=SimpleUploadedFile("d.txt", b"words"))
    assert "at most 2 files. Left out: d.txt." in beside_the_files(answer)
    assert answer.content.decode().count('name="upload"') == 2
    assert send(upload=tokens[:2]).status_code == 302


def test_of_too_many_files_sent_along_those_stay_that_fit(send, ask):
    ask(Element("files", most_files=2))
    token = send.upload("a.txt").json()["token"]
    answer = send(upload=token, files=[SimpleUploadedFile(f"{name}.txt", name.encode()) for name in "bcd"])
    assert answer.status_code == 422
    assert "Left out: c.txt, d.txt." in beside_the_files(answer)
    assert re.findall(r'upload-name">([^<]+)<', answer.content.decode()) == ["a.txt", "b.txt"]
    assert not Submission.objects.exists()


def test_a_form_takes_no_larger_file_than_it_says(send, ask, settings):
    large = b"x" * 1_000_001
    ask(Element("files", largest_file=1))
    refused = send.upload("a.txt", large)
    assert (refused.status_code, refused.json()["error"]) == (
        413, "“a.txt” is larger than 1 MB. Send a smaller file.",
    )  # fmt: skip
    assert "larger than 1 MB" in beside_the_files(send(files=SimpleUploadedFile("a.txt", large)))
    settings.ATTACHMENT_MAX_BYTES = 500
    assert send.upload("a.txt", large[:600]).status_code == 413


def test_a_file_that_came_before_the_limit_is_told_and_kept(send, ask):
    token = send.upload("a.txt", b"x" * 1_000_001).json()["token"]
    ask(Element("files", largest_file=1))
    answer = send(upload=token)
    assert "larger than 1 MB" in beside_the_files(answer)
    assert token in answer.content.decode()


def test_a_file_of_another_kind_is_refused_as_soon_as_it_comes(send, ask):
    ask(Element("files", options=("image", "pdf")))
    assert "Kinds: Pictures, PDF." in send.page() and 'accept="image/*,.pdf"' in send.page()
    refused = send.upload("a.pdf", b"words")
    assert refused.status_code == 422
    assert "is of another kind" in refused.json()["error"]
    assert File.objects.get().uploader_kind == "erased"


def test_a_form_without_files_takes_none(send, form):
    form.drop("files")
    form.publish(by=None)
    assert 'type="file"' not in send.page()
    send(files=SimpleUploadedFile("a.txt", b"words"))
    assert not Submission.objects.get().files.exists()


def test_a_form_changed_while_open_says_so_and_loses_nothing(send, ask, form, floor):
    ask(Element("ticket.floor"), Element("contact.phone"))
    version = form.version
    form.drop("contact.phone")
    form.publish(by=None)
    answer = send(version=version, ticket__floor="2", contact__phone="0800 12345")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "was changed while you had it open" in page
    assert "None at all." in page and "0800 12345" in page
    assert send(version=form.version, ticket__floor="2").status_code == 302


def test_consent_must_be_given_and_is_kept_in_its_words(send, form):
    form.set({"consent": {"en": "You may keep this."}}, by=None)
    assert "Without this we cannot take your request." in send().content.decode()
    send(consent="on")
    assert Submission.objects.get().answers[-1]["label"] == "You may keep this."


def test_what_is_said_afterwards_is_the_forms(send, form):
    form.set({"thanks": {"en": "Good of you to ask."}}, by=None)
    assert send().headers["Location"].startswith("/support/tickets/")
    form.set({"redirect": "https://www.example.com/thanks"}, by=None)
    assert send(subject="Another").headers["Location"] == "https://www.example.com/thanks"


def test_a_ticket_that_could_not_be_made_is_no_fault_for_the_customer(send, monkeypatch):
    monkeypatch.setattr("loket.forms.submissions.receive", lambda incoming: 1 / 0)
    assert send().headers["Location"] == "/support/"
    assert Submission.objects.get().problem == "ZeroDivisionError"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_whatever_it_asks(
    entered, alice, ask, form, floor, room, rows, django_assert_num_queries
):
    ask(*[Element("ticket.floor"), Element("ticket.room"), Element("contact.phone")][:rows])
    browser = entered(alice)
    browser.get(f"/support/new/{form.pk}/")
    with django_assert_num_queries(ASKING):
        browser.get(f"/support/new/{form.pk}/")
