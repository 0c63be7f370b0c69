"""Tickets that lay 90 days in the spam or the bin are deleted for good, with everything about them."""

from datetime import timedelta

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from loket.conversations import delivery
from loket.conversations.models import Comment, Message, Thread
from loket.conversations.purging import KEPT_DAYS, purge_tickets
from loket.files.models import File
from loket.history.models import Event, Note, write_note
from loket.mail.models import Letter
from loket.tickets.models import Ticket


def age(ticket, days):
    Ticket.objects.filter(pk=ticket.pk).update(removed_at=timezone.now() - timedelta(days=days))


def test_it_goes_with_words_files_notes_mails_and_history(file_ticket, alice, dora, found_by_agents):
    upload = File.objects.store(SimpleUploadedFile("walrus.txt", b"words"), uploader=alice)
    ticket = file_ticket(alice, "Walrus", files=(upload.token,))
    delivery.reply(ticket.threads.get(), "An answer", by=dora)
    delivery.comment(ticket.threads.get(), "Only us", by=dora)
    write_note(ticket, "A note", by=dora)
    kept = file_ticket(alice, "Walrus too")
    ticket.discard(by=dora)
    age(ticket, KEPT_DAYS + 1)
    assert purge_tickets() == 1
    assert Ticket.objects.get() == kept
    assert {thread.ticket for thread in Thread.objects.all()} == {kept}
    assert {message.thread.ticket for message in Message.objects.all()} == {kept}
    assert not (Comment.objects.exists() or Letter.objects.exists() or Note.objects.exists())
    assert not Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk).exists()
    assert list(found_by_agents("walrus")) == [kept.pk]
    File.objects.purge()
    assert not default_storage.exists(upload.key)


def test_what_was_put_away_lately_or_restored_stays(file_ticket, alice, dora):
    lately, restored = file_ticket(alice, "Lately"), file_ticket(alice, "Restored")
    for ticket in (lately, restored):
        ticket.mark_spam(by=dora)
        age(ticket, KEPT_DAYS - 1)
    age(restored, KEPT_DAYS + 1)
    restored.refresh_from_db()
    restored.restore(by=dora)
    assert purge_tickets() == 0
    assert Ticket.objects.count() == 2
