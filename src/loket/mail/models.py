"""Letters that leave, and one delivery per recipient with all that is known of it."""

from datetime import timedelta

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from loket.history import models as history
from loket.mail.relays import Relay as Relay
from loket.mail.signing import SigningKey as SigningKey
from loket.records.kinds import kind_of

# A killed worker's delivery is tried again after this; a living worker renews its lease while it waits for a slow server.
LEASE = timedelta(minutes=2)
# Pauses after a temporary failure: 5 days in all, then the delivery has failed.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, *[240] * 30)]


class LetterQuerySet(models.QuerySet):
    def about(self, record):
        """Letters about ``record``, oldest first."""
        return self.filter(about_kind=kind_of(record), about_id=record.pk).order_by("created_at", "pk")

    def addressed_to(self, address):
        """Letters with a delivery to ``address``, as it was written."""
        return self.filter(pk__in=Delivery.objects.filter(address=address).values("letter"))


class Letter(models.Model):
    """One mail as it leaves. ``raw`` is the whole RFC 5322 message, made once, so that every try sends the same.

    A private letter may hold a sign-in link: ``text`` and ``raw`` are never shown in the desk, and forgotten when no
    delivery waits any more. Without a ``relay`` it leaves through the installation's mail server.
    """

    relay = models.ForeignKey(Relay, models.SET_NULL, null=True, related_name="+")
    message_id = models.CharField(max_length=600, unique=True)
    key = models.CharField(max_length=200, unique=True, null=True)
    sender = models.CharField(max_length=600)
    reply_to = models.CharField(max_length=600, blank=True)
    to = models.TextField(blank=True)
    subject = models.TextField(blank=True)
    text = models.TextField(blank=True)
    raw = models.BinaryField()
    about_kind = models.CharField(max_length=20, blank=True)
    about_id = models.BigIntegerField(null=True)
    is_private = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = LetterQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["about_kind", "about_id"], name="letter_about")]

    def __str__(self):
        return self.subject

    def forget_secrets(self):
        """Blank a private letter that no delivery waits for any more."""
        if not self.is_private:
            return
        with transaction.atomic():
            # Locked, so that of two last deliveries that end at once the second one sees the first.
            waiting = Letter.objects.select_for_update().get(pk=self.pk).deliveries.queued()
            if not waiting.exists():
                Letter.objects.filter(pk=self.pk).update(raw=b"", text="")


class DeliveryQuerySet(models.QuerySet):
    def queued(self):
        """Neither sent, nor failed, nor cancelled."""
        return self.filter(state=Delivery.State.QUEUED)

    def unleased(self, now):
        """In no worker's hands."""
        return self.filter(Q(leased_until=None) | Q(leased_until__lte=now))

    def sent_since(self, moment):
        """Taken by the mail server at ``moment`` or later."""
        return self.filter(state=Delivery.State.SENT, sent_at__gte=moment)

    def held(self):
        """Waiting because too much left in an hour (caps.py)."""
        return self.queued().exclude(held="")

    def failed(self):
        """Given up, by the mail server or after five days."""
        return self.filter(state=Delivery.State.FAILED)

    def due(self, now):
        """To be tried now, the longest waiting first."""
        return self.queued().unleased(now).filter(next_try_at__lte=now).order_by("next_try_at", "pk")

    def through(self, relay_id):
        """Leaving through this relay, or with None through the installation's mail server."""
        return self.filter(letter__relay=relay_id)

    def about(self, record):
        """Deliveries of letters about ``record``, oldest first."""
        letters = {"letter__about_kind": kind_of(record), "letter__about_id": record.pk}
        return self.filter(**letters).select_related("letter").order_by("pk")

    def newest_first(self):
        return self.order_by("-pk")

    def lease(self, now):
        """Take the next due delivery of these for LEASE and count the try; None when nothing is due.

        The next try is set as if this one failed: a letter that kills its worker comes back ever less often.
        """
        if not self.due(now).exists():  # an idle look must not take SQLite's write lock
            return None
        with transaction.atomic():
            delivery = self.due(now).select_for_update(skip_locked=True, of=("self",)).first()
            if delivery:
                delivery.attempts += 1
                delivery.leased_until = now + LEASE
                delivery.next_try_at = now + PAUSES[min(delivery.attempts, len(PAUSES)) - 1]
                delivery.held = ""
                delivery.save(update_fields=["attempts", "leased_until", "next_try_at", "held"])
        return delivery


