"""A form as a stranger fills it in, on its page for everybody."""

import json

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from loket.forms.submissions import Submission
from loket.portal import spam
from loket.portal.forms import FilledForm

State = Submission.State


class PublicForm(FilledForm):
    """What looks like a machine's is kept for an agent to look at, and told so to nobody."""

    website = forms.CharField(required=False, label=_("Leave this empty"))
    is_put_off = False
    altcha = forms.CharField(required=False, widget=forms.HiddenInput, max_length=2_000)

    def __init__(self, data=None, files=None, *, form):
        super().__init__(data, files, form=form, member=None)
        if not self.is_bound or not spam.is_token_of(form, self.data.get("token", "")):
            self.initial["token"] = spam.new_token(form)
        elif self.is_bound:
            self.draft = spam.draft_of(self.data["token"])
        self.fields["website"].widget.attrs |= {"autocomplete": "off", "tabindex": "-1"}

    @property
    def shown_token(self):
        """The token that the page shows: the one that was sent, as long as it counts."""
        sent = self.data.get("token", "") if self.is_bound else ""
        return sent if spam.is_token_of(self.form, sent) else self.initial["token"]

    @property
    def challenge_text(self):
        return json.dumps(spam.challenge(self.shown_token))

    def put_off(self):
        """Show it again, taking in nothing: its sender sends too often."""
        self.is_put_off, self.files = True, MultiValueDict()

    def clean_token(self):
        token = self.cleaned_data["token"]
        if not spam.is_token_of(self.form, token):
            raise ValidationError(_("This page was open for too long. Look it over, then send it again."))
        return token

    def clean(self):
        cleaned = super().clean()
        earlier = Submission.objects.earlier(self.form, self.once()) if "token" in cleaned else None
        if earlier and not self.errors and earlier.text != "\n".join(each.shown for each in self.answers()):
            self.add_error(None, _("This was sent already. Open the form anew to send something else."))
        return cleaned

    def once(self, place=None):
        """One rendering is one submission, whatever is in it."""
        return spam.sha256(self.cleaned_data["token"])

    @property
    def is_suspect(self):
        """Whether a machine may have sent it."""
        token = self.cleaned_data["token"]
        is_solved = spam.is_solved(token, self.cleaned_data["altcha"])
        return bool(self.cleaned_data["website"]) or spam.is_too_quick(token) or not is_solved

    def take(self, language):
        """Store what was sent, and make its ticket unless it may be a machine's."""
        usual = State.WAITING if self.form.makes_tickets else State.KEPT
        taken = Submission.objects.take(
            self.form,
            self.answers(),
            token=self.once(),
            files=self.tokens,
            sender=self.values.get("contact.email") or "",
            language=language,
            is_public=True,
            state=State.REVIEW if self.is_suspect else usual,
        )
        taken.settle()
        return taken
