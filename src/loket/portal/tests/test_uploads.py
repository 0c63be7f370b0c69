"""Files that went ahead of what they belong to: a reload finds them again, and who takes one off is rid of it (C5)."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from loket.files.models import File
from loket.forms.submissions import Submission

ASKED = {"subject": "No coffee", "content": "None at all."}


@pytest.fixture
def new(form):
    """The address of the form for a new ticket."""
    return f"/support/new/{form.pk}/"


def upload(browser, page, name="a.txt"):
    """Send a file ahead as the page's script does; gives its token."""
    draft = re.search(r'data-draft="([^"]+)"', browser.get(page).content.decode())[1]
    answer = browser.post("/support/uploads/", {"file": SimpleUploadedFile(name, b"Bytes"), "draft": draft})
    return answer.json()["token"]


def listed(response):
    """Tokens of the files that a page has."""
    return re.findall(r'name="upload" value="([^"]+)"', response.content.decode())


def test_a_reload_of_the_form_finds_what_was_uploaded(entered, alice, new):
    browser = entered(alice)
    token = upload(browser, new)
    page = browser.get(new)
    assert listed(page) == [token]
    assert "a.txt" in page.content.decode()
    browser.post(new, ASKED | {"upload": token})
    assert Submission.objects.get().files.get().name == "a.txt"
    assert listed(browser.get(new)) == []


def test_a_reload_of_a_ticket_finds_what_was_uploaded_for_its_reply(entered, alice, ticket, new):
    browser, page = entered(alice), f"/support/tickets/{ticket.pk}/"
    token = upload(browser, page)
    assert listed(browser.get(page)) == [token]
    assert listed(browser.get(new)) == []


def test_files_that_came_without_a_script_are_found_after_an_error_and_a_reload(entered, alice, new):
    browser = entered(alice)
    refused = browser.post(new, {"subject": "", "files": SimpleUploadedFile("a.txt", b"Bytes")})
    assert refused.status_code == 422
    assert listed(refused) == listed(browser.get(new)) != []


def test_files_sent_along_stay_when_the_form_is_only_shown_anew(entered, alice, new):
    shown = entered(alice).post(new, ASKED | {"refresh": "yes", "files": SimpleUploadedFile("a.txt", b"Bytes")})
    assert shown.status_code == 200
    assert listed(shown) == [str(File.objects.get().token)]


def test_bob_never_meets_alices_uploads(entered, alice, bob, ticket, new):
    upload(entered(alice), new)
    draft = File.objects.get().draft
    browser = entered(bob)
    assert listed(browser.get(new)) == []
    browser.post("/support/uploads/", {"file": SimpleUploadedFile("b.txt", b"Bytes"), "draft": draft})
    assert len(listed(entered(alice).get(new))) == 1


def test_a_file_taken_off_by_the_script_is_gone(entered, alice, new):
    browser = entered(alice)
    token = upload(browser, new)
    for _again in range(2):
        assert browser.post(f"/support/uploads/{token}/removal/").status_code == 204
    assert listed(browser.get(new)) == []
    assert File.objects.get().uploader_kind == "erased"


def test_a_file_taken_off_without_a_script_is_gone_and_the_words_stay(entered, alice, ticket, new):
    browser, page = entered(alice), f"/support/tickets/{ticket.pk}/"
    first, second = upload(browser, new), upload(browser, new, "b.txt")
    shown = browser.post(new, ASKED | {"upload": [first, second], "remove": first})
    assert shown.status_code == 200
    assert listed(shown) == [second]
    assert "None at all." in shown.content.decode()
    mine = upload(browser, page)
    shown = browser.post(f"{page}replies/", {"text": "Almost", "upload": mine, "remove": mine})
    assert (shown.status_code, listed(shown)) == (200, [])
    assert "Almost" in shown.content.decode()
    assert not Submission.objects.exists() and ticket.threads.get().messages.count() == 1


def test_charlie_takes_nothing_off_that_is_alices(entered, alice, charlie, new):
    token = upload(entered(alice), new)
    entered(charlie).post(f"/support/uploads/{token}/removal/")
    entered(charlie).post(new, ASKED | {"remove": token})
    assert listed(entered(alice).get(new)) == [token]


def test_what_was_sent_is_not_taken_off_any_more(entered, alice, new):
    browser = entered(alice)
    token = upload(browser, new)
    browser.post(new, ASKED | {"upload": token})
    browser.post(f"/support/uploads/{token}/removal/")
    assert File.objects.get().name == "a.txt"


@pytest.mark.parametrize("draft", ["x" * 101, "a\x00", "A b"])
def test_a_draft_that_no_page_names_is_refused(entered, alice, draft):
    answer = entered(alice).post("/support/uploads/", {"file": SimpleUploadedFile("a.txt", b"Bytes"), "draft": draft})
    assert answer.status_code == 400
    assert not File.objects.exists()


def test_a_file_that_is_sent_again_is_the_one_that_waits(alice):
    def store(content, draft):
        return File.objects.store(SimpleUploadedFile("a.txt", content), uploader=alice, draft=draft)

    assert store(b"x", "reply:1") == store(b"x", "reply:1")
    assert len({each.pk for each in (store(b"x", "reply:1"), store(b"y", "reply:1"), store(b"x", "reply:2"))}) == 3


def test_a_reply_sent_twice_leaves_no_file_in_the_draft(entered, alice, ticket):
    browser, page = entered(alice), f"/support/tickets/{ticket.pk}/"
    token = re.search(r'name="token" value="([^"]+)"', browser.get(page).content.decode())[1]
    for _time in "ab":
        file = SimpleUploadedFile("a.txt", b"Bytes")
        assert browser.post(f"{page}replies/", {"text": "Look", "token": token, "files": file}).status_code == 302
    assert listed(browser.get(page)) == []
    assert File.objects.exclude(claimed_at=None).count() == 1
