"""Events and notes. Neither ever reaches a customer: doors for customers do not import this room."""

from django.db import connections, models, transaction
from django.db.models import F, Value
from django.db.models.functions import Left
from django.dispatch import Signal
from django.utils import timezone

from loket.history.settled import Stamp as Stamp
from loket.records.kinds import kind_of, name_of

NOBODY = {"actor_kind": "", "actor_id": None, "actor_name": ""}
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


def record_each(records, verb, changes, /, *, by, name):
    """Write the same event about each of the queryset ``records``, otherwise as ``record``; ``name`` is an expression.

    The database copies the rows itself: building 100,000 of them here takes ten times as long as writing them.
    """
    values = {
        "subject_kind": Value(kind_of(records.model)),
        "subject_id": F("pk"),
        "subject_name": Left(name, 255),
        "verb": Value(verb),
        "details": Value(changes, models.JSONField()),
        "created_at": Value(timezone.now()),
        **{column: Value(value) for column, value in (NOBODY | written_by(by)).items()},
    }
    # The prefix keeps them apart from the fields of the records themselves.
    rows = records.order_by().annotate(**{f"event_{column}": value for column, value in values.items()})
    connection = connections[rows.db]
    select, params = rows.values_list(*(f"event_{column}" for column in values)).query.get_compiler(rows.db).as_sql()
    quoted = map(connection.ops.quote_name, [Event._meta.db_table, *values])
    table, *columns = quoted
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) {select}", params)


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
