"""Quarantine, spam and bin: what lies there, comes back, and is deleted in the end. And reading again what was stored."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from loket.conversations.channels.email import taking
from loket.conversations.channels.email.models import Mail
from loket.conversations.channels.email.purging import purge
from loket.conversations.channels.email.tests.writing import eml
from loket.conversations.purging import purge_tickets
from loket.files.models import File
from loket.history.models import Event
from loket.tickets.models import Pipeline, Ticket


def test_a_mail_that_breaks_the_reader_ends_in_quarantine_and_the_rest_goes_on(receive, monkeypatch):
    whole = taking.read

    def read(stream):
        reading = whole(stream)
        if reading.subject == "Gif":
            raise RuntimeError("a text that may quote the mail")
        return reading

    monkeypatch.setattr(taking, "read", read)
    bad = receive(eml(Subject="Gif"))
    good = receive(eml(Subject="Goed"))
    assert (bad.state, good.state) == ("waiting", "taken")
    while taking.take_due():
        pass
    bad.refresh_from_db()
    assert (bad.state, bad.reason, bad.note) == ("quarantined", "unreadable", "RuntimeError")
    monkeypatch.undo()
    bad.release(by=None)
    taking.take_due()
    bad.refresh_from_db()
    assert bad.state == "taken"


def test_a_mail_that_kills_its_worker_is_not_read_for_ever(receive, channel, monkeypatch):
    mail = receive(eml())
    Mail.objects.update(state="waiting", attempts=3)
    taking.take_due()
    mail.refresh_from_db()
    assert (mail.state, mail.reason) == ("quarantined", "unreadable")


def test_without_a_pipeline_mail_waits_in_quarantine_and_is_read_again(receive, channel, call_mail):
    statuses = [*Pipeline.objects.get().statuses.values()]
    Pipeline.objects.all().delete()
    assert receive(eml()).reason == "no_pipeline"
    pipeline = Pipeline.objects.create(name="Support")
    pipeline.statuses.create(label=statuses[0]["label"])
    assert call_mail("reprocess").strip() == "1 read, 0 in quarantine."
    assert Ticket.objects.count() == 1


def test_spam_and_bin_and_back(receive, dora):
    mail = receive(eml(sender="no-reply@shop.example"))
    mail.mark_spam(by=dora)
    assert Mail.objects.spam().get() == mail
    mail.discard(by=dora)
    assert not Mail.objects.spam().exists()
    assert Mail.objects.in_bin().get() == mail
    mail.restore(by=dora)
    assert Mail.objects.spam().get() == mail
    mail.release(by=dora)
    taking.take_due()
    mail.refresh_from_db()
    assert mail.state == "taken"
    verbs = [*Event.objects.about(mail).values_list("verb", flat=True)]
    assert verbs == ["mail_marked_spam", "mail_discarded", "mail_restored", "mail_released"]


def test_after_90_days_spam_and_bin_are_deleted_with_their_bytes(receive, dora):
    spam, binned, kept = receive(eml(X_Spam_Flag="YES")), receive(eml(List_Id="<a>")), receive(eml(List_Id="<b>"))
    binned.discard(by=dora)
    assert purge() == 0
    old = timezone.now() - timedelta(days=91)
    Mail.objects.update(arrived_at=old)
    Mail.objects.in_bin().update(binned_at=old)
    key = spam.raw.key
    assert default_storage.exists(key)
    assert purge() == 2
    assert Mail.objects.get() == kept
    File.objects.purge()
    assert not default_storage.exists(key)


def test_mails_go_with_their_ticket(receive, dora):
    gone, kept = receive(eml(Subject="Gone")), receive(eml(Subject="Kept"))
    assert purge() == 0
    key = gone.raw.key
    gone.ticket.discard(by=dora)
    Ticket.objects.filter(pk=gone.ticket.pk).update(removed_at=timezone.now() - timedelta(days=91))
    assert purge_tickets() == 1
    assert purge() == 1
    assert Mail.objects.get() == kept
    File.objects.purge()
    assert not default_storage.exists(key)


def test_what_became_a_ticket_is_not_thrown_away_with_its_mail(receive, dora):
    mail = receive(eml())
    mail.discard(by=dora)
    mail.mark_spam(by=dora)
    mail.refresh_from_db()
    assert (mail.state, mail.binned_at) == ("taken", None)


@pytest.fixture
def call_mail(capsys):
    """Run ``loket mail …`` and give what it prints."""
    from django.core.management import call_command

    def call(*words, **more):
        call_command("mail", *words, **more)
        return capsys.readouterr().out

    return call
