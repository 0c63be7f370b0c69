"""What customers send: a reply, a new ticket; both with files, both made once however often they are sent."""

import hashlib
import json
import secrets
import uuid

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from loket.conversations.intake import Incoming, receive
from loket.conversations.models import Channel, RoutingPolicy
from loket.files.models import File, too_many_files
from loket.guard.text import clean_block, clean_line, refuse_unstorable

LONGEST_TEXT = 65_000
LONGEST_SUBJECT = 500


class Words(forms.CharField):
    """A text of several lines; a line end counts as one character, as in the browser."""

    widget = forms.Textarea

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


class SendingForm(forms.Form):
    """Words and files of ``member``. Files sent with the form itself are stored at once, so that an error keeps them."""

    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100, validators=[refuse_unstorable])

    def __init__(self, data=None, files=None, *, member):
        super().__init__(data, files, initial={"token": secrets.token_urlsafe(24)}, auto_id="field-%s")
        self.member, self.sent = member, []
        self.uploads = self.data.getlist("upload")[: 10 * settings.ATTACHMENT_MAX_COUNT] if self.is_bound else []

    def clean(self):
        self.tokens = [*self.uploads, *self._stored()]
        return super().clean()

    def _stored(self):
        """Tokens of the files that came without a script's help."""
        files, tokens = self.files.getlist("files"), []
        if len(files) + len(self.uploads) > settings.ATTACHMENT_MAX_COUNT:
            self.add_error(None, too_many_files())
            return tokens
        for file in files:
            try:
                stored = File.objects.store(file, uploader=self.member)
                tokens.append(str(stored.token))
                self.sent.append(stored.fingerprint)
            except ValidationError as error:
                self.add_error(None, error)
        return tokens

    @property
    def kept(self):
        """Files that wait for the form to be sent again."""
        wanted = [token for token in getattr(self, "tokens", self.uploads) if is_token(token)]
        return File.objects.waiting(self.member).filter(token__in=wanted) if wanted else []

    def once(self, place):
        """What makes two sendings one: the same rendering, of the same person, at the same place, with the same words
        and files.

        Words and files count, because a browser's Back brings a form back that was sent already: changed, it is a new
        message. Files that come with the form are stored anew each time, so their content counts.
        """
        words = [self.cleaned_data[name] for name in self.fields if name != "token"]
        token = self.cleaned_data["token"] or secrets.token_urlsafe(24)
        whole = json.dumps([self.member.pk, place, token, self.uploads, self.sent, words])
        return hashlib.sha256(whole.encode()).hexdigest()


class ReplyForm(SendingForm):
    """A reply: words, or files, or both."""

    text = Words(
        max_length=LONGEST_TEXT,
        required=False,
        validators=[refuse_unstorable],
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def clean(self):
        super().clean()
        if "text" in self.cleaned_data and not (self.cleaned_data["text"] or self.tokens or self.non_field_errors()):
            self.add_error("text", _("Write something, or attach a file."))

    def reply_to(self, ticket, portal):
        """Take the reply in; returns its message. Raises ValidationError: closed ticket, refused file, no inbox."""
        routing = RoutingPolicy.of(portal)
        if routing.inbox_id is None:
            raise ValidationError(_("Replies cannot be taken here at the moment. Try again later."))
        return receive(
            Incoming(
                contact=self.member,
                text=clean_block(self.cleaned_data["text"]),
                channel=Channel.PORTAL,
                inbox=routing.inbox,
                token=self.once(["ticket", ticket.pk]),
                files=tuple(self.tokens),
                portal=portal,
                ticket=ticket,
            )
        )


class NewTicketForm(SendingForm):
    """A new ticket. Who asks is known: nothing here says it."""

    subject = forms.CharField(
        label=_("Subject"),
        max_length=LONGEST_SUBJECT,
        validators=[refuse_unstorable],
        error_messages={"required": _("Say in a few words what it is about.")},
    )
    content = Words(
        label=_("Description"),
        max_length=LONGEST_TEXT,
        validators=[refuse_unstorable],
        widget=forms.Textarea(attrs={"rows": 9}),
        error_messages={"required": _("Describe it, so that we can help.")},
    )

    def clean_subject(self):
        """One line, without invisible signs; a subject of nothing else is none."""
        subject = clean_line(self.cleaned_data["subject"], LONGEST_SUBJECT)
        if not subject:
            raise ValidationError(self.fields["subject"].error_messages["required"], code="required")
        return subject

    def file_by(self, form, portal):
        """File the ticket by ``form``; returns the message that holds it. Raises ValidationError for a refused file."""
        values = {"subject": self.cleaned_data["subject"], "content": clean_block(self.cleaned_data["content"])}
        token = self.once(["form", form.pk, portal.pk])
        return form.submit(values, contact=self.member, portal=portal, token=token, files=self.tokens)


def is_token(text):
    """Whether ``text`` can be the token of an upload."""
    try:
        return bool(uuid.UUID(text))
    except ValueError:
        return False