class Delivery(models.Model):
    """A letter's way to one recipient. ``error`` is what went wrong last: one short line without secrets."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    class Held(models.TextChoices):
        ADDRESS = "address", _("Too many mails to one address")
        ALL = "all", _("Too many mails in all")

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="deliveries")
    address = models.CharField(max_length=320)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)
    held = models.CharField(max_length=10, choices=Held, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state="queued"), name="delivery_due"),
            models.Index(fields=["address"], name="delivery_address"),
            models.Index(fields=["sent_at"], condition=Q(state="sent"), name="delivery_sent"),
        ]

    def __str__(self):
        return self.address

    @property
    def can_retry(self):
        """Whether a try now makes sense: not sent, and not a private letter whose text is forgotten."""
        return self.state != self.State.SENT and bool(self.letter.raw)

    def retry(self, *, by):
        """Try again now, from the first pause on. Does nothing when it is sent, forgotten, or being sent."""
        now = timezone.now()
        rows = type(self).objects.filter(pk=self.pk).exclude(state=self.State.SENT).exclude(letter__raw=b"")
        fresh = {"state": self.State.QUEUED, "attempts": 0, "next_try_at": now, "leased_until": None, "error": ""}
        fresh["held"] = ""
        self._change(rows.unleased(now), "mail_retried", by, **fresh)

    def cancel(self, *, by):
        """Send no more. Does nothing when it waits no more."""
        rows = type(self).objects.filter(pk=self.pk).queued()
        self._change(rows, "mail_cancelled", by, state=self.State.CANCELLED)

    def _change(self, rows, verb, by, **columns):
        with transaction.atomic():
            if rows.update(**columns):
                history.record(self.letter, verb, by=by, address=self.address)
                self.letter.forget_secrets()
        self.refresh_from_db()

    def renew(self):
        """Keep the lease for another LEASE. False when it is lost or the delivery was cancelled: do not send then."""
        until = timezone.now() + LEASE
        mine = self._mine().update(leased_until=until)
        self.leased_until = until
        return bool(mine)

    def _mine(self):
        return type(self).objects.queued().filter(pk=self.pk, leased_until=self.leased_until)

    def mark_sent(self):
        """The server has it: true whatever became of the lease."""
        rows = type(self).objects.filter(pk=self.pk)
        self._end(rows, state=self.State.SENT, sent_at=timezone.now(), error="")

    def put_back(self):
        """It was not tried after all: due as before."""
        self._mine().update(leased_until=None, attempts=self.attempts - 1, next_try_at=timezone.now())

    def mark_postponed(self, error):
        """A temporary failure: wait for the pause that ``lease`` has set, or give up when there is none left."""
        if self.attempts > len(PAUSES):
            self.mark_failed(error)
        else:
            self._mine().update(leased_until=None, error=error[:300])

    def mark_failed(self, error):
        """A permanent failure."""
        self._end(self._mine(), state=self.State.FAILED, error=error[:300])

    def _end(self, rows, **columns):
        with transaction.atomic():
            rows.update(leased_until=None, **columns)
            self.letter.forget_secrets()


class SpanQuerySet(models.QuerySet):
    def lasting(self):
        return self.filter(ended_at=None)

    def current(self):
        """The newest that lasts, or None."""
        return self.lasting().order_by("-pk").first()


class Pause(models.Model):
    """A time in which workers stand still: nothing is mailed, fetched or tidied away until somebody says so.

    A restored backup begins with one. What waits in it may have been mailed by the installation that it comes from, which
    may even be running still, with the same mailbox and the same store of files.
    """

    reason = models.CharField(max_length=200)
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=200, blank=True)

    objects = SpanQuerySet.as_manager()

    def __str__(self):
        return self.reason

    def waiting(self):
        """Deliveries that waited already when this pause began."""
        return Delivery.objects.queued().filter(letter__created_at__lte=self.started_at)

    def end(self, *, by, cancel_waiting=False):
        """Let workers go on. ``by`` is an agent, or None in the shell; ``cancel_waiting`` drops the mail that waited."""
        with transaction.atomic():
            # All of them: a backup that was made in a pause brings that one along.
            if not type(self).objects.lasting().update(ended_at=timezone.now(), ended_by=str(by or "shell")[:200]):
                return
            for delivery in self.waiting().select_related("letter") if cancel_waiting else ():
                delivery.cancel(by=by)


class OutageQuerySet(SpanQuerySet):
    def of(self, relay):
        """Those of ``relay``, or with None of the installation's mail server."""
        return self.filter(relay=relay)

    def begin(self, error, relay=None):
        """The mail server takes nothing at all, for the reason ``error``; a lasting outage is one row."""
        if not self.of(relay).lasting().update(error=error[:300]):
            self.create(error=error[:300], relay=relay)

    def end(self, relay=None):
        """It takes mail again."""
        mine = self.of(relay)
        if mine.current():  # a look first: an update takes SQLite's write lock though there is nothing to change
            mine.lasting().update(ended_at=timezone.now())


class Outage(models.Model):
    """A time in which a mail server was out of reach. ``error`` is one line without secrets."""

    relay = models.ForeignKey(Relay, models.CASCADE, null=True, related_name="outages")
    error = models.CharField(max_length=300)
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    objects = OutageQuerySet.as_manager()

    def __str__(self):
        return self.error
