"""Mail servers that an administrator has entered, beside the installation's own (``EMAIL_URL``)."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from loket.guard.secrets import locked, unlocked
from loket.history.models import record
from loket.history.settable import Settable
from loket.mail.addresses import Mailbox

TIMEOUT = 20


class Relay(Settable):
    """A mail server through which what some inboxes send leaves, and the address that it is from.

    ``secret`` is the password, encrypted.
    """

    class Security(models.TextChoices):
        STARTTLS = "starttls", _("STARTTLS")
        TLS = "tls", _("TLS")
        NONE = "none", _("None")

    address = models.CharField(_("From address"), max_length=254, unique=True)
    host = models.CharField(_("Server"), max_length=253)
    port = models.PositiveIntegerField(
        _("Port"), default=587, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )
    security = models.CharField(_("Encryption"), max_length=10, choices=Security, default=Security.STARTTLS)
    username = models.CharField(_("User name"), max_length=254, blank=True)
    secret = models.TextField(blank=True, editable=False)

    class Meta:
        ordering = ["address"]

    def __str__(self):
        return self.address

    def clean(self):
        try:
            mailbox = Mailbox.read(("", self.address))
        except ValueError as error:
            raise ValidationError({"address": _("This is no e-mail address.")}) from error
        self.address = f"{mailbox.local}@{mailbox.host.lower()}"
        if self.username and self.security == self.Security.NONE:
            raise ValidationError({"security": _("A password is never sent without encryption.")})

    def unique_error_message(self, model_class, unique_check):
        return ValidationError(_("There is a mail server for this address already."), code="unique")

    def change(self, values, *, secret="", by):
        """Change settings as ``set`` does, and the password when one is given; history learns that, not what it is."""
        with transaction.atomic():
            self.secret = locked(secret) if secret else self.secret
            self.set(values, by=by)
            if secret:
                self.save(update_fields=["secret"])
                record(self, "password_changed", by=by)

    @property
    def domain(self):
        """The domain that its mail is from."""
        return self.address.rpartition("@")[2]

    @property
    def options(self):
        """What ``smtp.MailServer`` wants to know; ``password`` is None when it was locked with another key."""
        try:
            password = unlocked(self.secret) if self.secret else ""
        except ValueError:
            password = None
        return {
            "host": self.host,
            "port": self.port,
            "username": self.username,
            "password": password,
            "use_tls": self.security == self.Security.STARTTLS,
            "use_ssl": self.security == self.Security.TLS,
            "timeout": TIMEOUT,
            "guarded": True,
        }
