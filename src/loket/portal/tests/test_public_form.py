"""Forms for everybody: no sign-in, no rights, no mail with a stranger's words, no ticket of a machine's (D3, trap 13)."""

import base64
import hashlib
import json
import re

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from loket.files.models import File
from loket.forms.submissions import Submission
from loket.mail.models import Letter
from loket.people.models import Contact
from loket.portal import spam
from loket.portals.models import Portal
from loket.tickets.models import Ticket

TYPED = {"contact-email": "new@example.org", "subject": "No coffee", "content": "None at all."}


@pytest.fixture(autouse=True)
def read_slowly(db, monkeypatch):
    """People take their time; the visitors of each test are counted anew."""
    monkeypatch.setattr(spam, "QUICKEST", -1)
    monkeypatch.setattr(spam, "LARGEST", 1_000)
    cache.clear()


@pytest.fixture
def public(form):
    form.set({"is_public": True}, by=None)
    return form


@pytest.fixture
def visit(public, client):
    """A stranger's browser: ``visit.page()``, ``visit(subject="…")`` sends the form as a browser with scripts does."""

    def send(**fields):
        page = visit.page()
        token = re.search(r'name="token" value="([^"]+)"', page)[1]
        typed = TYPED | {"token": token, "altcha": solved(page)} | {k.replace("__", "-"): v for k, v in fields.items()}
        return client.post(f"/forms/{public.pk}/", typed)

    class Visit:
        __call__ = staticmethod(send)

        @staticmethod
        def page():
            return client.get(f"/forms/{public.pk}/").content.decode()

    visit = Visit()
    return visit


def solved(page):
    """The solution of the page's sum, as its script finds it."""
    given = json.loads(re.search(r'data-altcha="([^"]+)"', page)[1].replace("&quot;", '"'))
    for number in range(given["maxnumber"]):
        if hashlib.sha256(f"{given['salt']}{number}".encode()).hexdigest() == given["challenge"]:
            return base64.b64encode(json.dumps(given | {"number": number}).encode()).decode()
    raise AssertionError("no solution")


def proof_address():
    return re.search(r"http://testserver(/forms/proof/\S+)", Letter.objects.get().text)[1]


def test_a_stranger_files_a_ticket_without_an_account(visit, client):
    answer = visit(contact__firstname="Nina", contact__lastname="New")
    assert answer.status_code == 200
    assert "We have received it" in answer.content.decode()
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.requester.email, ticket.requester.first_name) == (
        "No coffee",
        "new@example.org",
        "Nina",
    )
    assert ticket.primary_company is None
    assert not client.cookies


def test_a_form_that_is_not_public_is_not_found(form, client):
    assert client.get(f"/forms/{form.pk}/").status_code == 404
    form.set({"is_public": True}, by=None)
    assert client.get(f"/forms/{form.pk}/").status_code == 200
    form.formlink_set.all().delete()
    form.withdraw(by=None)
    assert client.get(f"/forms/{form.pk}/").status_code == 404
    refused = client.post(f"/forms/{form.pk}/", TYPED)
    assert (refused.status_code, "None at all." in refused.content.decode()) == (404, False)
    assert client.get(f"/forms/{'9' * 30}/").status_code == 404


def test_the_mail_holds_nothing_that_a_stranger_wrote(visit):
    visit(subject="Buy http://spam.example now", contact__firstname="http://spam.example")
    letter = Letter.objects.get()
    whole = bytes(letter.raw).decode() + letter.text + letter.subject
    assert "spam.example" not in whole and "None at all" not in whole
    assert letter.to == "new@example.org"


def test_an_address_is_mailed_three_times_a_day_at_most(visit):
    for number in range(5):
        visit(subject=f"Question {number}")
    assert Ticket.objects.count() == 5
    assert Letter.objects.count() == 3


def test_who_types_a_customers_address_gets_no_sight_and_no_company(visit, alice, bob, acme):
    visit(contact__email=alice.email, contact__phone="666")
    ticket = Ticket.objects.get()
    portal = Portal.objects.get()
    assert (ticket.requester, ticket.primary_company) == (None, None)
    for contact in (alice, bob):
        assert not Ticket.objects.visible_to(contact, portal).exists()
    alice.refresh_from_db()
    assert alice.phone == ""


def test_the_mailed_link_and_a_button_prove_it(visit, client, alice, bob, acme):
    visit(contact__email=alice.email)
    address, portal = proof_address(), Portal.objects.get()
    page = client.get(address).content.decode()
    assert "alice@example.com" in page and "No coffee" in page
    assert not Ticket.objects.visible_to(alice, portal).exists()
    for _again in range(2):
        assert client.post(address).status_code == 200
    ticket = Ticket.objects.visible_to(alice, portal).get()
    assert (ticket.requester, ticket.primary_company) == (alice, acme)
    assert Ticket.objects.visible_to(bob, portal).exists()
    assert ticket.threads.get().messages.get().contact == alice


@pytest.mark.parametrize("token", ["x", "MQ:1abc:xyz", "9" * 500])
def test_a_link_that_we_did_not_make_proves_nothing(visit, client, token):
    visit()
    assert client.get(f"/forms/proof/{token}/").status_code == 404
    assert client.post(f"/forms/proof/{token}/").status_code == 404


