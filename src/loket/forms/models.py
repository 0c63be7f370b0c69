"""The support form and the portals that link it (F1, F2)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from loket.conversations.intake import Incoming, receive
from loket.conversations.models import Channel, Inbox
from loket.history.settled import Settled, remember
from loket.portals.models import Portal
from loket.tickets.models import Status
from loket.tickets.policies import own_text


class Form(Settled):
    """A form that files tickets: subject, description, files. ``status`` is where its tickets start (D3)."""

    name = models.CharField(max_length=100, unique=True)
    inbox = models.ForeignKey(Inbox, models.PROTECT, related_name="+")
    status = models.ForeignKey(Status, models.PROTECT, related_name="+")
    portals = models.ManyToManyField(Portal, through="FormLink", related_name="forms")

    def __str__(self):
        return self.name

    def submit(self, values, *, contact, portal, token, files=()):
        """File a ticket for ``contact``, whatever the submission says of people. Returns the message that holds it.

        ``values`` has "subject" and "content". The same ``token`` again gives the same message.
        Raises ValidationError for a refused file.
        """
        incoming = Incoming(
            contact=contact,
            portal=portal,
            inbox=self.inbox,
            channel=Channel.FORM,
            status=self.status,
            subject=values["subject"],
            text=values["content"],
            token=token,
            files=tuple(files),
        )
        return receive(incoming)


class FormLink(Settled):
    """A form in a portal's navigation, with its menu text and heading as ``{language: text}`` (F1)."""

    portal = models.ForeignKey(Portal, models.CASCADE)
    form = models.ForeignKey(Form, models.PROTECT)
    menu_text = models.JSONField(default=dict, blank=True)
    heading = models.JSONField(default=dict, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["portal", "form"], name="form_link")]

    @classmethod
    def of(cls, portal):
        """The links of ``portal`` in order."""
        return remember((cls, portal.pk), lambda: list(cls.objects.filter(portal=portal)))

    @property
    def called(self):
        """The menu text in the active language."""
        return own_text(self.menu_text, _("File a support ticket"))

    @property
    def headed(self):
        """The heading above the form in the active language."""
        return own_text(self.heading, _("File a support ticket"))
