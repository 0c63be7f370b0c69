"""What an agent settles for themselves."""

from django import forms
from django.utils.translation import gettext_lazy as _

from loket.conversations.models import Inbox
from loket.guard.text import clean_block, refuse_unstorable
from loket.notices.models import Kind


class OwnForm(forms.Form):
    """Which notices come, by which way, of which inboxes; and the signature."""

    in_desk = forms.MultipleChoiceField(
        label=_("In the help desk"), choices=Kind, required=False, widget=forms.CheckboxSelectMultiple
    )
    by_mail = forms.MultipleChoiceField(
        label=_("By mail"), choices=Kind, required=False, widget=forms.CheckboxSelectMultiple
    )
    inboxes = forms.ModelMultipleChoiceField(
        Inbox.objects.all(), label=_("Inboxes of mine"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose none to be told of new tickets in all of them."),
    )  # fmt: skip
    signature = forms.CharField(
        label=_("Signature"), max_length=1000, required=False, validators=[refuse_unstorable],
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Below your answers by mail. Where a portal hides names of agents, lines that give yours away are left out."
        ),
    )  # fmt: skip

    def __init__(self, data=None, *, agent, choice):
        self.agent, self.choice = agent, choice
        current = {"in_desk": choice.in_desk, "by_mail": choice.by_mail, "signature": agent.signature}
        super().__init__(data, initial=current | {"inboxes": choice.inboxes})

    def clean_signature(self):
        return clean_block(self.cleaned_data["signature"]).strip()

    def save(self):
        given = self.cleaned_data
        inboxes = [each.pk for each in given["inboxes"]]
        self.choice.choose(in_desk=given["in_desk"], by_mail=given["by_mail"], inboxes=inboxes)
        self.agent.sign_with(given["signature"])
