"""Forms, and the portals that link them (D3, F1)."""

import re
import secrets

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from loket.conversations.models import Inbox
from loket.forms.elements import MOST_ELEMENTS, askable, problems_of, read_all, support_form
from loket.history.models import record
from loket.history.settable import Settable
from loket.history.settled import SettledQuerySet, remember
from loket.portals.models import Portal
from loket.records.uses import InUse, uses_of
from loket.tickets.models import Priority, Status
from loket.tickets.policies import own_text

SITE = re.compile(r"(\*\.)?([a-z0-9-]{1,63}\.)*[a-z0-9-]{1,63}(:[0-9]{1,5})?")


def refuse_wrong_sites(sites):
    """A validator for the hosts whose pages may hold a form in a frame."""
    wrong = [each for each in sites if not isinstance(each, str) or not SITE.fullmatch(each)]
    if wrong:
        words = _("“%(site)s” is no host such as www.example.com or *.example.com.")
        raise ValidationError(words, params={"site": str(wrong[0])[:100]})


class FormQuerySet(models.QuerySet):
    def public(self):
        """Those that strangers can fill in now."""
        return self.filter(is_public=True, published_at__isnull=False)


class Form(Settable):
    """A form: what it asks for (as a draft, and as published), and what becomes of what is sent with it.

    ``draft`` and ``published`` are lists of elements' JSON. ``version`` counts what was published. With ``makes_tickets``
    each submission files a ticket in ``inbox``, which starts in ``status`` with ``priority`` unless that is asked.
    ``thanks``, ``consent`` are ``{language: text}``; ``notified`` holds ids of agents. ``is_public`` gives it a page for
    strangers, which pages of ``sites`` may hold in a frame.
    """

    name = models.CharField(max_length=100, unique=True)
    inbox = models.ForeignKey(Inbox, models.PROTECT, null=True, blank=True, related_name="+")
    status = models.ForeignKey(Status, models.PROTECT, null=True, blank=True, related_name="+")
    priority = models.CharField(max_length=10, choices=Priority, blank=True)
    makes_tickets = models.BooleanField(default=True)
    draft = models.JSONField(default=support_form, blank=True)
    published = models.JSONField(default=support_form, blank=True)
    published_at = models.DateTimeField(default=timezone.now, null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    thanks = models.JSONField(default=dict, blank=True)
    redirect = models.CharField(max_length=500, blank=True, validators=[URLValidator(["http", "https"])])
    consent = models.JSONField(default=dict, blank=True)
    notified = models.JSONField(default=list, blank=True)
    is_public = models.BooleanField(default=False)
    sites = models.JSONField(default=list, blank=True, validators=[refuse_wrong_sites])
    portals = models.ManyToManyField(Portal, through="FormLink", related_name="forms")

    objects = FormQuerySet.as_manager()

    def __str__(self):
        return self.name

    def clean(self):
        """Tickets need an inbox and an open status; a portal that links the form needs its tickets."""
        if not self.makes_tickets:
            if self._is_linked():
                raise ValidationError(
                    {"makes_tickets": _("Portals link it, and there each submission makes a ticket.")}
                )
            return
        if self.inbox_id is None:
            raise ValidationError({"inbox": _("Choose where its tickets arrive.")})
        if self.status_id is None or self.status.is_closed:
            raise ValidationError({"status": _("Choose an open status in which its tickets start.")})

    @property
    def language(self):
        """The primary language of the first portal that links it; the active one where none does."""
        portal = self.portals.select_related("domain").order_by("pk").first() if self.pk else None
        return portal.language if portal else get_language()

    @property
    def draft_elements(self):
        return read_all(self.draft)

    @property
    def elements(self):
        """What is published, in order."""
        return read_all(self.published)

    @property
    def files_element(self):
        """The published element that takes files, or None."""
        return next((each for each in self.elements if each.is_files), None)

    @property
    def is_changed(self):
        """Whether the draft says something else than what is published."""
        return self.published_at is None or self.draft != self.published

    def why_not_linkable(self):
        """Why no portal can link this form, in words; "" when one can: it asks for a ticket and has an inbox (F1)."""
        if not self.makes_tickets or not self.inbox_id:
            return gettext("It creates no tickets in an inbox.")
        if self.published_at is None:
            return gettext("It is not published yet.")
        if not any(each.kind == "ticket" for each in self.elements):
            return gettext("It asks for no property of a ticket.")
        return ""

    # The draft

    def element(self, key):
        """The draft's element ``key``, or None."""
        return next((each for each in self.draft_elements if each.key == key), None)

    def add(self, element):
        """Put ``element`` at the end of the draft. Raises ValidationError when it stands there already, or nothing more fits."""
        elements = self.draft_elements
        if any(each.key == element.key for each in elements):
            raise ValidationError(_("“%(name)s” is on the form already."), params={"name": element.labelled(askable())})
        if len(elements) >= MOST_ELEMENTS:
            raise ValidationError(_("A form has at most %(most)d fields."), params={"most": MOST_ELEMENTS})
        self._keep([*elements, element])

    def change(self, element):
        """Put ``element`` where the one with its key stands."""
        self._keep([element if each.key == element.key else each for each in self.draft_elements])

    def drop(self, key):
        """Take the element ``key`` off the draft."""
        self._keep([each for each in self.draft_elements if each.key != key])

    def arrange(self, keys):
        """Order the draft as ``keys`` say; what they do not name stays behind, in its order."""
        places = {key: place for place, key in enumerate(keys)}
        self._keep(sorted(self.draft_elements, key=lambda each: places.get(each.key, len(places))))

    def move(self, key, steps):
        """Move the element ``key`` up (-1) or down (1)."""
        keys = [each.key for each in self.draft_elements]
        if key in keys:
            place = keys.index(key)
            keys.insert(max(0, place + steps), keys.pop(place))
            self.arrange(keys)

    def _keep(self, elements):
        self.draft = [each.data() for each in elements]
        self.save(update_fields=["draft"])

    def discard_draft(self):
        """Go back to what is published."""
        self.draft = self.published
        self.save(update_fields=["draft"])

    # What people meet

    def publish(self, *, by):
        """Let people meet the draft. Raises ValidationError with all that is wrong with it; does nothing when it is out."""
        problems = [words for _key, words in problems_of(self.draft_elements)]
        if not any(each.kind == "ticket" for each in self.draft_elements) and self._is_linked():
            problems.append(_("Portals link it: it must ask for a property of a ticket."))
        if problems:
            raise ValidationError(problems)
        if not self.is_changed:
            return
        with transaction.atomic():
            self.published, self.published_at, self.version = self.draft, timezone.now(), self.version + 1
            self.save(update_fields=["published", "published_at", "version"])
            record(self, "published", by=by, version=self.version)

    def withdraw(self, *, by):
        """Let nobody fill it in until it is published again. Raises ``InUse`` while portals link it."""
        if self.published_at is None:
            return
        if linked := [use for use in uses_of(self) if use.kind == "portal"]:
            raise InUse(linked)
        with transaction.atomic():
            self.published_at = None
            self.save(update_fields=["published_at"])
            record(self, "withdrawn", by=by)

    def _is_linked(self):
        return bool(self.pk) and FormLink.objects.filter(form=self, is_on=True).exists()

    def copy(self, name, *, by):
        """A form like this one, called ``name``, with this one's draft, not published. Raises ValidationError."""
        copied = ("inbox", "status", "priority", "makes_tickets", "thanks", "redirect", "consent", "notified")
        made = Form(draft=self.draft, published=[], published_at=None, version=0)
        made.set({each: getattr(self, each) for each in copied} | {"name": name}, by=by)
        return made


def new_key():
    """A key for a block of text."""
    return f"text-{secrets.token_hex(4)}"


class FormLinkQuerySet(SettledQuerySet):
    def on(self):
        """Links that customers see, in the order of the menu: to forms that are out and make tickets."""
        fitting = {"form__makes_tickets": True, "form__inbox__isnull": False, "form__published_at__isnull": False}
        return self.filter(is_on=True, **fitting).order_by("position", "pk")


class FormLink(Settable):
    """A form in a portal's navigation, with its menu text and heading as ``{language: text}`` (F1).

    Switched off it keeps its texts, and customers find nothing of it.
    """

    portal = models.ForeignKey(Portal, models.CASCADE)
    form = models.ForeignKey(Form, models.PROTECT)
    menu_text = models.JSONField(default=dict, blank=True)
    heading = models.JSONField(default=dict, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_on = models.BooleanField(default=True)

    objects = FormLinkQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["portal", "form"], name="form_link")]

    @classmethod
    def of(cls, portal):
        """The links that customers of ``portal`` see, in the order of the menu."""
        return remember((cls, portal.pk), lambda: list(cls.objects.on().filter(portal=portal)))

    def __str__(self):
        return self.form.name

    def clean(self):
        """Only a form that makes tickets in an inbox can be linked; one that was linked before may be switched off."""
        if self.is_on and (why := self.form.why_not_linkable()):
            raise ValidationError({"is_on": why})

    @property
    def history_subject(self):
        """A link is told of in its portal's history."""
        return self.portal

    def _tell(self, verb, changed, by):
        """With the form's name: a portal may have several links."""
        record(self.portal, "form_link_changed", changed, by=by, form=self.form.name)

    def called(self, wording):
        """The menu text in the active language; ``wording`` is the portal's, for what a ticket is called there (T5)."""
        return own_text(self.menu_text, wording.filing)

    def headed(self, wording):
        """The heading above the form in the active language."""
        return own_text(self.heading, wording.filing)
