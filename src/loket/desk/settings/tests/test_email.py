"""Settings of e-mail: mailboxes, lists of senders, rules."""

import pytest

from loket.conversations.channels.email.models import EmailChannel, InboxRule, SenderRule
from loket.desk.settings.tests.conftest import sent_by
from loket.history.models import Event

ADDRESS = "/desk/settings/email/"


@pytest.fixture
def channel(inbox, pipeline):
    return EmailChannel.objects.create(inbox=inbox, address="help@loket.example")


def send(browser, address, /, **changes):
    """Send the form at ``address`` as it is shown now, with ``changes``."""
    values = sent_by(browser.get(address)) | changes
    return browser.post(address, {name: value for name, value in values.items() if value is not None})


def test_dora_who_is_no_administrator_may_not_look(at_desk, dora, channel):
    desk = at_desk(dora)
    for address in (ADDRESS, f"{ADDRESS}{channel.pk}/", f"{ADDRESS}senders/new/"):
        assert desk.get(address).status_code == 403
    assert desk.post(f"{ADDRESS}{channel.pk}/check/").status_code == 403


def test_erin_adds_a_mailbox_and_its_password_is_never_shown(settings_desk, inbox, pipeline):
    answer = send(
        settings_desk, f"{ADDRESS}new/", inbox=inbox.pk, address="Help@Loket.example", method="imap", host="imap.example.com",
        username="help", secret="zwaluwnest", is_on="on",
    )  # fmt: skip
    channel = EmailChannel.objects.get()
    assert answer.status_code == 302
    assert (channel.address, channel.password) == ("help@loket.example", "zwaluwnest")
    pages = [
        settings_desk.get(f"{ADDRESS}{channel.pk}/").content.decode(),
        str([*Event.objects.values()]),
        str(vars(channel)),
    ]
    assert not any("zwaluwnest" in page for page in pages)
    assert Event.objects.about(channel).filter(verb="secret_changed").exists()
    send(settings_desk, f"{ADDRESS}{channel.pk}/", folder="Support")
    channel.refresh_from_db()
    assert (channel.folder, channel.password) == ("Support", "zwaluwnest")


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(settings_desk, inbox, channel):
    answer = send(settings_desk, f"{ADDRESS}new/", inbox=inbox.pk, address="no address", folder="Spoed", secret="x")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "is not an e-mail address" in page
    assert "Spoed" in page
    taken = send(settings_desk, f"{ADDRESS}new/", inbox=inbox.pk, address="help@loket.example")
    assert taken.status_code == 422
    assert EmailChannel.objects.count() == 1


def test_the_test_says_which_step_failed(settings_desk, channel):
    channel.method, channel.host, channel.username = "imap", "127.0.0.1", "help"
    channel.save()
    page = settings_desk.post(f"{ADDRESS}{channel.pk}/check/")
    states = [state for _step, state, _why in page.context["steps"]]
    assert states == ["failed", "", "", "", ""]
    assert "LOKET_OUTBOUND_ALLOW" in page.content.decode()


def test_senders_and_rules_come_and_go(settings_desk, inbox, channel):
    send(settings_desk, f"{ADDRESS}senders/new/", inbox=inbox.pk, pattern="@Evil.Example", verdict="deny")
    send(settings_desk, f"{ADDRESS}rules/new/", inbox=inbox.pk, subject="intern")
    assert (SenderRule.objects.get().pattern, InboxRule.objects.get().subject) == ("evil.example", "intern")
    page = settings_desk.get(ADDRESS).content.decode()
    assert "evil.example" in page
    assert send(settings_desk, f"{ADDRESS}rules/new/", inbox=inbox.pk).status_code == 422
    settings_desk.post(f"{ADDRESS}senders/{SenderRule.objects.get().pk}/deletion/")
    settings_desk.post(f"{ADDRESS}rules/{InboxRule.objects.get().pk}/deletion/")
    assert not SenderRule.objects.exists()
    assert not InboxRule.objects.exists()


def test_a_mailbox_goes_and_its_mail_stays(settings_desk, channel):
    settings_desk.post(f"{ADDRESS}{channel.pk}/deletion/")
    assert not EmailChannel.objects.exists()
