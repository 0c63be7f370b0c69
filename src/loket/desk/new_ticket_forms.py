"""Forms of mails that an agent begins: a ticket for a customer, a forwarded conversation."""

import hashlib
import secrets

from django import forms
from django.utils.translation import gettext_lazy as _

from loket.conversations.models import Inbox
from loket.desk.forms import LONGEST_TEXT, MACHINE, AddressesField
from loket.guard.text import clean_block, clean_line, refuse_unstorable
from loket.tickets.models import Source, Status

SOURCES = [("", _("Not said")), (Source.PHONE, Source.PHONE.label), (Source.EMAIL, Source.EMAIL.label)]


def line(label, limit, **options):
    """A field of one line."""
    return forms.CharField(label=label, max_length=limit, validators=[refuse_unstorable], **options)


class FirstWordsForm(forms.Form):
    """``token`` names the rendered form: sent twice, it is one."""

    text = forms.CharField(
        max_length=LONGEST_TEXT, validators=[refuse_unstorable], widget=forms.Textarea(attrs={"rows": 8})
    )
    token = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, initial=None):
        super().__init__(data, initial={"token": secrets.token_hex(16)} | (initial or {}))

    def clean_text(self):
        return clean_block(self.cleaned_data["text"])


class NewTicketForm(FirstWordsForm):
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


class ForwardForm(FirstWordsForm):
    to = line(_("To"), 254, widget=forms.EmailInput(attrs=MACHINE))

    field_order = ("to", "text")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("Your words above it")
        self.fields["text"].required = False
