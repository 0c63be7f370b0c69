"""What customers send: a reply, a new ticket; both with files, both made once however often they are sent."""

import hashlib
import json
import secrets

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from loket.conversations.intake import Incoming, receive
from loket.conversations.models import Channel, RoutingPolicy
from loket.files.models import File, left_out
from loket.forms.sheets import REFRESH, REMOVE, Block, Refreshed, Sheet
from loket.forms.submissions import Submission
from loket.guard.text import clean_block, refuse_unstorable
from loket.tickets.policies import own_text

LONGEST_TEXT = 65_000


class SendingForm(Refreshed):
    """Words and files of ``member``, who writes ``draft``. Files sent with the form itself are stored at once, so that an
    error keeps them; those that wait in the draft are there again when it is opened anew.
    """

    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100, validators=[refuse_unstorable])
    takes_files = True

    @property
    def max_count(self):
        return settings.ATTACHMENT_MAX_COUNT

    @property
    def max_bytes(self):
        return settings.ATTACHMENT_MAX_BYTES

    def __init__(self, data=None, files=None, *, member, draft="", **more):
        super().__init__(data, files, initial={"token": secrets.token_urlsafe(24)}, auto_id="field-%s", **more)
        self.member, self.draft, self.sent = member, draft, []
        self.uploads = self.data.getlist("upload")[: 10 * settings.ATTACHMENT_MAX_COUNT] if self.is_bound else []

    def full_clean(self):
        super().full_clean()
        if self.is_redrawn:
            File.objects.give_up(self.data.getlist(REMOVE), self.member)
            self._take_files()

    def clean(self):
        self._take_files()
        return super().clean()

    def _take_files(self):
        self.tokens = [*self.uploads, *self._stored()] if self.takes_files else []

    def _stored(self):
        """Tokens of the files that came without a script's help: of as many as there is room for."""
        files, tokens = self.files.getlist("files"), []
        place = "files" if "files" in self.fields else None
        room = max(0, self.max_count - len(self.uploads))
        if rest := files[room:]:
            self.add_error(place, left_out([file.name for file in rest], self.max_count))
        for file in files[:room]:
            try:
                stored = File.objects.store(file, uploader=self.member, draft=self.draft, largest=self.max_bytes)
                tokens.append(str(stored.token))
                self.sent.append(stored.fingerprint)
            except ValidationError as error:
                self.add_error(place, error)
        return tokens

    def let_go(self):
        """After it was taken in: what it brought a second time, as the answer to the first was lost, waits no longer."""
        File.objects.give_up(self.tokens, self.member)

    @property
    def kept(self):
        """Files that wait for the form to be sent again."""
        if not self.is_bound:
            return File.objects.waiting(self.member).filter(draft=self.draft) if self.draft else []
        tokens = getattr(self, "tokens", self.uploads)
        return File.objects.waiting(self.member).named(tokens) if tokens else []

    def once(self, place):
        """What makes two sendings one: the same rendering, of the same person, at the same place, with the same words
        and files.

        Words and files count, because a browser's Back brings a form back that was sent already: changed, it is a new
        message. Files that come with the form are stored anew each time, so their content counts.
        """
        words = [self.cleaned_data[name] for name in self.fields if name not in ("token", "version", "files")]
        token = self.cleaned_data["token"] or secrets.token_urlsafe(24)
        whole = json.dumps([self.member.pk, place, token, self.uploads, self.sent, words], default=str)
        return hashlib.sha256(whole.encode()).hexdigest()


def typed_beside(data, fields=()):
    """The texts in ``data`` (a QueryDict) that were typed into none of ``fields``, nor belong to every form here."""
    own = {*fields, "csrfmiddlewaretoken", "token", "version", "upload", REFRESH, REMOVE}
    return [text for name in data if name not in own for text in data.getlist(name) if text.strip()]


class ReplyForm(SendingForm):
    """A reply: words, or files, or both."""

    text = Block(
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
        message = receive(
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
        self.let_go()
        return message


class FilledForm(Sheet, SendingForm):
    """A form from the builder, as ``member`` fills it in, or a stranger (None)."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, files=None, *, form, member, draft=""):
        self.form = form
        consent = own_text(form.consent)
        super().__init__(
            data, files, elements=form.elements, contact=member, consent=consent, member=member, draft=draft
        )
        self.initial["version"] = form.version

    @property
    def max_count(self):
        return self.files_element.max_count

    @property
    def max_bytes(self):
        return self.files_element.max_bytes

    def clean(self):
        cleaned = super().clean()
        if self.is_outdated and not self.is_redrawn:
            self.add_error(None, _("The form was changed while you had it open. Look it over, then send it again."))
        self.refuse_files(self.kept)
        return cleaned

    @property
    def is_outdated(self):
        """Whether it was rendered from another version than is published now, and not shown anew since."""
        sent = self.data.get("version", "") if self.is_bound else ""
        return bool(sent) and sent != str(self.form.version)

    @property
    def shown_version(self):
        """The version that the page shows now, whatever was sent."""
        return self.form.version

    @property
    def lost(self):
        """What was written into fields that are gone since: it is shown, to be taken over."""
        if not self.is_outdated:
            return []
        return typed_beside(self.data, self.fields)


class NewTicketForm(FilledForm):
    """A form of the portal. Who asks is known: nothing here says it."""

    def take(self, portal):
        """Store what was sent; the same form again gives the same submission. Raises ValidationError for a refused file."""
        taken = Submission.objects.take(
            self.form,
            self.answers(),
            token=self.once(["form", self.form.pk, portal.pk]),
            files=self.tokens,
            uploader=self.member,
            contact=self.member,
            portal=portal,
            sender=self.member.email or "",
        )
        taken.settle()
        self.let_go()
        return taken
