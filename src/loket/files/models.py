"""Stored files. The bytes lie in Django's default storage under random keys; a row knows name, kind and owner."""

import hashlib
import secrets
import uuid
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from loket.files.contents import sniff
from loket.files.pictures import PREVIEW_TYPE, preview
from loket.guard.names import file_name
from loket.records.kinds import kind_of

HEAD = 8192
ERASED = "erased"
WAIT = timedelta(hours=24)
BATCH = 100
# Of one uploader as many files may wait as so many messages take, and as many bytes as one takes at most.
WAITING_MESSAGES = 3
# A worker that stood still for a week finds what was left meanwhile.
SWEPT_DAYS = range(2, 9)


class FileQuerySet(models.QuerySet):
    def waiting(self, uploader):
        """Files that ``uploader`` has uploaded and nothing has claimed yet, oldest first."""
        return self.filter(claimed_at=None, **_owner(uploader)).order_by("pk")

    def named(self, tokens):
        """Those with these ``tokens`` (texts, from anyone); what is no token names none."""
        return self.filter(token__in=[token for token in tokens if is_token(token)])

    def store(self, upload, *, uploader, draft="", largest=None):
        """Store ``upload`` (a Django UploadedFile or File) of ``uploader`` (a record, or None for a stranger), who writes
        the ``draft``: a page that shows the draft again lists what waits in it. The same file sent to the draft once more,
        as when the answer to a form was lost, is the one that waits there.

        Raises ValidationError, naming file and limit, when it is empty or larger than ``largest`` bytes, which is else
        settings.ATTACHMENT_MAX_BYTES, or when more than a few messages' worth of this uploader's files wait already.
        """
        name = file_name(upload.name)
        size, digest, head = _measure(upload, name, largest or settings.ATTACHMENT_MAX_BYTES)
        if not size:
            raise ValidationError(_("“%(name)s” is empty. Choose another file."), "empty", {"name": name})
        if draft and (same := self.waiting(uploader).filter(draft=draft, name=name, sha256=digest).first()):
            return same
        self._refuse_heap(self.waiting(uploader) if uploader else self.waiting(None).filter(draft=draft), size)
        return self._put(upload, name, size, digest, head, draft=draft, **_owner(uploader))

    def give_up(self, tokens, uploader):
        """Give up the waiting files with these ``tokens``; those claimed meanwhile stay."""
        with transaction.atomic(using=self.db):
            for file in self.waiting(uploader).named(tokens).select_for_update():
                file.erase()

    @staticmethod
    def _refuse_heap(files, size):
        """Raise when one more file of ``size`` bytes is too much beside ``files``: storage is not to be filled by who never
        sends. Strangers are no one person: of theirs, only one draft's are counted together.
        """
        most = settings.ATTACHMENT_MAX_COUNT
        waiting = files.aggregate(count=Count("pk"), size=Coalesce(Sum("size"), 0))
        if waiting["count"] >= WAITING_MESSAGES * most or waiting["size"] + size > most * settings.ATTACHMENT_MAX_BYTES:
            words = _(
                "Too many of your files wait to be sent. Send a message with those you have, or try again tomorrow."
            )
            raise ValidationError(words, "too_many_waiting")

    def keep(self, content, name, *, uploader=None):
        """Store ``content`` that came by another way than an upload, such as a part of a mail; claimed at once.

        Bytes, or a Django File, which is read in chunks. There is no limit here: what has been received is kept, even
        when it is empty.
        """
        stream, name = ContentFile(content, name="part") if isinstance(content, bytes) else content, file_name(name)
        size, digest, head = _measure(stream, name, None)
        return self._put(stream, name, size, digest, head, claimed_at=timezone.now(), **_owner(uploader))

    def claim(self, tokens, uploader):
        """Claim the waiting files with these ``tokens`` (UUIDs or their text) for one message; returns them in order.

        Raises ValidationError, claiming none, when a file is unknown, someone else's or claimed already, or when there
        are more than settings.ATTACHMENT_MAX_COUNT.
        """
        wanted = list(dict.fromkeys(_token(each) for each in tokens))
        if len(wanted) > settings.ATTACHMENT_MAX_COUNT:
            raise too_many_files()
        if not wanted:
            return []
        with transaction.atomic(using=self.db):
            found = {each.token: each for each in self.waiting(uploader).filter(token__in=wanted).select_for_update()}
            if len(found) != len(wanted):
                raise _gone()
            now = timezone.now()
            self.filter(pk__in=[each.pk for each in found.values()]).update(claimed_at=now)
        for each in found.values():
            each.claimed_at = now
        return [found[token] for token in wanted]

    def purge(self):
        """Delete a batch of unclaimed files older than a day, and of erased ones, with their bytes. Returns how many.

        Bytes go before rows: a crash in between leaves rows that the next purge finds, never bytes that nothing knows.
        """
        due = self.filter(Q(created_at__lt=timezone.now() - WAIT) | Q(uploader_kind=ERASED), claimed_at=None)
        with transaction.atomic(using=self.db):
            files = list(due.select_for_update(skip_locked=True).order_by("created_at")[:BATCH])
            for file in files:
                default_storage.delete(file.key)
                if file.preview_key:
                    default_storage.delete(file.preview_key)
            self.filter(pk__in=[file.pk for file in files]).delete()
        return len(files)

    def sweep(self):
        """Delete bytes whose row was rolled back, from the folders of recent, finished days. Returns how many."""
        return sum(self._sweep_folder(folder_of(timezone.now() - timedelta(days=ago))) for ago in SWEPT_DAYS)

    def _sweep_folder(self, folder):
        try:
            keys = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
        except FileNotFoundError:
            return 0
        known = set()
        for start in range(0, len(keys), 500):
            part = [key.removesuffix(".webp") for key in keys[start : start + 500]]
            known.update(self.filter(key__in=part).values_list("key", flat=True))
        lost = [key for key in keys if key.removesuffix(".webp") not in known]
        for key in lost:
            default_storage.delete(key)
        return len(lost)

    def _put(self, stream, name, size, digest, head, **fields):
        """Write the bytes, then the row. Bytes whose row is rolled back are swept later."""
        content_type = sniff(head, name)
        small = preview(_rewound(stream), content_type)
        key = default_storage.save(new_key(), _rewound(stream))
        preview_key = default_storage.save(f"{key}.webp", ContentFile(small)) if small else ""
        return self.create(
            name=name, size=size, sha256=digest, content_type=content_type, key=key, preview_key=preview_key, **fields
        )


