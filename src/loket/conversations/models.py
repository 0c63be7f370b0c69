"""Inboxes, conversations, and what was said in them."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Subquery
from django.db.models.functions import Left
from django.dispatch import Signal
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from loket.conversations.wording import MailPolicy as MailPolicy
from loket.files.models import File
from loket.history.settable import Settable
from loket.mail.models import Relay
from loket.people.models import Contact
from loket.portals.models import Portal
from loket.tickets.models import Ticket
from loket.tickets.policies import Policy

said = Signal()
"""Sent inside the transaction after a message arrived or left. Argument: ``message``."""


class Inbox(Settable):
    """Where conversations arrive. A help desk is an inbox with ticket views: agents can narrow the desk to it.

    What is written in it leaves through ``relay``; without one through the installation's mail server.
    """

    name = models.CharField(max_length=100, unique=True)
    is_help_desk = models.BooleanField(default=True)
    relay = models.ForeignKey(Relay, models.PROTECT, null=True, blank=True, related_name="inboxes")

    class Meta:
        verbose_name_plural = "inboxes"
        ordering = ["name"]

    def __str__(self):
        return self.name

    def unique_error_message(self, model_class, unique_check):
        return ValidationError(_("There is an inbox of this name already."), code="unique")

    def narrow(self, tickets):
        """Those of ``tickets`` that have a conversation in this inbox."""
        return tickets.filter(Exists(Thread.objects.filter(ticket=OuterRef("pk"), inbox=self)))


class RoutingPolicy(Policy):
    """P5: the inbox that gets what customers write in a portal."""

    inbox = models.ForeignKey(Inbox, models.PROTECT, related_name="+")


class ThreadQuerySet(models.QuerySet):
    def open(self, *, ticket, inbox, **values):
        """A new conversation of ``ticket``. Customers see it when it is the original, the ticket's first one (T9)."""
        is_first = not self.filter(ticket=ticket).exists()
        return self.create(ticket=ticket, inbox=inbox, **{"subject": ticket.subject, "is_shown": is_first} | values)

    def shown(self):
        """Conversations that customers see (T9)."""
        return self.filter(is_shown=True).exclude(ticket=None)

    def in_order(self):
        return self.order_by("created_at", "pk")


class Thread(models.Model):
    """A conversation in an inbox, perhaps of a ticket. ``portal`` is where it was filed, if in one.

    ``is_shown``: customers see it (T9). Only a ticket's original is, until an agent chooses (``showing.py``). It stands on
    the row, so that when the one they saw is gone, no other takes its place.
    """

    inbox = models.ForeignKey(Inbox, models.PROTECT, related_name="threads")
    ticket = models.ForeignKey(Ticket, models.CASCADE, null=True, blank=True, related_name="threads", db_index=False)
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="threads")
    portal = models.ForeignKey(Portal, models.SET_NULL, null=True, blank=True, related_name="+")
    subject = models.CharField(max_length=500, blank=True)
    is_shown = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["ticket", "created_at", "id"], name="thread_of_ticket")]

    def __str__(self):
        return self.subject


class Channel(models.TextChoices):
    """How words came or went."""

    PORTAL = "portal", _("Portal")
    FORM = "form", _("Form")
    EMAIL = "email", _("E-mail")
    DESK = "desk", _("Desk")
    IMPORT = "import", _("Import")


