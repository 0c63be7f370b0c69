"""A form as somebody fills it in: Django's form, made of a form's elements. Everything a browser checks is checked here."""

from typing import NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from loket.files.models import too_many_files
from loket.forms.elements import FILES, askable
from loket.guard.markup import from_markdown
from loket.guard.text import refuse_unstorable
from loket.people.addresses import clean_address
from loket.properties import types
from loket.properties.filters import Filter
from loket.tickets.policies import own_text
from loket.ui.redrawn import Redrawn

LONGEST = {"ticket.subject": 500, "ticket.content": 65_000, "contact.email": 254, "contact.phone": 100}
LONGEST |= {"contact.firstname": 150, "contact.lastname": 150}
MISSING = {
    "ticket.subject": _("Say in a few words what it is about."),
    "ticket.content": _("Describe it, so that we can help."),
    "contact.email": _("Type your e-mail address, so that we can answer."),
}
COMPLETE = {
    "contact.email": "email", "contact.firstname": "given-name", "contact.lastname": "family-name", "contact.phone": "tel",
}  # fmt: skip
# Buttons that send a form only to have it shown anew: after an answer, without a file.
REFRESH = "refresh"
REMOVE = "remove"
CONSENT = "consent"


class Answer(NamedTuple):
    """One answer as it is stored: the property's ``key``, the ``label`` that was read, the raw ``value``, and in words."""

    key: str
    label: str
    value: str
    shown: str


class Place(NamedTuple):
    """Where an element stands on the page: its bound ``field``, its ``text`` as HTML, or its ``files``, or none of them
    while it does not apply. ``is_conditional`` tells whether that can change."""

    element: object
    field: object = None
    text: str = ""
    is_files: bool = False
    is_conditional: bool = False


class Block(forms.CharField):
    """A text of several lines; a line end counts as one character, as in the browser."""

    widget = forms.Textarea

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


class FilesField(forms.Field):
    """Where files come with a form. Who takes them in looks at them one by one; here it has its label and its errors."""

    widget = forms.FileInput

    def clean(self, value):
        return None


class Refreshed(Redrawn):
    """A form with buttons that send it only to be shown anew."""

    @property
    def is_redrawn(self):
        """Whether one of them sent it."""
        return self.is_bound and (REFRESH in self.data or REMOVE in self.data)