class File(models.Model):
    """A stored file. It waits until a message claims it; what nobody claims within a day is purged.

    Uploader is a kind and an id; the kind is empty for strangers. ``draft`` names what it was attached to by then.
    """

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=150)
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    key = models.CharField(max_length=100, unique=True)
    preview_key = models.CharField(max_length=105, blank=True)
    uploader_kind = models.CharField(max_length=30, blank=True)
    uploader_id = models.PositiveBigIntegerField(null=True)
    draft = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    claimed_at = models.DateTimeField(null=True)

    objects = FileQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("created_at", name="file_unclaimed", condition=Q(claimed_at=None))]

    def __str__(self):
        return self.name

    @property
    def fingerprint(self):
        """Name and content: what is equal when one file was sent twice."""
        return f"{self.name} {self.sha256}"

    @property
    def is_pdf(self):
        return self.content_type == "application/pdf"

    @property
    def has_preview(self):
        return bool(self.preview_key)

    @property
    def can_be_shown(self):
        """Whether a browser may show it: a picture as its harmless copy, a PDF in its viewer."""
        return self.has_preview or self.is_pdf

    @property
    def preview_type(self):
        """The content type of the preview, whatever the file's own is."""
        return PREVIEW_TYPE

    def open(self):
        """The bytes as a stream (a Django File); the caller closes it."""
        return default_storage.open(self.key, "rb")

    def open_preview(self):
        """The re-encoded picture as a stream; the caller closes it. Only when ``has_preview``."""
        return default_storage.open(self.preview_key, "rb")

    def erase(self):
        """Give this file up: nobody can claim it again, and the next purge deletes row and bytes.

        Rows that point here go first. Bytes outlive a rollback this way and are never forgotten after a crash.
        """
        self.claimed_at, self.uploader_kind, self.uploader_id, self.name, self.draft = None, ERASED, None, "file", ""
        self.save(update_fields=["claimed_at", "uploader_kind", "uploader_id", "name", "draft"])


def is_token(text):
    """Whether ``text`` can be the token of a file."""
    try:
        return bool(uuid.UUID(str(text)))
    except ValueError:
        return False


def new_key():
    """A random key within a folder of the day: the sweep lists a few days, never the whole storage."""
    return f"{folder_of(timezone.now())}/{secrets.token_hex(20)}"


def folder_of(moment):
    """The folder for what is stored on that day (UTC)."""
    return f"{moment:%Y/%m/%d}"


def too_large(name, limit):
    """The ValidationError for a file of more than ``limit`` bytes."""
    size = f"{limit // 1_000_000} MB" if limit >= 1_000_000 else filesizeformat(limit)
    words = _("“%(name)s” is larger than %(limit)s. Send a smaller file.")
    return ValidationError(words, "too_large", {"name": name, "limit": size})


def too_many_files(most=None):
    """The ValidationError for more files than one message may have, or ``most``."""
    most = most or settings.ATTACHMENT_MAX_COUNT
    words = ngettext(
        "A message takes at most %(most)s file. Remove the others.",
        "A message takes at most %(most)s files. Remove some.",
        most,
    )
    return ValidationError(words, "too_many_files", {"most": most})


def left_out(names, most):
    """The ValidationError for files that came beyond the ``most`` that a message may have."""
    words = ngettext(
        "A message takes at most %(most)s file. Left out: %(names)s.",
        "A message takes at most %(most)s files. Left out: %(names)s.",
        most,
    )
    return ValidationError(words, "left_out", {"most": most, "names": ", ".join(file_name(name) for name in names)})


def _gone():
    return ValidationError(_("An attached file is no longer there. Remove it and attach it again."), "gone")


def _owner(uploader):
    if uploader is None:
        return {"uploader_kind": "", "uploader_id": None}
    return {"uploader_kind": kind_of(uploader), "uploader_id": uploader.pk}


def _token(value):
    try:
        return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))
    except ValueError:
        raise _gone() from None


def _rewound(stream):
    stream.seek(0)
    return stream


def _measure(stream, name, limit):
    """Size, sha256 (hex) and the first bytes of ``stream``, read in chunks. Raises ValidationError above ``limit``."""
    size, digest, head = 0, hashlib.sha256(), b""
    for chunk in stream.chunks():
        size += len(chunk)
        if limit is not None and size > limit:
            raise too_large(name, limit)
        digest.update(chunk)
        if len(head) < HEAD:
            head = (head + bytes(chunk))[:HEAD]
    return size, digest.hexdigest(), head
