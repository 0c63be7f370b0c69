"""The page of a domain that mail is from: records to publish, the check, the key."""

import pytest

from loket.mail import publishing
from loket.mail.models import Relay, SigningKey
from loket.mail.tests.nameserver import NameServer

ADDRESS = "/desk/settings/email/domains/acme.example/"


@pytest.fixture
def nameserver(monkeypatch):
    server = NameServer()
    monkeypatch.setattr(publishing, "resolver", server.resolver)
    yield server
    server.close()


@pytest.fixture
def relay(db):
    return Relay.objects.create(address="sales@acme.example", host="mail.example.com")


def states(page):
    return [said and said.state for _record, said in page.context["records"]]


def test_dora_may_not_look_or_make_a_key(at_desk, dora, relay):
    desk = at_desk(dora)
    assert desk.get(ADDRESS).status_code == 403
    assert desk.post(f"{ADDRESS}key/").status_code == 403
    assert not SigningKey.objects.exists()


@pytest.mark.parametrize("place", ["", "key/", "check/"])
def test_a_domain_that_no_mail_is_from_has_no_page(settings_desk, relay, nameserver, place):
    ask = settings_desk.post if place else settings_desk.get
    assert ask(f"/desk/settings/email/domains/evil.example/{place}").status_code == 404
    assert not SigningKey.objects.exists()


def test_the_records_to_publish_are_shown_and_looking_asks_nobody(settings_desk, relay, nameserver):
    nameserver.is_broken = True
    page = settings_desk.get(ADDRESS)
    assert states(page) == [None, None]
    assert "v=spf1 a:mail.example.com ~all" in page.content.decode()
    assert ADDRESS in settings_desk.get(f"/desk/settings/email/relays/{relay.pk}/").content.decode()
    own = settings_desk.get("/desk/settings/email/own-server/").content.decode()
    assert "/desk/settings/email/domains/testserver/" in own
    assert settings_desk.get("/desk/settings/email/domains/testserver/").status_code == 200


def test_erin_makes_a_key_publishes_it_and_from_the_check_on_mail_is_signed(settings_desk, relay, nameserver):
    settings_desk.post(f"{ADDRESS}key/")
    key = SigningKey.objects.get()
    page = settings_desk.post(f"{ADDRESS}check/")
    assert states(page) == ["missing", "missing", "missing"]
    assert "as soon as a check finds its record" in page.content.decode()
    assert not SigningKey.objects.seen().exists()
    nameserver.texts = {key.host: [key.text], "acme.example": ["v=spf1 +all"]}
    page = settings_desk.post(f"{ADDRESS}check/")
    assert states(page) == ["wrong", "ok", "missing"]
    assert SigningKey.objects.seen().get() == key
    assert "Mail is signed with the key" in page.content.decode()
    assert "PRIVATE" not in page.content.decode()


def test_what_stands_in_the_dns_is_text_and_no_markup(settings_desk, relay, nameserver):
    nameserver.texts = {"acme.example": ["v=spf1 <script>alert(1)</script> -all"]}
    page = settings_desk.post(f"{ADDRESS}check/").content.decode()
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