class Sheet(Refreshed):
    """``elements`` asked of ``contact``, or of a stranger. A contact is not asked for what is known of them.

    ``values`` (by key) is what was answered once the sheet is valid, hidden fields' defaults among it. Shown anew, it has
    what the answers so far bring in.
    """

    def __init__(self, *args, elements, contact=None, consent="", **kwargs):
        super().__init__(*args, **kwargs)
        self.contact = contact
        self.properties = {key: each.for_customers() for key, each in askable().items()}
        self.places, self.hidden = [], {}
        self.known = {}
        for element in elements:
            self._place(element)
        if consent:
            words = {"required": _("Without this we cannot take your request.")}
            self.fields[CONSENT] = forms.BooleanField(label=consent, error_messages=words)

    @property
    def is_conditional(self):
        return any(each.is_conditional for each in self.places)

    @cached_property
    def files_element(self):
        """The element that takes files, where there is one that applies; else None."""
        return next((each.element for each in self.places if each.is_files), None)

    @property
    def takes_files(self):
        return self.files_element is not None

    @property
    def files_field(self):
        return self[FILES]

    @property
    def files_offered(self):
        """The kinds of files that a browser is to offer, as its attribute ``accept``."""
        return ",".join(offered for _label, _starts, offered in self.files_element.file_kinds)

    @property
    def rows(self):
        """The places with their bound fields, in order."""
        return [each._replace(field=self[each.field]) if each.field else each for each in self.places]

    def _place(self, element):
        """Ask for ``element``, when it applies by the answers before it."""
        found = self.properties.get(element.key)
        if element.kind and (found is None or self._is_known(element)):
            return
        applies = not element.when or Filter.stored(element.when, self._asked()).matches(self.known)
        place = Place(element, is_conditional=bool(element.when))
        if not applies:
            self.places.append(place)
        elif element.is_text:
            self.places.append(place._replace(text=from_markdown(own_text(element.text))))
        elif element.is_files:
            words = {"label": element.labelled(self.properties), "help_text": own_text(element.help, "")}
            self.fields[FILES] = FilesField(required=False, **words)
            self.places.append(place._replace(is_files=True))
        elif element.is_hidden:
            self._hide(element, found)
        else:
            self.fields[element.field_name] = self._field(element, found)
            self.places.append(place._replace(field=element.field_name))
            self._note(element, found)

    def _is_known(self, element):
        """Whether the contact's own record answers it already: their address always does."""
        if self.contact is None or element.kind != "contact":
            return False
        return element.key == "contact.email" or bool(value_of(self.properties[element.key], self.contact))

    def _asked(self):
        return {key.partition(".")[2]: each for key, each in self.properties.items() if key.startswith("ticket.")}

    def _hide(self, element, found):
        try:
            value = found.clean(element.default)
        except ValidationError:
            return
        self.hidden[element.key] = value
        if element.kind == "ticket":
            self.known[element.property_name] = value

    def _field(self, element, found):
        """The form field of a property, as its element words it."""
        options = {"label": element.labelled(self.properties), "required": element.is_required}
        options |= {"help_text": own_text(element.help, ""), "initial": element.default or None}
        if element.key in MISSING:
            options["error_messages"] = {"required": MISSING[element.key]}
        if found.type is types.TEXT:
            rows = {"rows": 9 if element.key == "ticket.content" else 5}
            longest = LONGEST.get(element.key, types.LIMIT)
            field = Block(max_length=longest, widget=forms.Textarea(attrs=rows), **options)
        else:
            field = found.form_field(**options)
        if element.options and found.choices:
            field.choices = [pair for pair in field.choices if not pair[0] or pair[0] in element.options]
        if element.is_required and found.choices and found.type is not types.MULTICHOICE and not element.default:
            field.choices = [("", "–"), *field.choices]  # nothing is answered before somebody chose it
        if isinstance(field, forms.CharField):
            self._word(field, element)
        if found.type is types.MULTICHOICE:
            field.widget = forms.CheckboxSelectMultiple(choices=field.choices)
            field.initial = element.default.split(";") if element.default else None
        return field

    @staticmethod
    def _word(field, element):
        """Length, examples and autofill of a field for words."""
        if element.key in LONGEST:
            field.max_length = LONGEST[element.key]
            field.validators = [each for each in field.validators if not hasattr(each, "limit_value")]
            field.validators.append(MaxLengthValidator(field.max_length))
            field.widget.attrs["maxlength"] = str(field.max_length)
        field.validators.append(refuse_unstorable)
        if placeholder := own_text(element.placeholder, ""):
            field.widget.attrs["placeholder"] = placeholder
        if element.key == "contact.email":
            field.widget.input_type = "email"
        if element.key in COMPLETE:
            field.widget.attrs["autocomplete"] = COMPLETE[element.key]

    def _note(self, element, found):
        """Note what the answer is so far, for the conditions of what follows."""
        if element.kind != "ticket":
            return
        field = self.fields[element.field_name]
        raw = field.widget.value_from_datadict(self.data, {}, self.add_prefix(element.field_name))
        try:
            self.known[element.property_name] = answer_of(found, raw if self.is_bound else field.initial)
        except ValidationError:
            self.known[element.property_name] = None

    def clean(self):
        """Each answer as its property takes it; a field that came twice is none."""
        cleaned = super().clean()
        self.values = dict(self.hidden)
        for each in self.places:
            if each.field and each.field in cleaned:
                self._clean_answer(each.element, cleaned[each.field])
        return cleaned

    def _clean_answer(self, element, raw):
        found, name = self.properties[element.key], element.field_name
        if found.type is not types.MULTICHOICE and len(self.data.getlist(self.add_prefix(name))) > 1:
            self.add_error(name, _("This came more than once. Send it again."))
            return
        try:
            value = clean_address(raw) if element.key == "contact.email" and raw else answer_of(found, raw)
        except ValidationError as error:
            self.add_error(name, error)
            return
        if value is None and element.is_required:
            self.add_error(name, ValidationError(self.fields[name].error_messages["required"], code="required"))
        self.values[element.key] = value
        self.cleaned_data[name] = value

    def answers(self):
        """What was answered, to be stored as it was asked: [Answer]."""
        told = [
            Answer(key, self._label(key), self.properties[key].type.text(value), str(self.properties[key].show(value)))
            for key, value in self.values.items()
            if value is not None
        ]
        if CONSENT in self.fields:
            told.append(Answer(CONSENT, str(self.fields[CONSENT].label), "true", str(_("Yes"))))
        return told

    def _label(self, key):
        place = next((each for each in self.places if each.element.key == key and each.field), None)
        return str(self.fields[place.field].label if place else self.properties[key].label)

    def refuse_files(self, files):
        """Tell of each of ``files`` what is wrong with it, and of all of them when they are too many, or none is there and
        one is required.
        """
        element = self.files_element
        if element is None:
            return
        for file in files:
            try:
                element.refuse(file)
            except ValidationError as error:
                self.add_error(FILES, error)
        if len(files) > element.max_count:
            self.add_error(FILES, too_many_files(element.max_count))
        if element.is_required and not files and not self.has_error(FILES):
            self.add_error(FILES, _("Attach at least one file."))


def answer_of(found, raw):
    """The value of ``raw``, as a form field gives it, for the property ``found``. Raises ValidationError."""
    return found.clean(";".join(raw) if isinstance(raw, list) else raw) if raw not in (None, [], "") else None


def value_of(found, record):
    """What ``record`` holds for a property, as stored."""
    return record.custom.get(found.name) if found.is_custom else getattr(record, found.attribute)
