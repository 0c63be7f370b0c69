"""What stands on a form: properties to ask for, files, blocks of text, in order (D3).

A form stores them as a list of JSON objects, one for its draft and one for what is published; ``Element`` is one of them.
"""

import re
from dataclasses import dataclass, field, fields, replace

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loket.files.models import too_large
from loket.guard.markup import from_markdown, to_text
from loket.portals.texts import own_text
from loket.properties.catalogue import catalogue
from loket.properties.filters import Filter

FILES = "files"
# What a form may ask for; every custom property besides. Anything else of a record is not for customers to set.
ASKABLE = {
    "ticket": ("subject", "content", "hs_ticket_priority", "hs_ticket_category"),
    "contact": ("email", "firstname", "lastname", "phone", "hs_language"),
}
# What they are called, what their content type begins with, and what a browser is to offer when it asks for a file.
FILE_KINDS = {
    "image": (gettext_lazy("Pictures"), ("image/",), "image/*"),
    "pdf": (gettext_lazy("PDF"), ("application/pdf",), ".pdf"),
    "text": (gettext_lazy("Plain text and CSV"), ("text/",), ".txt,.log,.md,.csv"),
    "office": (
        gettext_lazy("Office documents"),
        ("application/msword", "application/vnd.openxmlformats", "application/vnd.oasis", "application/vnd.ms-"),
        ".doc,.docx,.xls,.xlsx,.ppt,.pptx,.odt,.ods,.odp",
    ),
    "archive": (
        gettext_lazy("Archives"),
        ("application/zip", "application/gzip", "application/x-7z", "application/x-tar"),
        ".zip,.gz,.tgz,.7z,.tar",
    ),
}
MEGABYTE = 1_000_000
MOST_ELEMENTS = 60
_KEY = re.compile(r"(ticket|contact)\.[a-z][a-z0-9_]{0,99}|files|text-[0-9a-z]{1,12}")


@dataclass(frozen=True)
class Element:
    """One thing on a form.

    ``key`` is "ticket.subject" or "contact.phone" for a property, "files", or "text-…" for a block of ``text``. Texts are
    ``{language: text}``. ``options`` are those offered, all when empty: values of a choice, kinds of files. ``when`` is a
    filter over properties of the ticket that are asked for before it: it shows only when they meet it. Of files,
    ``most_files`` may come, of ``largest_file`` megabytes each; without, as many and as large as any message takes.
    """

    key: str
    label: dict = field(default_factory=dict)
    help: dict = field(default_factory=dict)
    placeholder: dict = field(default_factory=dict)
    text: dict = field(default_factory=dict)
    is_required: bool = False
    is_hidden: bool = False
    is_half: bool = False
    default: str = ""
    options: tuple = ()
    when: dict = field(default_factory=dict)
    most_files: int | None = None
    largest_file: int | None = None

    @classmethod
    def read(cls, data):
        """From its JSON. Raises ValueError for what is no element."""
        if not isinstance(data, dict) or not _KEY.fullmatch(str(data.get("key", ""))):
            raise ValueError("no element")
        known = {each.name for each in fields(cls)}
        return cls(**{k: tuple(v) if k == "options" else v for k, v in data.items() if k in known})

    def data(self):
        """Its JSON, without what is as usual."""
        usual, plain = Element(self.key), {}
        for each in fields(self):
            value = getattr(self, each.name)
            if each.name == "key" or value != getattr(usual, each.name):
                plain[each.name] = list(value) if isinstance(value, tuple) else value
        return plain

    def with_(self, **changes):
        """The same with ``changes``."""
        return replace(self, **changes)

    @property
    def is_text(self):
        return self.key.startswith("text-")

    @property
    def is_files(self):
        return self.key == FILES

    @property
    def kind(self):
        """The kind of record whose property it asks for; "" for others."""
        return self.key.partition(".")[0] if "." in self.key else ""

    @property
    def property_name(self):
        return self.key.partition(".")[2]

    @property
    def field_name(self):
        """What its control is called in a page; a property that somebody makes never takes another control's name."""
        name = self.property_name
        return name if self.kind == "ticket" and name in ASKABLE["ticket"] else self.key.replace(".", "-")

    def labelled(self, properties):
        """What people read before it, in the active language."""
        if self.is_text:
            return Truncator(to_text(from_markdown(own_text(self.text)))).chars(80)
        found = properties.get(self.key)
        return own_text(self.label, _("Files") if self.is_files else str(found.label) if found else self.property_name)

    @property
    def max_count(self):
        """How many files may come."""
        return min(self.most_files or settings.ATTACHMENT_MAX_COUNT, settings.ATTACHMENT_MAX_COUNT)

    @property
    def max_bytes(self):
        """How large a file may be."""
        own = self.largest_file * MEGABYTE if self.largest_file else settings.ATTACHMENT_MAX_BYTES
        return min(own, settings.ATTACHMENT_MAX_BYTES)

    @property
    def file_kinds(self):
        """The kinds of files that may come, as FILE_KINDS has them; none for all."""
        return [FILE_KINDS[kind] for kind in self.options if kind in FILE_KINDS]

    @property
    def kinds_told(self):
        """The kinds of files that may come, in words."""
        return ", ".join(str(label) for label, _starts, _offered in self.file_kinds)

    def refuse(self, file):
        """Raise ValidationError when ``file`` is of another kind, or larger, than may come with it."""
        starts = [start for _label, starts, _offered in self.file_kinds for start in starts]
        if self.options and not any(file.content_type.startswith(start) for start in starts):
            words = _("“%(name)s” is of another kind than can be sent here (%(kinds)s). Remove it.")
            raise ValidationError(words, "kind", {"name": file.name, "kinds": self.kinds_told})
        if file.size > self.max_bytes:
            raise too_large(file.name, self.max_bytes)


