"""Mail fetched by IMAP from a real server, over connections that break."""

import os
import signal
import time

import pytest
from django.db import connection, connections
from django.utils import timezone

from loket.conversations.channels.email import fetching, imap
from loket.conversations.channels.email.imap import tried
from loket.conversations.channels.email.models import EmailChannel, Mail
from loket.conversations.channels.email.taking import take_due
from loket.conversations.channels.email.tests.writing import eml
from loket.conversations.models import Message
from loket.guard.secrets import locked


def look(channel):
    """Look into the mailbox once, as the worker does."""
    EmailChannel.objects.filter(pk=channel.pk).update(next_try_at=timezone.now(), leased_until=None)
    leased = EmailChannel.objects.lease(timezone.now())
    return fetching.fetch(leased)


def subjects():
    while take_due():
        pass
    return sorted(Message.objects.values_list("thread__subject", flat=True))


def test_each_mail_becomes_a_ticket_once_and_is_flagged(mailbox, dovecot):
    dovecot.put(mailbox.username, eml(Subject="One"), eml(Subject="Two"), eml(Subject="Three"))
    assert look(mailbox) == 3
    assert look(mailbox) == 0
    assert subjects() == ["One", "Three", "Two"]
    assert all("\\Seen" in flags for flags in dovecot.flags(mailbox.username))


def test_a_mail_that_a_person_read_or_marked_unread_is_neither_lost_nor_doubled(mailbox, dovecot):
    dovecot.put(mailbox.username, eml(Subject="Read"))
    with dovecot.signed_in(mailbox.username) as client:
        client.store("1", "+FLAGS", "\\Seen")
    assert look(mailbox) == 1
    with dovecot.signed_in(mailbox.username) as client:
        client.store("1", "-FLAGS", "\\Seen")
    assert look(mailbox) == 0


def test_new_numbers_for_the_whole_mailbox_import_nothing_again(mailbox, dovecot):
    dovecot.put(mailbox.username, eml(Subject="One"), eml(Subject="Two"))
    look(mailbox)
    first = EmailChannel.objects.get(pk=mailbox.pk).uidvalidity
    dovecot.renumber(mailbox.username)
    dovecot.put(mailbox.username, eml(Subject="Three"))
    look(mailbox)
    assert EmailChannel.objects.get(pk=mailbox.pk).uidvalidity != first
    assert Mail.objects.count() == 3, "not even as copies"
    assert subjects() == ["One", "Three", "Two"]


@pytest.mark.parametrize("reset", [False, True])
def test_a_connection_cut_anywhere_loses_and_doubles_nothing(mailbox, dovecot, proxy, reset):
    dovecot.put(mailbox.username, *(eml("x" * 3000, Subject=f"Mail {number}") for number in range(4)))
    proxy.reset = reset
    for cut_after in range(200, 16_000, 900):
        proxy.cut_after = cut_after
        look(mailbox)
    assert proxy.spoilt > 5
    proxy.cut_after = None
    look(mailbox)
    assert subjects() == ["Mail 0", "Mail 1", "Mail 2", "Mail 3"]
    assert Mail.objects.count() == 4


def test_a_failure_says_at_which_step_and_tells_no_password(mailbox, dovecot, proxy):
    EmailChannel.objects.filter(pk=mailbox.pk).update(secret=locked("wrong-password"))
    look(mailbox)
    mailbox.refresh_from_db()
    assert mailbox.error.startswith("sign_in: ")
    assert "wrong-password" not in mailbox.error
    assert mailbox.next_try_at > timezone.now()
    proxy.stop()
    look(mailbox)
    mailbox.refresh_from_db()
    assert mailbox.error.startswith("connection: ")
    assert mailbox.failures == 2


def test_a_private_address_is_refused_unless_the_operator_lists_it(mailbox, dovecot, settings):
    dovecot.put(mailbox.username, eml())
    settings.OUTBOUND_ALLOW = []
    assert look(mailbox) == 0
    mailbox.refresh_from_db()
    assert mailbox.error.startswith("address: ")


@pytest.fixture(params=["tls", "starttls"])
def encrypted(request, mailbox, dovecot):
    """The mailbox by TLS, and by STARTTLS."""
    port = dovecot.tls_port if request.param == "tls" else dovecot.port
    EmailChannel.objects.filter(pk=mailbox.pk).update(security=request.param, port=port)
    return mailbox


def test_mail_comes_over_an_encrypted_connection(encrypted, dovecot, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.authority.path))
    dovecot.put(encrypted.username, eml(Subject="Sealed"))
    assert look(encrypted) == 1
    assert [step[1] for step in tried(EmailChannel.objects.get())] == ["ok"] * 5


