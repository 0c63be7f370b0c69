"""What a browser checks the server checks too, in a portal and on a page for everybody: the words stand beside the field,
and all that was typed and uploaded stays (D3).
"""

import re
from html import unescape

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from loket.files.models import File
from loket.forms.elements import Element
from loket.forms.submissions import Submission
from loket.portal import spam
from loket.properties.models import Definition

ASKED = {
    "floor": "choice", "tags": "multichoice", "room": "number", "since": "date", "at": "datetime", "loud": "bool",
    "code": "string", "story": "text",
}  # fmt: skip
OPTIONS = [{"value": value, "label": f"Option {value}"} for value in "123"]
FINE = {
    "subject": "No coffee", "content": "None at all.", "ticket-floor": "1", "ticket-tags": ["1", "2"], "ticket-room": "12",
    "ticket-since": "2026-05-04", "ticket-at": "2026-05-04T15:30", "ticket-loud": "true", "ticket-code": "A 1",
    "ticket-story": "Long ago", "contact-phone": "+31 6 1", "consent": "on",
}  # fmt: skip


@pytest.fixture(autouse=True)
def counted_anew(db):
    cache.clear()


@pytest.fixture
def built(form):
    """The support form with a field of each type; of choices, option 3 is not offered."""
    for name, type_ in ASKED.items():
        options = OPTIONS if "choice" in type_ else []
        Definition.objects.create(kind="ticket", name=name, label=f"The {name}", type=type_, options=options)
        form.add(Element(f"ticket.{name}", options=("1", "2") if options else ()))
    form.add(Element("contact.phone"))
    form.set({"is_public": True, "consent": {"en": "You may keep this."}}, by=None)
    form.publish(by=None)
    return form


class Door:
    """A page with the form, open in somebody's browser; ``typed`` is what they fill in."""

    def __init__(self, browser, address, uploads, typed):
        self.browser, self.address, self.uploads, self.typed = browser, address, uploads, typed
        page = browser.get(address).content.decode()
        self.draft = re.search(r'data-draft="([^"]+)"', page)[1]
        self.typed["token"] = re.search(r'name="token" value="([^"]+)"', page)[1]

    def upload(self, name="mine.txt", content=b"words"):
        body = {"file": SimpleUploadedFile(name, content), "draft": self.draft}
        return self.browser.post(self.uploads, body).json()["token"]

    def send(self, **changes):
        changes = {name.replace("__", "-"): value for name, value in changes.items()}
        return self.browser.post(self.address, self.typed | changes)


@pytest.fixture(params=["portal", "public"])
def door(request, built, entered, alice, client):
    if request.param == "portal":
        return Door(entered(alice), f"/support/new/{built.pk}/", f"/support/uploads/?form={built.pk}", dict(FINE))
    typed = FINE | {"contact-email": "nina@example.org", "contact-firstname": "Nina"}
    return Door(client, f"/forms/{built.pk}/", f"/forms/{built.pk}/uploads/", typed)


def beside(answer, name):
    """What the page says is wrong with a field, beside it."""
    found = re.search(rf'id="field-{name}_error">(.*?)</ul>', answer.content.decode(), re.S)
    return unescape(found[1]) if found else ""


def shown(answer, typed):
    """Which of the texts in ``typed`` the page does not have any more."""
    page = unescape(answer.content.decode())
    texts = {name: each for name, each in typed.items() if isinstance(each, str) and name not in ("token", "consent")}
    return [name for name, text in texts.items() if text not in page]


def test_what_is_fine_is_taken(door):
    assert door.send(upload=door.upload()).status_code in (200, 302)
    sent = Submission.objects.get()
    assert {each["key"].partition(".")[2]: each["value"] for each in sent.answers}["tags"] == "1;2"
    assert sent.files.get().name == "mine.txt"