class MessageQuerySet(models.QuerySet):
    def shown(self):
        """Messages of the conversations that customers see, but for those of strangers."""
        return self.filter(thread__is_shown=True, withheld_at=None).exclude(thread__ticket=None)

    def shown_of(self, ticket_pk):
        """Messages that customers see of one ticket, which the caller has found in sight, with who wrote them."""
        return self.shown().filter(thread__ticket=ticket_pk).select_related("agent", "contact")

    def visible_to(self, contact, portal):
        """Messages that ``contact`` may read in ``portal``: shown ones of tickets in sight."""
        seen = Ticket.objects.visible_to(contact, portal).filter(pk=OuterRef("thread__ticket"))
        return self.shown().filter(Exists(seen))

    def visible_to_agent(self, agent):
        """Messages of the tickets that ``agent`` sees."""
        return self.filter(thread__ticket__in=Ticket.objects.visible_to_agent(agent))

    def in_order(self):
        return self.order_by("created_at", "pk")

    def last_of(self, tickets):
        """The last of these messages of each ticket, by ticket id: without markup, ``line`` is how it begins."""
        newest = self.filter(thread__ticket=OuterRef("pk")).order_by("-created_at", "-pk").values("pk")[:1]
        last = Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).values_list(Subquery(newest))
        found = self.filter(pk__in=last).annotate(ticket_id=F("thread__ticket"), line=Left("text", 200))
        found = found.defer("html", "text", "quoted")
        return {message.ticket_id: message for message in found}


class Message(models.Model):
    """What a customer (``contact``) or an agent (``agent``) said to the other; customers may read it.

    ``html`` is clean; ``text`` is the same in plain text; ``quoted`` the quoted history in clean HTML; ``pictures`` what
    the marks in both stand for (see pictures.py). ``token`` comes with the rendered form: sent twice, it is one message.
    ``withheld_at`` is set on what a stranger wrote into a ticket: customers do not see it.
    """

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="messages", db_index=False)
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="messages")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    is_incoming = models.BooleanField()
    author_name = models.CharField(max_length=255, blank=True)
    channel = models.CharField(max_length=10, choices=Channel)
    html = models.TextField(blank=True)
    text = models.TextField(blank=True)
    quoted = models.TextField(blank=True)
    pictures = models.JSONField(default=list, blank=True)
    withheld_at = models.DateTimeField(null=True, blank=True)
    token = models.CharField(max_length=64, null=True, blank=True, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["thread", "created_at", "id"], name="message_of_thread")]

    def __str__(self):
        return Truncator(self.text).chars(80)

    def attach(self, files):
        """Attach claimed files, in their order."""
        Attachment.objects.bulk_create(
            Attachment(message=self, file=file, position=position) for position, file in enumerate(files)
        )


class AttachmentQuerySet(models.QuerySet):
    def visible_to(self, contact, portal):
        """Attachments of the messages that ``contact`` may read in ``portal``."""
        return self.filter(Exists(Message.objects.visible_to(contact, portal).filter(pk=OuterRef("message"))))

    def shown_of(self, ticket_pk):
        """Attachments of the messages that customers see of one ticket, found in sight, with their files, in order."""
        messages = Message.objects.shown().filter(thread__ticket=ticket_pk)
        return self.filter(message__in=messages).select_related("file").order_by("position", "pk")

    def visible_to_agent(self, agent):
        """Attachments of the tickets that ``agent`` sees."""
        return self.filter(message__in=Message.objects.visible_to_agent(agent))


class Attachment(models.Model):
    """A file that came with a message."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    file = models.ForeignKey(File, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self):
        return self.file.name


class Comment(models.Model):
    """An agent's internal words on a conversation. Never reaches a customer: no rule here yields it to one."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="comments", db_index=False)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=255, blank=True)
    html = models.TextField(blank=True)
    text = models.TextField()
    token = models.CharField(max_length=64, null=True, blank=True, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["thread", "created_at"], name="comment_of_thread")]

    def __str__(self):
        return Truncator(self.text).chars(80)


class CommentAttachmentQuerySet(models.QuerySet):
    def visible_to_agent(self, agent):
        """Files of comments on the tickets that ``agent`` sees."""
        return self.filter(comment__thread__ticket__in=Ticket.objects.visible_to_agent(agent))


class CommentAttachment(models.Model):
    """A file that came with internal words. Another table than ``Attachment``: no rule yields it to a customer."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="attachments")
    file = models.ForeignKey(File, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    objects = CommentAttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self):
        return self.file.name
