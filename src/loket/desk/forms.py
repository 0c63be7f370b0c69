"""The forms of the desk. None has a field for who writes: that is the session's."""

import hashlib
import re
import secrets

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from loket.files.models import File
from loket.guard.text import clean_block, clean_line, refuse_unstorable
from loket.people.addresses import clean_address
from loket.people.models import User
from loket.properties import types

LONGEST_TEXT = 100_000
MOST_ADDRESSES = 20
MACHINE = {"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}


def line(label, limit, **options):
    """A field for one line of text as both databases can hold it."""
    return forms.CharField(label=label, max_length=limit, validators=[refuse_unstorable], **options)


class OnceForm(forms.Form):
    """What an agent writes. ``token`` names the rendered form: sent twice, it is one."""

    text = forms.CharField(
        max_length=LONGEST_TEXT, validators=[refuse_unstorable], widget=forms.Textarea(attrs={"rows": 8})
    )
    token = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, initial=None, **options):
        super().__init__(data, initial={"token": secrets.token_hex(16)} | (initial or {}), **options)

    def clean_text(self):
        return clean_block(self.cleaned_data["text"])


class WordsForm(OnceForm):
    """Words for a record that exists."""

    kind = ""
    placeholder = ""

    def __init__(self, data=None):
        super().__init__(data, auto_id=f"{self.kind}_%s")
        text = self.fields["text"]
        text.widget = forms.Textarea(attrs={"rows": 3, "placeholder": self.placeholder})
        text.error_messages["required"] = _("Write something first.")

    def key(self, agent, record):
        """The stored token: this agent's, for this record, these words and files; neither others nor other words take it."""
        if not self.cleaned_data["token"]:
            return None
        said = (
            self.kind,
            agent.pk,
            record._meta.label,
            record.pk,
            self.cleaned_data["token"],
            self.cleaned_data["text"],
            *self.files_named(),
        )
        return hashlib.sha256(repr(said).encode()).hexdigest()

    def files_named(self):
        """What tells the files that go along from others."""
        return []


class AddressesField(forms.CharField):
    """Mail addresses with commas or spaces between, as a list."""

    def __init__(self, **options):
        super().__init__(max_length=2000, required=False, widget=forms.TextInput(attrs=MACHINE), **options)

    def clean(self, value):
        addresses = re.split(r"[\s,;]+", super().clean(value))
        return list(dict.fromkeys(clean_address(each) for each in addresses if each))[:MOST_ADDRESSES]


class ReplyForm(WordsForm):
    kind = "reply"
    placeholder = _("Write to the customer")
    uploads = stored = ()

    cc = AddressesField(
        label=_("Cc"), help_text=_("They take part from now on: they see this ticket and get its mails.")
    )

    def take_files(self, request):
        """Note the files that go along: uploaded before, or sent with the form where no script runs."""
        self.uploads, self.stored = request.POST.getlist("upload"), []
        for upload in request.FILES.getlist("files"):
            try:
                self.stored.append(File.objects.store(upload, uploader=request.user))
            except ValidationError as error:
                self.add_error(None, error)

    @property
    def files_taken(self):
        """The tokens of the files."""
        return [*self.uploads, *(str(each.token) for each in self.stored)]

    def files_named(self):
        """Those sent with the form are stored anew each time it is sent, so their content counts."""
        return [*self.uploads, *(each.fingerprint for each in self.stored)]

    def kept(self, agent):
        """The files that wait for this form to be sent again."""
        return list(File.objects.waiting(agent).named(self.files_taken))


class CommentForm(WordsForm):
    kind = "comment"
    placeholder = _("Write to your team")


class NoteForm(WordsForm):
    kind = "note"
    placeholder = _("Write a note")


class AssignmentForm(forms.Form):
    """To whom a ticket goes: an agent's id, or "nobody". Nothing said is no answer."""

    owner = forms.CharField(max_length=20, error_messages={"required": _("Choose an agent.")})

    def clean_owner(self):
        value = self.cleaned_data["owner"]
        if value == "nobody":
            return None
        agent = User.objects.agents().filter(pk=value).first() if value.isascii() and value.isdigit() else None
        if agent is None:
            raise ValidationError(_("This agent is not in use. Choose another one."))
        return agent


class StatusForm(forms.Form):
    """A status of the ticket's own pipeline."""

    def __init__(self, data, ticket):
        super().__init__(data)
        gone = {"invalid_choice": _("This status is not in the ticket’s pipeline."), "required": _("Choose a status.")}
        self.fields["status"] = forms.ModelChoiceField(ticket.status.pipeline.statuses.all(), error_messages=gone)


class PropertiesForm(forms.Form):
    """The properties of a ticket that an agent may write, asked for by the catalogue.

    Each field carries the value that was shown: only what was changed is written, and a value that somebody else
    changed meanwhile is not overridden without a word.
    """

    def __init__(self, data=None, *, ticket, properties):
        super().__init__(data, prefix="property")
        self.ticket, self.properties = ticket, properties
        for name, found in properties.items():
            options = {"initial": initial_of(found, ticket), "show_hidden_initial": True, "required": name == "subject"}
            self.fields[name] = found.form_field(**options)

    def clean(self):
        for name in self.changed_data:
            found = self.properties[name]
            shown, now = self._shown(name), self.fields[name].initial
            if as_text(found, shown) != as_text(found, now):
                words = _("Somebody changed this to “%(value)s” while you were typing. Save again to replace it.")
                self.add_error(name, ValidationError(words, params={"value": clean_line(in_words(found, now), 200)}))
                self._show_anew(name, now)
        return self.cleaned_data

    def _show_anew(self, name, value):
        """Have the form carry the value of now, so that saving again is a choice made knowingly."""
        self.data = self.data.copy()
        self.data.setlist(self.add_initial_prefix(name), value if isinstance(value, list) else [str(value or "")])

    def _shown(self, name):
        field = self.fields[name]
        return field.hidden_widget().value_from_datadict(self.data, self.files, self.add_initial_prefix(name))

    def write(self, *, by):
        """Write what was changed; False, with the errors beside their fields, when the catalogue refuses a value."""
        values = {name: self.cleaned_data[name] for name in self.changed_data}
        values = {name: ";".join(value) if isinstance(value, list) else value for name, value in values.items()}
        for name, value in values.items():
            try:
                self.properties[name].clean(value)
            except ValidationError as error:
                self.add_error(name, error)
        if self.errors:
            return False
        self.ticket.change(values, by=by)
        return True


def writable(properties):
    """The properties of a ticket that its page may change, by name: built-in ones first."""
    asked = {"subject", "content", "hs_ticket_priority", "hs_ticket_category"}
    found = {name: each for name, each in properties.items() if name in asked or each.is_custom}
    return dict(sorted(found.items(), key=lambda pair: pair[1].is_custom))


def initial_of(found, ticket):
    """The value that a property's field starts with."""
    value = ticket.custom.get(found.name) if found.is_custom else getattr(ticket, found.attribute)
    if found.type is types.MULTICHOICE:
        return value.split(";") if value else []
    try:
        return found.type.parse(value) if found.is_custom else value
    except ValidationError:
        return value


def as_text(found, value):
    """A value of a form as its stored text, to compare; as it is when it is none of the property's."""
    value = ";".join(value) if isinstance(value, list) else value
    try:
        return found.type.text(found.type.parse(value))
    except ValidationError:
        return value


def in_words(found, value):
    """A form's initial value in words."""
    return found.show(as_text(found, value) if found.is_custom else value) or "–"
