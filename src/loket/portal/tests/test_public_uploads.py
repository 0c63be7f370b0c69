"""Files of strangers go up while they type, bound to their page; nobody else meets them (D3)."""

import re
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from loket.files.models import File
from loket.forms.elements import Element
from loket.forms.models import Form
from loket.forms.submissions import Submission
from loket.portal import spam

TYPED = {"contact-email": "new@example.org", "subject": "No coffee", "content": "None at all."}


@pytest.fixture(autouse=True)
def counted_anew(db):
    cache.clear()


@pytest.fixture
def public(form):
    form.set({"is_public": True}, by=None)
    return form


@pytest.fixture
def page(public, client):
    """A page that a stranger has open: ``page.upload("a.txt")`` as its script does, ``page.send(upload=…)``."""

    class Page:
        address = f"/forms/{public.pk}/"

        def __init__(self):
            self.shown = client.get(self.address).content.decode()
            self.draft = re.search(r'data-draft="([^"]+)"', self.shown)[1]

        def upload(self, name="a.txt", content=b"Bytes", **more):
            body = {"file": SimpleUploadedFile(name, content), "draft": self.draft} | more
            return client.post(f"{self.address}uploads/", body)

        def send(self, **fields):
            return client.post(self.address, TYPED | {"token": self.draft} | fields)

    return Page()


def listed(response):
    """Tokens of the files that a page has."""
    return re.findall(r'name="upload" value="([^"]+)"', response.content.decode())


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "192.0.2.2", False),
    ],
)
def test_an_hour_is_counted_for_a_network_and_not_only_while_it_goes_on(rf, monkeypatch, one, other, is_one):
    now = 1_800_000_000 // spam.HOUR * spam.HOUR
    monkeypatch.setattr("loket.portal.spam.time.time", lambda: now)
    kept = {}
    monkeypatch.setattr(cache, "set", lambda key, value, seconds: kept.update({key: (value, seconds)}))
    monkeypatch.setattr(cache, "get", lambda key, default: kept.get(key, (default,))[0])
    monkeypatch.setattr("loket.portal.spam.get_adapter", lambda: SimpleNamespace(get_client_ip=lambda request: request))
    assert [spam.counted("x", one), spam.counted("x", one)] == [1, 2]
    assert spam.counted("x", other) == (3 if is_one else 1)
    assert {seconds for _value, seconds in kept.values()} == {spam.HOUR}, "each count is kept for the whole hour"
    now += spam.HOUR
    assert spam.counted("x", one) == 1


def test_a_form_that_is_none_counts_nothing(client, monkeypatch):
    monkeypatch.setattr("loket.portal.spam.uploads_too_often", lambda request: pytest.fail("counted"))
    assert client.post("/forms/999/uploads/", {"draft": "x"}).status_code == 404


def test_a_file_goes_up_and_comes_along(page, client):
    answer = page.upload()
    assert (answer.status_code, answer.json()["name"], answer.json()["size"]) == (201, "a.txt", 5)
    assert page.send(upload=answer.json()["token"]).status_code == 200
    assert Submission.objects.get().files.get().name == "a.txt"
    assert not client.cookies


def test_a_reload_that_names_its_files_has_them_again(page):
    token = page.upload().json()["token"]
    shown = page.send(token="", refresh="yes", upload=token)
    assert (shown.status_code, listed(shown)) == (200, [token])
    assert "a.txt" in shown.content.decode()


def test_nothing_shows_what_was_uploaded_but_its_token(page, client):
    page.upload("secret.txt")
    for shown in (client.get(page.address), page.send(subject=""), page.send(refresh="yes")):
        assert "secret.txt" not in shown.content.decode()
    names = {name for name in File.objects.values_list("draft", flat=True)}
    assert names == {spam.draft_of(page.draft)} and page.draft not in names


def test_a_strangers_page_never_gets_at_a_members_file(page, alice):
    mine = File.objects.store(SimpleUploadedFile("mine.txt", b"Bytes"), uploader=alice)
    assert listed(page.send(refresh="yes", upload=str(mine.token))) == []
    page.send(upload=str(mine.token))
    assert not Submission.objects.exists()


def test_a_file_taken_off_is_gone_and_a_members_stays(page, client, alice):
    token = page.upload().json()["token"]
    mine = File.objects.store(SimpleUploadedFile("mine.txt", b"Bytes"), uploader=alice)
    for each in (token, token, mine.token):
        assert client.post(f"{page.address}uploads/{each}/removal/").status_code == 204
    assert list(File.objects.waiting(None)) == []
    assert list(File.objects.waiting(alice)) == [mine]


def test_what_was_sent_is_not_taken_off_any_more(page, client):
    token = page.upload().json()["token"]
    page.send(upload=token)
    client.post(f"{page.address}uploads/{token}/removal/")
    assert Submission.objects.get().files.get().name == "a.txt"


@pytest.mark.parametrize("draft", ["", "made-up", "1.x:1abc:sig", "é\x00", "x" * 5_000])
def test_a_page_that_we_did_not_make_stores_nothing(page, draft):
    answer = page.upload(draft=draft)
    assert answer.status_code == 422
    assert "open for too long" in answer.json()["error"]
    assert not File.objects.exists()


def test_a_page_of_another_form_stores_nothing_here(page, public, pipeline):
    other = Form.objects.create(name="Other", inbox=public.inbox, status=pipeline.first_open(), is_public=True)
    assert page.upload(draft=spam.new_token(other)).status_code == 422
    assert not File.objects.exists()


def test_a_form_withdrawn_or_without_files_stores_nothing(page, public):
    public.drop("files")
    public.publish(by=None)
    assert page.upload().status_code == 404
    public.add(Element("files"))
    public.publish(by=None)
    assert page.upload().status_code == 201
    public.set({"is_public": False}, by=None)
    assert page.upload("b.txt").status_code == 404
    assert File.objects.get().name == "a.txt"


def test_the_forms_own_limits_hold_at_once(page, public):
    public.drop("files")
    public.add(Element("files", options=("image",), largest_file=1))
    public.publish(by=None)
    assert page.upload("a.png", b"x" * 1_000_001).status_code == 413
    assert "of another kind" in page.upload("a.txt").json()["error"]
    assert not File.objects.waiting(None).exists()


def test_one_page_keeps_no_heap_and_stands_in_nobodys_way(page, settings):
    settings.ATTACHMENT_MAX_COUNT = 1
    statuses = [page.upload(f"{number}.txt").status_code for number in range(4)]
    assert statuses == [201, 201, 201, 422]
    assert type(page)().upload("b.txt").status_code == 201


def test_a_host_sends_up_so_many_an_hour_and_no_more(page, monkeypatch):
    monkeypatch.setattr(spam, "MOST_FILES_AN_HOUR", 2)
    answers = [page.upload(f"{number}.txt") for number in range(3)]
    assert [each.status_code for each in answers] == [201, 201, 429]
    assert "in the last hour" in answers[-1].json()["error"]
    assert File.objects.count() == 2
    assert page.send().status_code == 200


def test_a_body_without_a_file_is_refused(page, client):
    assert client.post(f"{page.address}uploads/", {"draft": page.draft}).status_code == 400
    assert client.get(f"{page.address}uploads/").status_code == 405