def askable():
    """{key: Property} of what forms may ask for, in the order to offer it."""
    found = {}
    for kind, names in ASKABLE.items():
        known = catalogue(kind)
        found |= {f"{kind}.{name}": known[name] for name in names}
        found |= {f"{kind}.{name}": each for name, each in known.items() if each.is_custom}
    return found


def read_all(data):
    """The Elements of a stored list; what is none is left out."""
    elements = []
    for each in data if isinstance(data, list) else ():
        try:
            elements.append(Element.read(each))
        except ValueError:
            continue
    return elements


def support_form():
    """The template *Support form*: name, e-mail, subject, description, files."""
    keys = ("contact.firstname", "contact.lastname", "contact.email", "ticket.subject", "ticket.content")
    required = ("contact.email", "ticket.subject", "ticket.content")
    asked = [Element(key, is_required=key in required, is_half=key.endswith("name")) for key in keys]
    return [each.data() for each in (*asked, Element(FILES))]


def problems_of(elements):
    """What keeps ``elements`` from being published: [(key, words)]."""
    properties, asked, found = askable(), {}, []
    for each in elements:
        label = each.labelled(properties)
        if each.kind and each.key not in properties:
            found.append((each.key, _("“%(name)s” is no property any more. Remove it.") % {"name": label}))
            continue
        if each.when and (wrong := Filter.stored(each.when, asked).problem):
            words = _("“%(name)s” depends on something that is not asked before it: %(why)s")
            found.append((each.key, words % {"name": label, "why": wrong}))
        if why := wrong_default(each, properties.get(each.key)):
            found.append((each.key, f"“{label}”: {why}"))
        if each.kind == "ticket":
            asked[each.property_name] = properties[each.key]
    if not any(each.kind for each in elements):
        found.append(("", _("It asks for no property yet.")))
    return found


def wrong_default(element, found):
    """Why the default is none for its property, or a hidden field has none; "" when all is well."""
    if not found:
        return ""
    if element.is_hidden and not element.default:
        return _("a hidden field needs a default, which is what is stored.")
    try:
        value = found.clean(element.default) if element.default else None
    except ValidationError as error:
        return " ".join(error.messages)
    gone = [
        each
        for each in (*element.options, *([value] if value and element.options else []))
        if found.choices and each not in found.options
    ]
    return _("an option that it offers is gone.") if gone else ""
