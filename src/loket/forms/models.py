"""The support form and the portals that link it (F1, F2)."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from loket.conversations.intake import Incoming, receive
from loket.conversations.models import Channel, Inbox
from loket.history.models import record
from loket.history.settable import Settable
from loket.portals.models import Portal
from loket.tickets.models import Status
from loket.tickets.policies import own_text


class Form(Settable):
    """A form that files tickets: subject, description, files. ``status`` is where its tickets start (D3)."""

    name = models.CharField(max_length=100, unique=True)
    inbox = models.ForeignKey(Inbox, models.PROTECT, related_name="+")
    status = models.ForeignKey(Status, models.PROTECT, related_name="+")
    portals = models.ManyToManyField(Portal, through="FormLink", related_name="forms")

    def __str__(self):
        return self.name

    def why_not_linkable(self):
        """Why no portal can link this form, in words; "" when one can: it asks for a ticket and has an inbox (F1)."""
        return "" if self.inbox_id else gettext("It creates no tickets in an inbox.")

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


class FormLinkQuerySet(models.QuerySet):
    def on(self):
        """Links that customers see, in the order of the menu."""
        return self.filter(is_on=True).order_by("position", "pk")


class FormLink(Settable):
    """A form in a portal's navigation, with its menu text and heading as ``{language: text}`` (F1).

    Switched off it keeps its texts, and customers find nothing of it.
    """

    portal = models.ForeignKey(Portal, models.CASCADE)
    form = models.ForeignKey(Form, models.PROTECT)
    menu_text = models.JSONField(default=dict, blank=True)
    heading = models.JSONField(default=dict, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_on = models.BooleanField(default=True)

    objects = FormLinkQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["portal", "form"], name="form_link")]

    def __str__(self):
        return self.form.name

    def clean(self):
        """Only a form that makes tickets in an inbox can be linked; one that was linked before may be switched off."""
        if self.is_on and (why := self.form.why_not_linkable()):
            raise ValidationError({"is_on": why})

    @property
    def history_subject(self):
        """A link is told of in its portal's history."""
        return self.portal

    def _tell(self, verb, changed, by):
        """With the form's name: a portal may have several links."""
        record(self.portal, "form_link_changed", changed, by=by, form=self.form.name)

    @property
    def called(self):
        """The menu text in the active language."""
        return own_text(self.menu_text, _("File a support ticket"))

    @property
    def headed(self):
        """The heading above the form in the active language."""
        return own_text(self.heading, _("File a support ticket"))
