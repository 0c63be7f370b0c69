"""Domains and portals (P1–P6)."""

import re
from copy import copy

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _

from loket.history.models import record
from loket.history.settable import Settable
from loket.history.settled import SettledQuerySet, remember
from loket.portals.texts import own_text, speaking
from loket.portals.themes import Theme, copy_theme, forget_pictures
from loket.records.readiness import missing_for

copied = Signal()
"""Sent inside the transaction after a portal was copied: who owns a policy copies it. Arguments: ``portal``, the new
one, and ``original``."""

LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}
LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
RESERVED = {
    "api", "conversations", "crm", "desk", "files", "forms", "healthz", "metrics", "readyz", "static", "webhooks",
}  # fmt: skip


def host_name(host):
    """``host`` without port, lower case, without a trailing dot.

    When Loket itself lives on a loopback address, all loopback names are that address: a demo answers on each.
    """
    name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
    name = name.lower().rstrip(".")
    home = settings.SITE_URL.hostname
    return home if home in LOOPBACK and name in LOOPBACK else name


def refuse_reserved(slug):
    """Raise for a slug that is Loket's own first path segment."""
    if slug in RESERVED:
        raise ValidationError(_("“%(slug)s” is reserved. Choose another address."), params={"slug": slug})


class NotReady(ValidationError):
    """The portal cannot be turned on; ``missing`` lists what must be set first."""

    def __init__(self, missing):
        super().__init__([each.words for each in missing])
        self.missing = missing


class Domain(Settable):
    """A connected host name with its primary language (P3)."""

    host = models.CharField(
        max_length=253,
        unique=True,
        validators=[
            RegexValidator(
                re.compile(rf"^({LABEL}(\.{LABEL})*|\[::1\])\Z", re.IGNORECASE),
                _("Type only a host name, such as help.example.com."),
            )
        ],
        error_messages={"unique": _("This domain is connected already.")},
    )
    language = models.CharField(max_length=10, choices=settings.LANGUAGES, default="en")

    class Meta:
        ordering = ["host"]

    def __str__(self):
        return self.host

    def clean(self):
        self.host = host_name(self.host)

    def save(self, **kwargs):
        self.host = host_name(self.host)
        super().save(**kwargs)


class PortalQuerySet(SettledQuerySet):
    def on(self):
        """Portals that are switched on."""
        return self.filter(is_on=True)

    def at(self, host, slug):
        """The portal at this host name and slug, with its domain, or None."""
        found = self.select_related("domain", "theme").filter(domain__host=host, slug=slug)
        return copy(remember(("portal", host, slug), found.first))

    def once_at(self, host, slug):
        """The portal that had this address before and moved; None when it never was, or is another's by now."""
        former = {"former_addresses__domain__host": host, "former_addresses__slug": slug}
        return self.select_related("domain").filter(**former).first()

    def answers_on(self, host):
        """Whether ``host`` is a connected domain."""
        return Domain.objects.filter(host=host).exists()


def refuse_unknown_languages(codes):
    """Raise for what is no list of languages that Loket speaks."""
    if not isinstance(codes, list) or not all(
        isinstance(code, str) and code in dict(settings.LANGUAGES) for code in codes
    ):
        raise ValidationError(_("Choose among the languages that Loket speaks."))


