"""Forms of mails that an agent begins: a ticket for a customer, a forwarded conversation."""

import hashlib

from django import forms
from django.utils.translation import gettext_lazy as _

from loket.conversations.models import Inbox
from loket.desk.forms import MACHINE, AddressesField, OnceForm, line
from loket.guard.text import clean_line
from loket.tickets.models import Source, Status

SOURCES = [("", _("Not said")), (Source.PHONE, Source.PHONE.label), (Source.EMAIL, Source.EMAIL.label)]


class NewTicketForm(OnceForm):
    address = line(_("Customer’s address"), 254, widget=forms.EmailInput(attrs=MACHINE))
    first_name = line(_("First name"), 150, required=False)
    last_name = line(_("Last name"), 150, required=False)
    subject = line(_("Subject"), 500)
    cc = AddressesField(
        label=_("Cc"), help_text=_("They take part from now on: they see this ticket and get its mails.")
    )
    inbox = forms.ModelChoiceField(Inbox.objects.order_by("-is_help_desk", "name"), label=_("Inbox"), empty_label=None)
    status = forms.ModelChoiceField(
        Status.objects.filter(is_closed=False).select_related("pipeline"), label=_("Status"), empty_label=None
    )
    source = forms.ChoiceField(label=_("How it came"), choices=SOURCES, required=False)

    field_order = ("address", "first_name", "last_name", "subject", "text", "cc", "inbox", "status", "source")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("Your message to the customer")

    def clean_subject(self):
        return clean_line(self.cleaned_data["subject"], 500)

    def values(self, agent):
        """What ``delivery.begin`` wants. The token is this agent's: nobody else's form can name it."""
        given = dict(self.cleaned_data)
        given["names"] = {name: given.pop(name) for name in ("first_name", "last_name")}
        token = given.pop("token")
        given["token"] = hashlib.sha256(f"new {agent.pk} {token}".encode()).hexdigest() if token else None
        return given


class ForwardForm(OnceForm):
    to = line(_("To"), 254, widget=forms.EmailInput(attrs=MACHINE))

    field_order = ("to", "text")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("Your words above it")
        self.fields["text"].required = False