@pytest.mark.parametrize(
    "name, value, told",
    [
        ("subject", "", "Say in a few words"),
        ("subject", " \u200e ", "Say in a few words"),
        ("content", "", "Describe it"),
        ("subject", "x" * 501, "at most 500"),
        ("content", "x" * 65_001, "at most 65000"),
        ("subject", "a\x00b", "Null characters"),
        ("content", "a\x00b", "Null characters"),
        ("subject", ["No coffee", "No tea"], "more than once"),
        ("content", ["None.", "Nothing."], "more than once"),
        ("ticket-floor", "4", "not one of the available choices"),
        ("ticket-floor", "3", "not one of the available choices"),
        ("ticket-floor", "1\x00", "not one of the available choices"),
        ("ticket-floor", ["1", "2"], "more than once"),
        ("ticket-tags", ["1", "4"], "not one of the available choices"),
        ("ticket-tags", ["1", "3"], "not one of the available choices"),
        ("ticket-tags", ["1;2"], "not one of the available choices"),
        ("ticket-loud", "perhaps", "not one of the available choices"),
        ("ticket-room", "many", "Enter a number"),
        ("ticket-room", "NaN", "Enter a number"),
        ("ticket-room", "Infinity", "Enter a number"),
        ("ticket-room", "9" * 400, "no more than"),
        ("ticket-room", "9" * 5_000, "no more than"),
        ("ticket-room", "1e999999", "no more than"),
        ("ticket-room", "-1e99999999999999999999", "Enter a number"),
        ("ticket-room", "0.0000001", "no more than 6 decimal"),
        ("ticket-room", "100000000000000", "below 100,000,000,000,000"),
        ("ticket-room", ["1", "2"], "more than once"),
        ("ticket-since", "yesterday", "valid date"),
        ("ticket-since", "2026-02-30", "valid date"),
        ("ticket-since", "99999-01-01", "valid date"),
        ("ticket-at", "2026-05-04T25:00", "valid date/time"),
        ("ticket-at", "0001-01-01T00:00", "is not a date and time"),
        ("ticket-code", "x" * 1_001, "at most 1000"),
        ("ticket-code", "a\x00b", "Null characters"),
        ("ticket-story", "x" * 65_537, "at most 65536"),
        ("contact-phone", "1" * 101, "at most 100"),
        ("consent", "", "Without this"),
    ],
)
def test_what_is_no_answer_is_told_beside_the_field_and_all_stays(door, name, value, told):
    token = door.upload()
    answer = door.send(**{name: value}, upload=token)
    assert answer.status_code == 422
    assert told in beside(answer, name)
    typed = door.typed | ({name: value} if isinstance(value, str) else {name: value[-1]})
    assert shown(answer, typed) == []
    assert token in answer.content.decode() and "mine.txt" in answer.content.decode()
    assert not Submission.objects.exists()


@pytest.mark.parametrize("address", ["", "nobody", "a@b@c.example", "nina@example.org\x00", "x" * 250 + "@example.org"])
def test_an_address_that_is_none_is_told_beside_the_field(built, client, address):
    built.change(Element("contact.email", is_required=True))
    door = Door(client, f"/forms/{built.pk}/", "", dict(FINE))
    answer = door.send(contact__email=address)
    assert answer.status_code == 422
    assert beside(answer, "contact-email")
    assert shown(answer, FINE | {"contact-email": address}) == []


def when(name, value):
    return {"filterGroups": [{"filters": [{"propertyName": name, "operator": "EQ", "value": value}]}]}


def test_what_a_condition_brings_in_is_required_then_and_only_then(door, built):
    built.change(Element("ticket.code", is_required=True, when=when("floor", "2")))
    built.publish(by=None)
    token = door.upload()
    answer = door.send(ticket__floor="2", ticket__code="", upload=token)
    assert answer.status_code == 422
    assert "required" in beside(answer, "ticket-code")
    assert shown(answer, door.typed | {"ticket-floor": "2", "ticket-code": ""}) == []
    assert door.send(ticket__floor="1", ticket__code="unasked", upload=token).status_code in (200, 302)
    assert "unasked" not in Submission.objects.get().text


def test_fields_that_are_not_asked_for_set_nothing(door):
    unasked = {"hs_ticket_priority": "URGENT", "hubspot_owner_id": "9", "hs_pipeline_stage": "9", "text-1": "x"}
    assert door.send(**unasked).status_code in (200, 302)
    sent = Submission.objects.get()
    assert not {"ticket.hs_ticket_priority", "ticket.hubspot_owner_id", "text-1"} & {
        each["key"] for each in sent.answers
    }
    assert sent.settle(by=True) and sent.ticket.priority == "" and sent.ticket.owner is None


@pytest.mark.parametrize(
    "changes",
    [
        {"version": "9" * 5_000},
        {"version": "x"},
        {"version": "\x00"},
        {"token": "x" * 101},
        {"token": "a\x00b"},
        {"upload": "no token"},
        {"upload": "\x00"},
        {"upload": "00000000-0000-0000-0000-000000000000"},
        {"upload": ["x"] * 900},
    ],
)
def test_what_the_page_itself_sends_breaks_nothing_when_it_is_forged(door, changes):
    answer = door.send(**changes)
    assert answer.status_code == 422
    assert shown(answer, door.typed) == []
    assert 'role="alert"' in answer.content.decode()
    assert not Submission.objects.exists()