def test_a_certificate_that_nobody_vouches_for_ends_it_before_the_password(encrypted, dovecot, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setattr(imap.Mailbox, "_sign_in", lambda self: pytest.fail("the password went out"))
    assert look(encrypted) == 0
    encrypted.refresh_from_db()
    assert encrypted.error.startswith("encryption: ")
    assert "certificate" in encrypted.error


def test_a_certificate_of_another_host_ends_it(encrypted, dovecot, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.authority.path))
    EmailChannel.objects.filter(pk=encrypted.pk).update(host="localhost")
    assert look(encrypted) == 0
    encrypted.refresh_from_db()
    assert encrypted.error.startswith("encryption: ")


def test_a_slow_server_is_waited_for(mailbox, dovecot, proxy):
    dovecot.put(mailbox.username, eml(Subject="Slow"))
    proxy.pause = 0.05
    assert look(mailbox) == 1


def test_a_mail_deleted_while_we_fetch_is_skipped(mailbox, dovecot, monkeypatch):
    dovecot.put(mailbox.username, eml(Subject="One"), eml(Subject="Gone"), eml(Subject="Three"))
    copy = fetching.Mailbox.copy

    def after_expunge(self, uid, stream, **more):
        if uid == 1:
            with dovecot.signed_in(mailbox.username) as client:
                client.store("2", "+FLAGS", "\\Deleted")
                client.expunge()
        return copy(self, uid, stream, **more)

    monkeypatch.setattr(fetching.Mailbox, "copy", after_expunge)
    look(mailbox)
    assert subjects() == ["One", "Three"]


def test_a_mail_too_large_waits_in_quarantine_until_somebody_wants_it(mailbox, dovecot, settings, dora):
    settings.MAIL_MAX_BYTES = 2_000
    dovecot.put(mailbox.username, eml("x" * 5_000, Subject="Large"), eml(Subject="Small"))
    look(mailbox)
    assert subjects() == ["Small"]
    mail = Mail.objects.quarantined().get()
    assert (mail.reason, mail.subject) == ("too_large", "Large")
    assert mail.raw.size < 2_000
    mail.release(by=dora)
    look(mailbox)
    assert subjects() == ["Large", "Small"]


def test_a_large_mail_is_fetched_in_pieces(mailbox, dovecot):
    dovecot.put(mailbox.username, eml("\n".join(["0123456789" * 7] * 35_000), Subject="Pieces"))
    look(mailbox)
    assert Mail.objects.get().raw.size > 2_400_000
    assert subjects() == ["Pieces"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["copy", "store", "flag", "move_to"])
def test_killed_at_any_step_it_loses_and_doubles_nothing(mailbox, dovecot, step):
    dovecot.put(mailbox.username, eml(Subject="One"), eml(Subject="Two"))
    for _twice in range(2):
        connections.close_all()
        child = os.fork()
        if not child:
            die_behind(step)
            look(mailbox)
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        assert os.WTERMSIG(status) == signal.SIGKILL
    look(mailbox)
    assert subjects() == ["One", "Two"]
    assert Mail.objects.count() == 2


def die_behind(step):
    """Kill this process as soon as one step is done."""
    owner = {"copy": fetching.Mailbox, "flag": fetching.Mailbox, "move_to": EmailChannel, "store": fetching}[step]
    deed = getattr(owner, step)

    def deadly(*args, **more):
        deed(*args, **more)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, step, deadly)


@pytest.mark.django_db(transaction=True)
def test_with_idle_a_mail_is_there_in_a_moment(mailbox, dovecot, monkeypatch):
    monkeypatch.setattr(fetching, "WAITS", 3)
    monkeypatch.setattr(fetching, "WAIT", 3)
    assert fetching.fetch_due() == 1
    time.sleep(0.5)
    dovecot.put(mailbox.username, eml(Subject="News"))
    for _each in range(40):
        if Mail.objects.exists():
            break
        time.sleep(0.1)
    assert Mail.objects.exists()
    for _each in range(200):
        mailbox.refresh_from_db()
        if mailbox.leased_until is None:
            break
        time.sleep(0.1)
    assert mailbox.error == ""
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_look_into_one_mailbox_at_once(mailbox):
    assert EmailChannel.objects.lease(timezone.now())
    assert EmailChannel.objects.lease(timezone.now()) is None


def test_another_mailbox_is_read_from_its_beginning(channel, receive):
    known = receive(eml())
    Mail.objects.filter(pk=known.pk).update(uidvalidity=1, uid=40)
    channel.uidvalidity, channel.last_uid = 1, 50_000
    channel.save()
    channel.change({"is_on": True}, by=None)
    assert (channel.uidvalidity, channel.last_uid) == (1, 50_000)
    channel.change({"folder": "Archive"}, by=None)
    channel.refresh_from_db()
    known.refresh_from_db()
    assert (channel.uidvalidity, channel.last_uid, known.uid) == (None, 0, None)
