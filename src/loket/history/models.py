"""Events and notes. Neither ever reaches a customer: doors for customers do not import this room."""

from django.db import models, transaction
from django.dispatch import Signal
from django.utils import timezone

from loket.history.settled import Stamp as Stamp
from loket.records.kinds import kind_of, name_of

note_written = Signal()
"""Sent inside the transaction after a note was written. Argument: ``note``."""


class AboutRecord(models.Model):
    """A row about one record of any kind, by one actor of any kind (agent, contact, or the system: empty)."""

    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    actor_kind = models.CharField(max_length=20, blank=True)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True


class AboutQuerySet(models.QuerySet):
    def about(self, record):
        """Rows about ``record``, oldest first."""
        return self.filter(subject_kind=kind_of(record), subject_id=record.pk).order_by("created_at", "pk")


class Event(AboutRecord):
    """Something that happened: ``verb`` such as "closed", ``details`` such as ``{"status": ["New", "Closed"]}``.

    ``details`` maps what changed to ``[from, to]`` or to one value, in words or internal names; never text of messages.
    """

    verb = models.CharField(max_length=50)
    subject_name = models.CharField(max_length=255, blank=True)
    details = models.JSONField(default=dict)

    objects = AboutQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["subject_kind", "subject_id", "created_at"], name="event_subject")]


class Note(AboutRecord):
    """An internal note on a ticket, contact or company. ``text`` is plain text.

    ``token`` comes with the rendered form: sent twice, it is one note.
    """

    text = models.TextField()
    token = models.CharField(max_length=64, null=True, unique=True)

    objects = AboutQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["subject_kind", "subject_id", "created_at"], name="note_subject")]


def written_by(by):
    """The actor's columns for ``by``: a record of a registered kind, or None for the system itself."""
    if by is None:
        return {}
    return {"actor_kind": kind_of(by), "actor_id": by.pk, "actor_name": name_of(by)}


def record(subject, verb, changes=None, /, *, by, **details):
    """Write one event about ``subject``; call it inside the transaction of the deed.

    ``changes`` are further details, whose names may be anything: properties are named by people.
    """
    return Event.objects.create(
        subject_kind=kind_of(subject),
        subject_id=subject.pk,
        subject_name=name_of(subject),
        verb=verb,
        details=details | (changes or {}),
        **written_by(by),
    )


def write_note(subject, text, *, by, token=None):
    """Put an internal note on ``subject``. Sent twice it is one note."""
    values = {"subject_kind": kind_of(subject), "subject_id": subject.pk, "text": text, **written_by(by)}
    with transaction.atomic():
        if token:
            note, is_new = Note.objects.get_or_create(token=token, defaults=values)
        else:
            note, is_new = Note.objects.create(**values), True
        if is_new:
            note_written.send(Note, note=note)
    return note