@pytest.mark.parametrize("button", ["refresh", "remove"])
@pytest.mark.parametrize("value", ["", "\x00", "9" * 5_000, "00000000-0000-0000-0000-000000000000"])
def test_buttons_with_nonsense_only_show_it_anew(door, button, value):
    token = door.upload()
    answer = door.send(**{button: value}, upload=token)
    assert answer.status_code == 200
    assert shown(answer, door.typed) == [] and token in answer.content.decode()


def multipart(*parts):
    """A body in the words of a client that is no browser: ``(disposition, bytes)``."""
    body = b"".join(b"--x\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % part for part in parts)
    return body + b"--x--\r\n"


SURROGATE = "\ud800".encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("bytes_", [SURROGATE, b"\xff\xfe", b"\xc0\x80"])
def test_bytes_that_are_no_text_are_never_a_fault(door, bytes_):
    typed = [
        (b'name="%s"' % name.encode(), text.encode()) for name, text in door.typed.items() if isinstance(text, str)
    ]
    strange = [(b'name="ticket-story"', b"a" + bytes_), (b'name="' + bytes_ + b'"', b"x")]
    strange.append(('name="files"; filename="a\x00\u202eb.txt"'.encode(), bytes_))
    body = multipart(*[part for part in typed if b"story" not in part[0]], *strange)
    answer = door.browser.generic("POST", door.address, body, "multipart/form-data; boundary=x")
    assert answer.status_code in (200, 302)
    sent = Submission.objects.get()
    assert "\ufffd" in sent.text
    assert "\x00" not in sent.files.get().name and "\u202e" not in sent.files.get().name


@pytest.mark.parametrize(
    "limits, files, told",
    [
        ({"options": ("image",)}, [("a.png", b"words")], "of another kind"),
        ({"largest_file": 1}, [("a.txt", b"x" * 1_000_001)], "larger than 1 MB"),
        ({"most_files": 1}, [("a.txt", b"words")], "at most 1 file. Left out: a.txt."),
        ({}, [("a.txt", b"")], "is empty"),
    ],
)
def test_files_are_held_to_the_forms_limits(door, built, limits, files, told):
    token = door.upload("mine.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 20)
    built.change(Element("files", **limits))
    built.publish(by=None)
    answer = door.send(upload=token, files=[SimpleUploadedFile(*each) for each in files])
    assert answer.status_code == 422
    assert told in beside(answer, "files")
    assert shown(answer, door.typed) == [] and token in answer.content.decode()
    assert not Submission.objects.exists()


def test_a_required_file_must_be_there(door, built):
    built.change(Element("files", is_required=True))
    built.publish(by=None)
    answer = door.send()
    assert (answer.status_code, "at least one file" in beside(answer, "files")) == (422, True)
    assert shown(answer, door.typed) == []


def test_changed_while_open_it_says_so_and_loses_nothing(door, built):
    version, token = built.version, door.upload()
    for key in ("ticket.code", "files"):
        built.drop(key)
    built.publish(by=None)
    answer = door.send(version=version, upload=token)
    assert answer.status_code == 422
    assert "was changed while you had it open" in answer.content.decode()
    assert shown(answer, door.typed) == []
    again = door.send(version=built.version)
    assert again.status_code in (200, 302) and Submission.objects.count() == 1


def test_a_file_that_came_before_a_change_stays(door, built):
    version, token = built.version, door.upload()
    built.drop("ticket.code")
    built.publish(by=None)
    answer = door.send(version=version, upload=token)
    assert answer.status_code == 422 and token in answer.content.decode()
    door.send(version=built.version, upload=token)
    assert Submission.objects.get().files.get().name == "mine.txt"


def test_withdrawn_while_open_what_was_typed_is_given_back(door, built):
    built.formlink_set.all().delete()
    built.withdraw(by=None)
    answer = door.send()
    assert answer.status_code == 404
    assert "not available any more" in answer.content.decode()
    typed = {name: text for name, text in door.typed.items() if name in ("subject", "content", "contact-phone")}
    assert shown(answer, typed) == []
    assert not Submission.objects.exists()


def test_a_page_open_for_longer_than_a_day_keeps_words_and_files(built, client, monkeypatch):
    door = Door(client, f"/forms/{built.pk}/", f"/forms/{built.pk}/uploads/", dict(FINE))
    token = door.upload()
    monkeypatch.setattr(spam, "HOUR", -1)
    answer = door.send(upload=token)
    assert answer.status_code == 422
    assert "open for too long" in answer.content.decode()
    assert shown(answer, FINE) == [] and token in answer.content.decode()
    assert File.objects.waiting(None).exists()
