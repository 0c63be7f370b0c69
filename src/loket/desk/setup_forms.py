"""The forms of the set-up: a first portal with all that it needs, and its first customer."""

from django import forms
from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from loket.access.invitations import invite_contact
from loket.conversations.models import Inbox
from loket.desk.forms import line
from loket.forms.models import Form
from loket.forms.opening import open_portal
from loket.people.addresses import clean_address
from loket.records.readiness import missing_for
from loket.tickets.models import Pipeline

PLAIN = {"autocapitalize": "none", "spellcheck": "false"}
WHO_SEES_WHAT = (
    ("own", _("Only their own tickets")),
    ("company", _("All tickets of their company")),
)


class CustomerForm(forms.Form):
    """A customer by their address."""

    email = line(_("E-mail"), 254, widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    first_name = line(_("First name"), 150, required=False)
    last_name = line(_("Last name"), 150, required=False)

    def clean_email(self):
        email = self.cleaned_data["email"]
        return clean_address(email) if email else ""

    def values(self):
        """What was typed, cleaned."""
        return self.cleaned_data

    def invite(self, portal, *, by):
        """Let the customer in and mail them; nobody when no address was given."""
        values = self.cleaned_data
        if values["email"]:
            names = {name: values[name] for name in ("first_name", "last_name")}
            invite_contact(values["email"], portal, by=by, **names)


class SetupForm(CustomerForm):
    """A portal, an inbox, a pipeline, a form; the customer is optional."""

    name = line(_("Name"), 100, help_text=_("What customers read at the top of each page, such as “Acme Support”."))
    host = line(
        _("Domain"), 253, widget=forms.TextInput(attrs=PLAIN), help_text=_("A host name that leads to this server.")
    )
    slug = line(
        _("Address"),
        50,
        widget=forms.TextInput(attrs=PLAIN),
        help_text=_("What stands after the domain: lower-case letters, digits and hyphens."),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        help_text=_("The portal, its system pages and its mails speak it."),
    )
    sharing = forms.ChoiceField(label=_("Customers see"), choices=WHO_SEES_WHAT, widget=forms.RadioSelect)
    inbox = line(_("Inbox"), 100, help_text=_("Where what customers write arrives."))
    pipeline = line(_("Pipeline"), 100, help_text=_("The statuses that a ticket goes through."))
    form = line(_("Support form"), 100, help_text=_("With it customers file tickets."))
    is_on = forms.BooleanField(
        label=_("Turn the portal on right away"), required=False, help_text=_("As soon as somebody may enter it.")
    )

    def __init__(self, data=None):
        super().__init__(data, initial=first_choices())
        self.fields["email"].required = False

    def open(self, *, by):
        """Make all of it in one transaction, and turn the portal on when that was asked for and can be. Returns it.

        Raises ValidationError with the fields it is about.
        """
        own = ("name", "host", "slug", "language", "sharing", "inbox", "pipeline", "form")
        with transaction.atomic():
            portal = open_portal(by=by, **{name: self.cleaned_data[name] for name in own})
            self.invite(portal, by=by)
            if self.cleaned_data["is_on"] and not missing_for(portal):
                portal.turn_on(by=by)
        return portal


def first_choices():
    """What the form begins with: what is there already, else the usual."""
    usual = {"inbox": (Inbox, _("Help desk")), "pipeline": (Pipeline, _("Support pipeline"))}
    usual |= {"form": (Form, _("Support form"))}
    named = {
        name: model.objects.values_list("name", flat=True).first() or word for name, (model, word) in usual.items()
    }
    place = {"host": settings.SITE_URL.hostname, "slug": "support", "language": get_language()}
    return named | place | {"sharing": "own", "is_on": True}
