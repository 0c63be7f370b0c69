"""Single sign-on (A4): the provider of a domain, and what accounts are called there."""

from django.db import models, transaction
from django.utils import timezone

from loket.access.open_sessions import OpenSession
from loket.guard.secrets import locked, unlocked
from loket.history.models import record
from loket.history.settable import Settable
from loket.people.models import User
from loket.portals.models import Domain


class SingleSignOn(Settable):
    """The OpenID provider of one domain. While it is on, nothing else signs in there: no passwords, codes, registration."""

    domain = models.OneToOneField(Domain, models.CASCADE, related_name="single_sign_on")
    name = models.CharField(max_length=60)
    issuer = models.CharField(max_length=500)
    client_id = models.CharField(max_length=255)
    secret = models.TextField(blank=True, editable=False)
    is_on = models.BooleanField(default=False)

    def __str__(self):
        return self.name

    @classmethod
    def of(cls, domain):
        """The domain's, saved or not yet."""
        return getattr(domain, "single_sign_on", None) or cls(domain=domain)

    @property
    def history_subject(self):
        """Told of in the domain's history."""
        return self.domain

    @property
    def client_secret(self):
        """The secret in the clear."""
        return unlocked(self.secret) if self.secret else ""

    def change(self, values, *, secret="", by):
        """Change settings as ``set`` does, and the secret when one is given. Turning it on or off signs everybody out."""
        with transaction.atomic():
            was_on = self.is_on
            self.secret = locked(secret) if secret else self.secret
            self.set(values, by=by)
            if secret:
                self.save(update_fields=["secret"])
                record(self.domain, "secret_changed", by=by)
            if was_on != self.is_on:
                self.sign_everybody_out()

    def sign_everybody_out(self):
        """End all sessions in the portals of this domain."""
        from_here = [f"portal:{pk}" for pk in self.domain.portals.values_list("pk", flat=True)]
        OpenSession.end_all(OpenSession.objects.filter(audience__in=from_here))

    def _tell(self, verb, changed, by):
        if changed:
            record(self.domain, "settings_changed", changed, by=by)


class Identity(models.Model):
    """What an account is called at a provider: ``subject`` never changes there, as an address may."""

    user = models.ForeignKey(User, models.CASCADE, related_name="identities")
    issuer = models.CharField(max_length=500)
    subject = models.CharField(max_length=255)
    joined_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="identity")]

    def __str__(self):
        return f"{self.user} {self.issuer}"
