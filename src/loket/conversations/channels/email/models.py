"""Mailboxes, the mails that came, and the addresses that lead an answer home."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from loket.conversations.channels.email.reply_addresses import ReplyAddress as ReplyAddress
from loket.conversations.models import Comment, Inbox, Message
from loket.files.models import File
from loket.guard.secrets import locked, unlocked
from loket.history.models import record
from loket.history.settable import Settable
from loket.people.addresses import clean_address
from loket.tickets.models import Status, Ticket

LEASE, MAILBOX_LEASE = timedelta(minutes=5), timedelta(minutes=1)
# A mail that ended its reader so often is not read again until somebody releases it.
MOST_TRIES = 3
KEPT_DAYS = 90


class EmailChannelQuerySet(models.QuerySet):
    def due(self, now):
        """Mailboxes to look into now, in no worker's hands."""
        free = Q(leased_until=None) | Q(leased_until__lte=now)
        return self.filter(free, is_on=True, method=EmailChannel.Method.IMAP, next_try_at__lte=now).order_by(
            "next_try_at"
        )

    def answering(self, inbox):
        """The channel through which answers to an inbox's mails come in, or None."""
        return self.filter(inbox=inbox, is_on=True).order_by("pk").first()

    def lease(self, now):
        """Take the next due mailbox for a while; None when there is none."""
        if not self.due(now).exists():
            return None
        with transaction.atomic():
            channel = self.due(now).select_for_update(skip_locked=True, of=("self",)).first()
            if channel:
                channel.renew(now)
        return channel


