"""What an agent was told, and of what each wants to be told."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from loket.tickets.models import Ticket


class Kind(models.TextChoices):
    """Of what agents are told."""

    NEW = "new", _("A new ticket in an inbox of mine")
    ASSIGNED = "assigned", _("A ticket was assigned to me")
    MENTIONED = "mentioned", _("Somebody mentioned me")
    REPLIED = "replied", _("A customer replied to a ticket of mine")


def in_desk_by_default():
    return list(Kind.values)


def by_mail_by_default():
    return [Kind.ASSIGNED.value, Kind.MENTIONED.value, Kind.REPLIED.value]


class NoticeChoice(models.Model):
    """An agent's choice. Without a row the defaults hold. ``inboxes`` are ids; none chosen means all of them."""

    agent = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_choice")
    in_desk = models.JSONField(default=in_desk_by_default, blank=True)
    by_mail = models.JSONField(default=by_mail_by_default, blank=True)
    inboxes = models.JSONField(default=list, blank=True)

    def __str__(self):
        return str(self.agent)

    @classmethod
    def of(cls, agent):
        """The agent's choice, saved or not yet."""
        return getattr(agent, "notice_choice", None) or cls(agent=agent)

    def choose(self, *, in_desk, by_mail, inboxes):
        """Choose anew. It is the agent's own affair: history does not tell of it."""
        self.in_desk, self.by_mail, self.inboxes = sorted(in_desk), sorted(by_mail), sorted(inboxes)
        self.save()

    def follows(self, inbox_id):
        """Whether an inbox is one of the agent's."""
        return not self.inboxes or inbox_id in self.inboxes


class NoticeQuerySet(models.QuerySet):
    def unread(self):
        return self.filter(read_at=None)

    def newest_first(self):
        return self.order_by("-pk")

    def mark_read(self):
        """Note that these were read; they stay in the list."""
        return self.unread().exists() and self.unread().update(read_at=timezone.now())


class Notice(models.Model):
    """That ``agent`` was told of something about ``ticket``. ``key`` names the event: nobody is told of it twice."""

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    actor_name = models.CharField(max_length=255, blank=True)
    key = models.CharField(max_length=60)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "key"], name="notice_once")]
        indexes = [
            models.Index(fields=["agent", "-id"], name="notice_newest"),
            models.Index(fields=["agent"], name="notice_unread", condition=Q(read_at=None)),
        ]

    def __str__(self):
        return f"{self.kind} {self.ticket_id}"
