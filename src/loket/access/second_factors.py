"""The second factor (A4): six digits from an app on the person's phone (TOTP, RFC 6238), and codes for when it is lost."""

import time

import pyotp
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from loket.access.open_sessions import OpenSession
from loket.access.signs import in_halves, new_code, plain
from loket.guard.secrets import locked, unlocked
from loket.history.models import record
from loket.history.settable import Settable
from loket.people.models import User

SECONDS = 30
# A phone's clock may be half a minute off, before or behind (RFC 6238 §5.2).
DRIFT = (-1, 0, 1)
RECOVERY_CODES = 10


class SecondFactor(models.Model):
    """What an account is proven by besides, at both doors. ``secret`` is locked.

    ``last_step`` is the half minute of the newest code that was used: an older one, or the same again, is worth nothing.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="second_factor")
    secret = models.TextField(editable=False)
    last_step = models.BigIntegerField(default=0)
    set_up_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return str(self.user)

    def takes(self, code):
        """Whether ``code`` is the app's, or one of the recovery codes. Either counts once."""
        return self._takes_digits(code) or self._takes_recovery(code)

    def _takes_digits(self, code):
        try:
            step = step_of(unlocked(self.secret), code)
        except ValueError:  # locked with another LOKET_SECRET_KEY: no app's code counts until it is set up anew
            return False
        if step is None:
            return False
        return bool(type(self).objects.filter(pk=self.pk, last_step__lt=step).update(last_step=step))

    def _takes_recovery(self, code):
        return bool(self.codes.filter(digest=digest(code), used_at=None).update(used_at=timezone.now()))

    def renew_codes(self):
        """New recovery codes for the old ones: as people read them, only now."""
        codes = [new_code(10) for _each in range(RECOVERY_CODES)]
        with transaction.atomic():
            self.codes.all().delete()
            RecoveryCode.objects.bulk_create(RecoveryCode(factor=self, digest=digest(code)) for code in codes)
        return [in_halves(code) for code in codes]

    def remove(self, *, by):
        """Take it away, also with a lost phone. Whoever is signed in to the account by it is signed out."""
        with transaction.atomic():
            if type(self).objects.filter(pk=self.pk).delete()[0]:
                OpenSession.end_all(self.user.open_sessions.all())
                tell(self.user, "second_factor_removed", by=by)


class RecoveryCode(models.Model):
    """One way in without the phone; ``digest`` is of the code."""

    factor = models.ForeignKey(SecondFactor, models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["factor", "digest"], name="recovery_code")]


class DeskEntry(Settable):
    """How agents come in; one row for the installation."""

    requires_second_factor = models.BooleanField(default=False)

    def __str__(self):
        return str(_("Agents’ sign-in"))

    @classmethod
    def stored(cls):
        """The row, saved or not yet."""
        return cls.objects.first() or cls(pk=1)

    def set(self, values, *, by):
        """Change it. Who asks for a second factor must have one: nobody shuts themselves out by it."""
        if values.get("requires_second_factor") and by and not factor_of(by):
            raise ValidationError(_("Set up your own two-step sign-in first."))
        super().set(values, by=by)

    def _write(self, before):
        super()._write(before)
        if self.requires_second_factor and not before["requires_second_factor"]:
            end_unproven("desk")

    def _tell(self, verb, changed, by):
        if changed:
            record(self, "settings_changed", changed, by=by)


def factor_of(user):
    """The second factor of ``user``, or None."""
    return SecondFactor.objects.filter(user=user).first()


def new_secret():
    """A secret for an app: 160 bits in base 32."""
    return pyotp.random_base32()


def address_for(secret, user, place):
    """What the QR code says: the app files it under ``place`` and the account's address."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=place)


def step_of(secret, code):
    """The half minute, at most one away from now, whose digits ``code`` is; None for any other code."""
    now, typed = int(time.time()) // SECONDS, "".join(code.split())
    app = pyotp.HOTP(secret)
    return next((now + drift for drift in DRIFT if constant_time_compare(app.at(now + drift), typed)), None)


def digest(code):
    """What is stored of a recovery code."""
    return salted_hmac("loket.access.recovery", plain(code), algorithm="sha256").hexdigest()


def set_up(user, secret, code, *, keep=""):
    """Ask ``user`` for a second factor from now on; returns the recovery codes. ``keep`` is the key of a session that stays.

    Other sessions end, as they were opened by less. Raises ValidationError for a wrong code, and when there is a factor.
    """
    step = step_of(secret, code)
    if step is None:
        raise ValidationError(
            {"code": _("This is not the code that the app shows now. Check the clock of your phone.")}
        )
    with transaction.atomic():
        factor, is_new = SecondFactor.objects.get_or_create(
            user=user, defaults={"secret": locked(secret), "last_step": step}
        )
        if not is_new:
            raise ValidationError(_("Two-step sign-in is set up already."))
        OpenSession.end_all(user.open_sessions.exclude(key=keep))
        tell(user, "second_factor_set_up", by=None)
        return factor.renew_codes()


def end_unproven(audience):
    """Sign out of ``audience`` whoever has no second factor: they set one up when they come in again."""
    OpenSession.end_all(OpenSession.objects.filter(audience=audience, user__second_factor=None))


def tell(user, verb, *, by):
    """Write to the history of each role that the account has; without ``by`` its owner did it."""
    for role in (user if user.is_agent or user.retired_at else None, user.contact):
        if role:
            record(role, verb, by=by or role)
