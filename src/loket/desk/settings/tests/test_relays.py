"""Settings of the mail servers through which mail leaves."""

from ipaddress import ip_network

import pytest

from loket.desk.settings.tests.conftest import sent_by
from loket.history.models import Event
from loket.mail.models import Letter, Outage, Relay
from loket.mail.tests.scripted import ScriptedServer

ADDRESS = "/desk/settings/email/relays/"


@pytest.fixture
def server(settings):
    settings.OUTBOUND_ALLOW = [ip_network("127.0.0.0/8")]
    scripted = ScriptedServer()
    yield scripted
    scripted.listener.close()


@pytest.fixture
def relay(server, db):
    return Relay.objects.create(address="sales@example.com", host="127.0.0.1", port=server.port, security="none")


def send(browser, address, /, **changes):
    return browser.post(address, sent_by(browser.get(address)) | changes)


def test_dora_who_is_no_administrator_may_not_look(at_desk, dora, relay):
    desk = at_desk(dora)
    for address in (f"{ADDRESS}new/", f"{ADDRESS}{relay.pk}/", "/desk/settings/email/own-server/"):
        assert desk.get(address).status_code == 403
    assert desk.post(f"{ADDRESS}{relay.pk}/trial/").status_code == 403
    assert desk.post("/desk/settings/email/own-server/trial/").status_code == 403


def test_erin_adds_a_mail_server_and_its_password_is_never_shown(settings_desk):
    values = {"address": "Sales@Example.com", "host": "mail.example.com", "port": "587", "security": "starttls"}
    answer = send(settings_desk, f"{ADDRESS}new/", username="sales", secret="zwaluwnest", **values)
    relay = Relay.objects.get()
    assert answer.status_code == 302
    assert (relay.address, relay.options["password"]) == ("Sales@example.com", "zwaluwnest")
    page = settings_desk.get(f"{ADDRESS}{relay.pk}/").content.decode()
    assert "zwaluwnest" not in page + str([*Event.objects.values()])
    assert "Changed the password" in page
    send(settings_desk, f"{ADDRESS}{relay.pk}/", port="2525")
    relay.refresh_from_db()
    assert (relay.port, relay.options["password"]) == (2525, "zwaluwnest")


def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_is_kept(settings_desk, relay):
    answer = send(settings_desk, f"{ADDRESS}new/", address="no address", host="mail.example.com")
    assert answer.status_code == 422
    assert answer.context["form"].errors["address"] == ["This is no e-mail address."]
    assert "mail.example.com" in answer.content.decode()
    again = send(settings_desk, f"{ADDRESS}new/", address=relay.address, host="x.example")
    assert "already" in str(again.context["form"].errors)
    bare = send(settings_desk, f"{ADDRESS}{relay.pk}/", username="sales", security="none")
    assert "security" in bare.context["form"].errors


def test_the_test_mail_says_how_far_it_came(settings_desk, relay, server):
    page = settings_desk.post(f"{ADDRESS}{relay.pk}/trial/")
    assert [state for _step, state, _why in page.context["steps"]] == ["ok"] * 7
    assert server.taken[0][0] == ["erin@help.example"]
    server.answers["MAIL"] = lambda argument: "550 not your domain"
    page = settings_desk.post(f"{ADDRESS}{relay.pk}/trial/")
    assert [state for _step, state, _why in page.context["steps"]] == ["ok"] * 4 + ["failed", "", ""]
    assert "not your domain" in page.content.decode()


def test_the_mail_server_of_the_installation_is_shown_without_its_password_and_tested(settings_desk, settings, server):
    own = "/desk/settings/email/own-server/"
    settings.SMTP = None
    assert "No mail server is set" in settings_desk.get(own).content.decode()
    assert settings_desk.post(f"{own}trial/").status_code == 302
    settings.SMTP = Relay(host="127.0.0.1", port=server.port, security="none").options | {"password": "zwaluwnest"}
    page = settings_desk.get(own).content.decode()
    assert f"127.0.0.1:{server.port}" in page
    assert "zwaluwnest" not in page
    settings_desk.post(f"{own}trial/")
    assert len(server.taken) == 1


def test_an_answer_leaves_through_the_server_that_its_inbox_has(settings_desk, relay, inbox, ticket, answer):
    send(settings_desk, f"/desk/settings/inboxes/{inbox.pk}/", relay=relay.pk)
    answer(ticket)
    letter = Letter.objects.latest("pk")
    assert letter.relay == relay
    assert letter.sender.endswith("<sales@example.com>")
    shown = settings_desk.get(f"/desk/settings/inboxes/{inbox.pk}/").content.decode()
    assert "Mail server: – → sales@example.com" in shown


def test_a_server_in_use_stays_and_says_who_uses_it(settings_desk, relay, inbox):
    inbox.set({"relay": relay}, by=None)
    answer = settings_desk.post(f"{ADDRESS}{relay.pk}/deletion/")
    assert (answer.status_code, Relay.objects.count()) == (422, 1)
    assert f"/desk/settings/inboxes/{inbox.pk}/" in answer.content.decode()
    inbox.set({"relay": None}, by=None)
    settings_desk.post(f"{ADDRESS}{relay.pk}/deletion/")
    assert not Relay.objects.exists()


def test_a_server_that_fails_says_why_on_its_page_and_in_the_list(settings_desk, relay):
    Outage.objects.begin("Cannot reach the mail server", relay)
    for address in (f"{ADDRESS}{relay.pk}/", "/desk/settings/email/"):
        assert "Cannot reach the mail server" in settings_desk.get(address).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_queries_however_many_servers(settings_desk, rows, django_assert_num_queries):
    for number in range(rows):
        Relay.objects.create(address=f"{number}@example.com", host="mail.example.com")
    settings_desk.get("/desk/settings/email/")
    with django_assert_num_queries(9):
        settings_desk.get("/desk/settings/email/")
