"""Who may enter a portal and how long they stay (A1, A3, A4, A6). One row per portal."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from loket.access.second_factors import end_unproven
from loket.portals.models import Portal
from loket.tickets.policies import Policy


class Mode(models.TextChoices):
    """A1: whether people may let themselves in."""

    OPEN = "open", _("Anyone may register")
    GROUPS = "groups", _("Only members of access groups, and contacts whom you let in yourself")


class IdleMinutes(models.IntegerChoices):
    """A6: how long a session lasts that nobody uses."""

    TWENTY = 20, _("20 minutes")
    FORTY = 40, _("40 minutes")
    HOUR = 60, _("60 minutes")
    DAY = 1440, _("24 hours")


class AccessPolicy(Policy):
    """A1–A4, A6. ``gives_company``: who registers joins the company whose domain is that of their address.

    ``mails_members`` can be off, which stops registration mails that have not left. Texts are ``{language: text}``.
    """

    portal = models.OneToOneField(Portal, models.CASCADE, related_name="access_policy")
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.GROUPS)
    gives_company = models.BooleanField(default=False)
    allows_codes = models.BooleanField(default=True)
    requires_second_factor = models.BooleanField(default=False)
    mails_members = models.BooleanField(default=True)
    mail_subject = models.JSONField(default=dict, blank=True)
    mail_text = models.JSONField(default=dict, blank=True)
    idle_minutes = models.PositiveSmallIntegerField(choices=IdleMinutes, default=IdleMinutes.HOUR)

    @classmethod
    def of(cls, portal):
        """The portal's policy, saved or not yet: no query where the portal was read with it (config/mounts.py)."""
        return getattr(portal, "access_policy", None) or cls(portal=portal)

    @property
    def is_open(self):
        """Whether anyone may register."""
        return self.mode == Mode.OPEN

    def _write(self, before):
        super()._write(before)
        if self.requires_second_factor and before.get("requires_second_factor") is False:
            end_unproven(f"portal:{self.portal_id}")
