"""Domains and portals (P1–P6)."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from loket.history.models import record

LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}
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


class Domain(models.Model):
    """A connected host name with its primary language (P3)."""

    host = models.CharField(max_length=253, unique=True)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES, default="en")

    def __str__(self):
        return self.host

    def save(self, **kwargs):
        self.host = host_name(self.host)
        super().save(**kwargs)


class PortalQuerySet(models.QuerySet):
    def on(self):
        """Portals that are switched on."""
        return self.filter(is_on=True)

    def at(self, host, slug):
        """The portal at this host name and slug, with its domain, or None."""
        return self.select_related("domain").filter(domain__host=host, slug=slug).first()

    def answers_on(self, host):
        """Whether ``host`` is a connected domain."""
        return Domain.objects.filter(host=host).exists()


class Portal(models.Model):
    """A customer portal: name (P1), address (P2), switch (P6)."""

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

    objects = PortalQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["domain", "slug"], name="portal_address")]

    def __str__(self):
        return self.name

    @property
    def language(self):
        """The language that the portal, its pages and its mails speak (P4)."""
        return self.domain.language

    def address(self, path=""):
        """The full address of ``path`` (no leading slash) in this portal; scheme and port are the installation's."""
        port = f":{settings.SITE_URL.port}" if settings.SITE_URL.port else ""
        return f"{settings.SITE_URL.scheme}://{self.domain.host}{port}/{self.slug}/{path}"

    def turn_on(self, *, by):
        """Let customers in. Does nothing when it is on already."""
        self._switch(True, "turned_on", by)

    def turn_off(self, *, by):
        """Shut the portal; nothing is lost. Does nothing when it is off already."""
        self._switch(False, "turned_off", by)

    def _switch(self, is_on, verb, by):
        with transaction.atomic():
            if type(self).objects.filter(pk=self.pk, is_on=not is_on).update(is_on=is_on):
                record(self, verb, by=by)
        self.is_on = is_on