def test_a_new_address_makes_one_contact(visit):
    visit()
    visit(subject="More coffee")
    assert Contact.objects.get(email="new@example.org")
    assert {ticket.requester.email for ticket in Ticket.objects.all()} == {"new@example.org"}


@pytest.mark.parametrize(
    "sign",
    [{"website": "http://spam.example"}, {"altcha": ""}, {"altcha": "!"}, {"altcha": "e30="}, {"altcha": "W10="}],
)
def test_what_a_machine_may_have_sent_waits_for_an_agent(visit, sign, erin):
    assert visit(**sign).status_code == 200
    taken = Submission.objects.get()
    assert taken.state == "review"
    assert not Ticket.objects.exists() and not Letter.objects.exists() and not Contact.objects.exists()
    taken.settle(by=erin)
    assert Ticket.objects.get().requester.email == "new@example.org"


def test_who_is_quicker_than_people_waits_too(visit, monkeypatch):
    monkeypatch.setattr(spam, "QUICKEST", 3)
    visit()
    assert Submission.objects.get().state == "review"


def test_a_solution_serves_for_its_own_page_only(visit, client, public):
    first, second = visit.page(), visit.page()
    token = re.search(r'name="token" value="([^"]+)"', second)[1]
    client.post(f"/forms/{public.pk}/", TYPED | {"token": token, "altcha": solved(first)})
    assert Submission.objects.get().state == "review"


@pytest.mark.parametrize("token", ["", "made-up", "1.x:1abc:sig", "x" * 101])
def test_a_page_that_we_did_not_make_is_refused_and_its_words_stay(visit, token):
    answer = visit(token=token)
    assert answer.status_code == 422
    assert "None at all." in answer.content.decode()
    assert not Submission.objects.exists()


def test_sent_twice_it_is_one_and_with_other_words_it_is_told(visit, client, public):
    page = visit.page()
    typed = TYPED | {"token": re.search(r'name="token" value="([^"]+)"', page)[1], "altcha": solved(page)}
    for _again in range(2):
        assert client.post(f"/forms/{public.pk}/", typed).status_code == 200
    assert Ticket.objects.count() == 1
    other = client.post(f"/forms/{public.pk}/", typed | {"subject": "Tea"})
    assert other.status_code == 422 and "sent already" in other.content.decode()
    assert Submission.objects.count() == 1


def test_a_host_sends_so_many_an_hour_and_no_more(visit, monkeypatch):
    monkeypatch.setattr(spam, "MOST_AN_HOUR", 2)
    assert [visit(subject="").status_code for _error in range(3)] == [422] * 3, "to mend an error is free"
    assert [visit(subject=f"Question {number}").status_code for number in range(3)] == [200, 200, 429]
    assert Submission.objects.count() == 2


def test_an_address_that_is_none_is_told_beside_the_field(visit):
    answer = visit(contact__email="nobody")
    assert answer.status_code == 422
    assert "is not an e-mail address" in answer.content.decode()


def test_files_of_strangers_come_along_and_stay_after_an_error(visit):
    refused = visit(subject="", files=SimpleUploadedFile("a.txt", b"Bytes"))
    token = re.search(r'name="upload" value="([^"]+)"', refused.content.decode())[1]
    visit(upload=token)
    assert Ticket.objects.get().threads.get().messages.get().attachments.get().file.name == "a.txt"


def test_only_the_forms_sites_may_hold_it_in_a_frame(visit, client, public):
    policy = lambda: client.get(f"/forms/{public.pk}/").headers["Content-Security-Policy"]  # noqa: E731
    assert "frame-ancestors 'none'" in policy()
    public.set({"sites": ["www.example.com", "*.example.org"]}, by=None)
    assert "frame-ancestors www.example.com *.example.org" in policy()


def test_alone_it_has_a_heading_and_in_a_frame_its_holder_has(client, public):
    for address, style in ((f"/forms/{public.pk}/", "page-head"), (f"/forms/{public.pk}/?frame", "visually-hidden")):
        assert f'<header class="{style}"><h1>Support form</h1>' in client.get(address).content.decode()


def test_a_form_without_an_address_still_files(visit, public):
    for key in ("contact.email", "contact.firstname", "contact.lastname"):
        public.drop(key)
    public.publish(by=None)
    visit()
    assert Ticket.objects.get().requester is None
    assert not Letter.objects.exists()


def test_waiting_files_of_one_stranger_stand_in_nobodys_way(visit, client, public, settings):
    settings.ATTACHMENT_MAX_COUNT = 1
    token = re.search(r'name="token" value="([^"]+)"', visit.page())[1]
    for number in range(4):
        refused = {"token": token, "files": SimpleUploadedFile(f"{number}.txt", b"Bytes")}
        answer = client.post(f"/forms/{public.pk}/", refused)
    assert "Too many of your files wait" in answer.content.decode()
    assert visit(files=SimpleUploadedFile("b.txt", b"Bytes")).status_code == 200
    assert Submission.objects.get().files.get().name == "b.txt"


@pytest.mark.parametrize("button", ["send", "refresh"])
def test_who_is_put_off_stores_no_file_either(visit, monkeypatch, button):
    monkeypatch.setattr(spam, "MOST_AN_HOUR", 0)
    answer = visit(files=SimpleUploadedFile("a.txt", b"Bytes"), **{button: "yes"})
    assert answer.status_code == 429
    assert "None at all." in answer.content.decode()
    assert not File.objects.exists()