class EmailChannel(Settable):
    """An address through which mail comes into an inbox: by a pipe from a mail server, or fetched from a mailbox.

    ``secret`` is a password, or a refresh token with OAuth, encrypted. ``server_id`` is the name under which our own
    mail server signs its Authentication-Results (RFC 8601); without it nobody counts as authenticated.
    """

    class Method(models.TextChoices):
        PIPE = "pipe", _("A mail server hands it over")
        IMAP = "imap", _("Fetched by IMAP")

    class Security(models.TextChoices):
        TLS = "tls", _("TLS")
        STARTTLS = "starttls", _("STARTTLS")
        NONE = "none", _("None")

    class SignIn(models.TextChoices):
        PASSWORD = "password", _("Password")
        GOOGLE = "google", _("Google (OAuth)")
        MICROSOFT = "microsoft", _("Microsoft (OAuth)")

    MAILBOX = ("method", "host", "username", "folder")

    inbox = models.ForeignKey(Inbox, models.PROTECT, related_name="email_channels")
    address = models.CharField(_("Address"), max_length=254, unique=True)
    is_on = models.BooleanField(_("On"), default=True)
    status = models.ForeignKey(Status, models.PROTECT, null=True, blank=True, related_name="+")
    method = models.CharField(max_length=10, choices=Method, default=Method.PIPE)
    host = models.CharField(_("Server"), max_length=253, blank=True)
    port = models.PositiveIntegerField(_("Port"), default=993)
    security = models.CharField(_("Encryption"), max_length=10, choices=Security, default=Security.TLS)
    username = models.CharField(_("User name"), max_length=254, blank=True)
    sign_in = models.CharField(_("Sign-in"), max_length=10, choices=SignIn, default=SignIn.PASSWORD)
    client_id = models.CharField(_("Client ID"), max_length=200, blank=True)
    tenant = models.CharField(_("Tenant"), max_length=100, blank=True)
    folder = models.CharField(_("Folder"), max_length=200, default="INBOX")
    server_id = models.CharField(_("Name of our mail server"), max_length=253, blank=True)
    secret = models.TextField(blank=True, editable=False)
    client_secret = models.TextField(blank=True, editable=False)
    uidvalidity = models.BigIntegerField(null=True, editable=False)
    last_uid = models.BigIntegerField(default=0, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)
    next_try_at = models.DateTimeField(default=timezone.now, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    error = models.CharField(max_length=300, blank=True, editable=False)
    checked_at = models.DateTimeField(null=True, editable=False)

    objects = EmailChannelQuerySet.as_manager()

    class Meta:
        ordering = ["address"]

    def __str__(self):
        return self.address

    def save(self, **kwargs):
        self.address = clean_address(self.address)
        super().save(**kwargs)

    def clean(self):
        self.address = clean_address(self.address)
        if self.method == self.Method.IMAP and not (self.host and self.username):
            raise ValidationError(_("Fetching by IMAP needs a server and a user name."))

    def change(self, values, *, secret="", client_secret="", by):
        """Change settings as ``set`` does, and the secrets that are given; history learns that, not what they are.

        Another mailbox is read from its beginning: numbers of the old one say nothing of it.
        """
        with transaction.atomic():
            if self.pk and any(values.get(name, getattr(self, name)) != getattr(self, name) for name in self.MAILBOX):
                self.uidvalidity, self.last_uid = None, 0
                Mail.objects.filter(channel=self).exclude(uid=None).update(uidvalidity=None, uid=None)
            self.keep_secret(secret, client_secret)
            self.next_try_at, self.failures, self.error = timezone.now(), 0, ""
            self.set(values, by=by)
            self.save()
            if secret or client_secret:
                record(self, "secret_changed", by=by)

    def keep_secret(self, secret, client_secret=""):
        """Lock the password or refresh token; it is never shown again."""
        self.secret = locked(secret) if secret else self.secret
        self.client_secret = locked(client_secret) if client_secret else self.client_secret

    @property
    def password(self):
        """The password or refresh token in the clear. Raises ValueError when it was locked with another key."""
        return unlocked(self.secret) if self.secret else ""

    @property
    def client_password(self):
        """The client secret of OAuth in the clear."""
        return unlocked(self.client_secret) if self.client_secret else ""

    def renew(self, now=None):
        """Keep the lease for another while. False when another worker has it."""
        mine = EmailChannel.objects.filter(pk=self.pk, leased_until=self.leased_until)
        self.leased_until = (now or timezone.now()) + MAILBOX_LEASE
        return bool(mine.update(leased_until=self.leased_until))

    def mark_checked(self, pause):
        """All is well; look again after ``pause`` (a timedelta)."""
        now = timezone.now()
        self._settle(error="", failures=0, checked_at=now, next_try_at=now + pause)

    def mark_failed(self, error):
        """It did not work: try again after a growing pause of at most half an hour."""
        pause = timedelta(seconds=min(10 * 2 ** min(self.failures, 10), 1800))
        self._settle(error=error[:300], failures=self.failures + 1, next_try_at=timezone.now() + pause)

    def _settle(self, **columns):
        EmailChannel.objects.filter(pk=self.pk).update(leased_until=None, **columns)
        self.refresh_from_db()

    def move_to(self, uidvalidity, uid):
        """Note up to where the mailbox has been fetched."""
        self.uidvalidity, self.last_uid = uidvalidity, uid
        self.save(update_fields=["uidvalidity", "last_uid"])

    def reply_address(self, token):
        """The address that an answer goes to: ``help+token@example.com``."""
        local, _at, domain = self.address.rpartition("@")
        return f"{local}+{token}@{domain}"


class MailQuerySet(models.QuerySet):
    def due(self, now):
        """To be read now, in the order in which they came."""
        free = Q(leased_until=None) | Q(leased_until__lte=now)
        return self.filter(free, state=Mail.State.WAITING, next_try_at__lte=now).order_by("next_try_at", "pk")

    def lease(self, now, *, only=None):
        """Take the next due mail, or ``only`` this one, for LEASE and count the try; None when there is none."""
        due = self.due(now).filter(pk=only.pk) if only else self.due(now)
        if not due.exists():  # an idle look must not take SQLite's write lock
            return None
        with transaction.atomic():
            mail = due.select_for_update(skip_locked=True, of=("self",)).first()
            if mail:
                mail.attempts, mail.leased_until = mail.attempts + 1, now + LEASE
                mail.save(update_fields=["attempts", "leased_until"])
        return mail

    def in_bin(self):
        return self.exclude(binned_at=None)

    def kept(self):
        return self.filter(binned_at=None)

    def quarantined(self):
        return self.kept().filter(state=Mail.State.QUARANTINED)

    def spam(self):
        return self.kept().filter(state=Mail.State.SPAM)

    def machine(self):
        return self.kept().filter(state=Mail.State.MACHINE)

    def newest_first(self):
        return self.order_by("-pk")


class Mail(models.Model):
    """One mail as it came: ``raw`` holds its bytes, whole unless it was too large to fetch.

    Unique by mailbox, UIDVALIDITY and UID; by the pipe, by its bytes. ``fingerprint`` finds copies of one mail that came
    by several ways, ``called`` is its Message-ID. ``reason`` says in one word why it lies where it lies, ``note`` what a person should know besides.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting to be read")
        TAKEN = "taken", _("In a ticket")
        MACHINE = "machine", _("Written by a machine")
        QUARANTINED = "quarantined", _("In quarantine")
        SPAM = "spam", _("Spam")
        COPY = "copy", _("Copy of another")

    inbox = models.ForeignKey(Inbox, models.PROTECT, related_name="mails")
    channel = models.ForeignKey(EmailChannel, models.SET_NULL, null=True, related_name="mails")
    uidvalidity = models.BigIntegerField(null=True)
    uid = models.BigIntegerField(null=True)
    raw = models.ForeignKey(File, models.PROTECT, related_name="+")
    is_whole = models.BooleanField(default=True)
    fingerprint = models.CharField(max_length=64, blank=True, db_index=True)
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=30, blank=True)
    note = models.CharField(max_length=500, blank=True)
    sender = models.CharField(max_length=320, blank=True)
    subject = models.CharField(max_length=500, blank=True)
    called = models.CharField(max_length=600, blank=True)
    ticket = models.ForeignKey(Ticket, models.SET_NULL, null=True, related_name="mails")
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="mails")
    comment = models.ForeignKey(Comment, models.SET_NULL, null=True, related_name="mails")
    arrived_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    binned_at = models.DateTimeField(null=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "uidvalidity", "uid"], name="mail_uid"),
        ]
        indexes = [
            models.Index(fields=["next_try_at", "id"], condition=Q(state="waiting"), name="mail_waiting"),
            models.Index(fields=["state", "-id"], name="mail_of_state"),
        ]

    def __str__(self):
        return self.subject or f"#{self.pk}"

    def put(self, state, reason="", note="", **where):
        """Say where the mail ended; call it in the transaction of what was made of it."""
        self.state, self.reason, self.note, self.leased_until = state, reason, note[:500], None
        for name, value in where.items():
            setattr(self, name, value)
        self.save()

    def release(self, *, by):
        """An agent vouches for it: it is read again, and neither suspected nor taken for a machine's."""
        if self.state in (self.State.WAITING, self.State.TAKEN):
            return
        with transaction.atomic():
            self.released_at, self.attempts, self.next_try_at, self.binned_at = timezone.now(), 0, timezone.now(), None
            record(self, "mail_released", by=by, reason=self.reason)
            # One that was never fetched whole stays until it is.
            self.put(
                self.State.WAITING if self.is_whole else self.State.QUARANTINED, "" if self.is_whole else "fetching"
            )

    def mark_spam(self, *, by):
        """To the spam. What became a ticket stays one."""
        if self.state in (self.State.SPAM, self.State.TAKEN):
            return
        with transaction.atomic():
            record(self, "mail_marked_spam", by=by)
            self.put(self.State.SPAM, "marked")

    def discard(self, *, by):
        """To the bin, where it lies for 90 days."""
        if self.binned_at or self.state in (self.State.WAITING, self.State.TAKEN):
            return
        with transaction.atomic():
            self.binned_at = timezone.now()
            record(self, "mail_discarded", by=by)
            self.save(update_fields=["binned_at"])

    def restore(self, *, by):
        """Back out of the bin, to where it lay."""
        if not self.binned_at:
            return
        with transaction.atomic():
            self.binned_at = None
            record(self, "mail_restored", by=by)
            self.save(update_fields=["binned_at"])


def reply_to(inbox, ticket, *, contact=None, agent=None):
    """The Reply-To for a mail to this person about ``ticket``; None when the inbox has no e-mail channel."""
    channel = EmailChannel.objects.answering(inbox)
    return channel and channel.reply_address(ReplyAddress.of(ticket, contact=contact, agent=agent).token)


def replies_to(inbox, ticket, agents):
    """{agent: the Reply-To for their mails about ``ticket``}; empty when the inbox has no e-mail channel."""
    channel = EmailChannel.objects.answering(inbox)
    tokens = ReplyAddress.tokens(ticket, agents) if channel else {}
    return {agent: channel.reply_address(tokens[agent.pk]) for agent in agents if agent.pk in tokens}


class SenderRule(Settable):
    """An address, or a whole domain, that an inbox always lets in or never."""

    class Verdict(models.TextChoices):
        ALLOW = "allow", _("Let in")
        DENY = "deny", _("Keep out")

    inbox = models.ForeignKey(Inbox, models.CASCADE, related_name="sender_rules")
    pattern = models.CharField(_("Address or domain"), max_length=254)
    verdict = models.CharField(max_length=5, choices=Verdict)

    class Meta:
        ordering = ["pattern"]
        constraints = [models.UniqueConstraint(fields=["inbox", "pattern"], name="sender_rule")]

    def __str__(self):
        return self.pattern

    def save(self, **kwargs):
        self.pattern = self.pattern.strip().lower().removeprefix("@")
        super().save(**kwargs)

    @classmethod
    def verdict_on(cls, inbox, address):
        """What the lists of ``inbox`` say of ``address``: the address itself goes before its domain; None when nothing."""
        domain = address.rpartition("@")[2].lower()
        parents = [domain, *(domain.split(".", n)[n] for n in range(1, domain.count(".")))]
        found = dict(
            cls.objects.filter(inbox=inbox, pattern__in=[address.lower(), *parents]).values_list("pattern", "verdict")
        )
        return next((found[each] for each in (address.lower(), *parents) if each in found), None)


class InboxRule(Settable):
    """D7: a mail with all these words in its From, To or Cc, and Subject is internal: it becomes a comment."""

    inbox = models.ForeignKey(Inbox, models.CASCADE, related_name="rules")
    sender = models.CharField(_("From holds"), max_length=254, blank=True)
    recipient = models.CharField(_("To or Cc holds"), max_length=254, blank=True)
    subject = models.CharField(_("Subject holds"), max_length=254, blank=True)

    class Meta:
        ordering = ["pk"]

    def clean(self):
        if not (self.sender or self.recipient or self.subject):
            raise ValidationError(_("Say at least one thing that the mail must hold."))

    def fits(self, sender, recipients, subject):
        """Whether a mail is meant, capitals alike."""
        wanted = ((self.sender, sender), (self.recipient, " ".join(recipients)), (self.subject, subject))
        asked = [(part.lower(), whole.lower()) for part, whole in wanted if part]
        return bool(asked) and all(part in whole for part, whole in asked)

    def __str__(self):
        return ", ".join(filter(None, (self.sender, self.recipient, self.subject)))