class Portal(Settable):
    """A customer portal: name (P1), address (P2), further languages (P4), switch (P6).

    ``customer_name`` is ``{language: text}``: what customers read as its name where that is another one.
    """

    name = models.CharField(max_length=100)
    domain = models.ForeignKey(Domain, models.PROTECT, related_name="portals")
    slug = models.CharField(
        max_length=50,
        validators=[
            RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*\Z", _("Use lower-case letters, digits and hyphens.")),
            refuse_reserved,
        ],
    )
    is_on = models.BooleanField(default=False)
    customer_name = models.JSONField(default=dict, blank=True)
    further_languages = models.JSONField(default=list, blank=True, validators=[refuse_unknown_languages])

    objects = PortalQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["domain", "slug"], name="portal_address")]

    def __str__(self):
        return self.name

    @property
    def called(self):
        """Its name as customers read it, in the active language."""
        return own_text(self.customer_name, self.name)

    @property
    def language(self):
        """The primary language: the portal, its pages and its mails speak it to whoever chose no other (P4)."""
        return self.domain.language

    @property
    def languages(self):
        """All that it speaks, the primary one first."""
        further = [code for code, _name in settings.LANGUAGES if code in self.further_languages]
        return list(dict.fromkeys([self.language, *further]))

    def spoken(self, language):
        """``language`` where the portal speaks it, else its primary one."""
        return language if language in self.languages else self.language

    def speaking(self, language=""):
        """A context: within it texts are in ``language``, as far as the portal speaks it."""
        return speaking(self.spoken(language), self.language)

    @property
    def looks(self):
        """The theme that customers see; one that says nothing, not saved, where none was published (H1)."""
        return getattr(self, "theme", None) or Theme(portal=self)

    def address(self, path=""):
        """The full address of ``path`` (no leading slash) in this portal; scheme and port are the installation's."""
        port = f":{settings.SITE_URL.port}" if settings.SITE_URL.port else ""
        return f"{settings.SITE_URL.scheme}://{self.domain.host}{port}/{self.slug}/{path}"

    def clean(self):
        """Refuse an address that another portal has, by that portal's name (P2)."""
        there = Portal.objects.filter(domain=self.domain_id, slug=self.slug).exclude(pk=self.pk).first()
        if there:
            taken = _("“%(slug)s” is the address of the portal “%(portal)s” on this domain. Choose another.")
            raise ValidationError({"slug": ValidationError(taken, params={"slug": self.slug, "portal": there.name})})

    def _write(self, before):
        """Save; an address that was left leads here until another portal takes it (P2)."""
        # One at a time on a domain, so that an address that was free when it was checked still is.
        Domain.objects.select_for_update().get(pk=self.domain_id)
        self.clean()
        was = (before.get("domain") or self.domain, before.get("slug") or self.slug)
        is_new = self.pk is None
        self.save()
        FormerAddress.objects.filter(domain=self.domain, slug=self.slug).delete()
        if not is_new and was != (self.domain, self.slug):
            FormerAddress.objects.update_or_create(domain=was[0], slug=was[1], defaults={"portal": self})

    def copy_to(self, portal, values, *, by):
        """Make ``portal``, not saved yet, a copy of this one, off; ``values`` are its name, domain and slug.

        It gets all policies; members are not copied. Raises ValidationError.
        """
        with transaction.atomic():
            portal.set({"further_languages": self.further_languages} | values, by=by)
            record(portal, "copied", by=by, original=self.name)
            copy_theme(self, portal)
            copied.send(Portal, portal=portal, original=self)

    def remove(self, *, by):
        """Delete the portal with its settings and pictures. Raises ``InUse`` with what uses it."""
        with transaction.atomic():
            gone = Portal(pk=self.pk)
            super().remove(by=by)
            forget_pictures(gone)

    def turn_on(self, *, by):
        """Let customers in. Does nothing when it is on already. Raises ``NotReady`` while something is missing."""
        if not self.is_on and (missing := missing_for(self)):
            raise NotReady(missing)
        self._switch(True, "turned_on", by)

    def turn_off(self, *, by):
        """Shut the portal; nothing is lost. Does nothing when it is off already."""
        self._switch(False, "turned_off", by)

    def _switch(self, is_on, verb, by):
        with transaction.atomic():
            if type(self).objects.filter(pk=self.pk, is_on=not is_on).update(is_on=is_on):
                record(self, verb, by=by)
        self.is_on = is_on


class FormerAddress(models.Model):
    """An address that a portal had: it leads to the portal until another takes it (P2)."""

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="+")
    slug = models.CharField(max_length=50)
    portal = models.ForeignKey(Portal, models.CASCADE, related_name="former_addresses")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["domain", "slug"], name="former_address")]

    def __str__(self):
        return f"{self.domain}/{self.slug}"
