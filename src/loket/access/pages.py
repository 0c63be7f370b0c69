"""System pages (G1): for each page of a portal its design and its own words."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from loket.history.models import record
from loket.history.settable import Settable
from loket.portals.models import Portal
from loket.tickets.policies import own_text


class Page(models.TextChoices):
    """The pages that stand before a portal."""

    SIGN_IN = "sign-in", _("Sign in")
    REGISTER = "register", _("Register")
    SIGN_OUT = "sign-out", _("Sign out")
    DENIED = "access-denied", _("Access denied")
    RESET_REQUEST = "reset-request", _("Reset request")
    RESET = "reset", _("Reset password")


class Design(models.TextChoices):
    """How a page looks: the names are those of the styles (ui/css/system.css)."""

    CARD = "card", _("Centered card")
    SPLIT = "split", _("Split with brand panel")
    LETTER = "letter", _("Plain letter")


class SystemPage(Settable):
    """One page of one portal as its people want it; a page without a row stands as it comes. Texts are ``{language: text}``."""

    portal = models.ForeignKey(Portal, models.CASCADE, related_name="system_pages")
    page = models.CharField(max_length=20, choices=Page)
    design = models.CharField(max_length=10, choices=Design, default=Design.CARD)
    title = models.JSONField(default=dict, blank=True)
    text = models.JSONField(default=dict, blank=True)
    panel = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["portal", "page"], name="system_page")]

    def __str__(self):
        return str(self.get_page_display())

    @classmethod
    def of(cls, portal, page):
        """The page of ``portal``, saved or not yet."""
        return cls.objects.filter(portal=portal, page=page).first() or cls(portal=portal, page=page)

    @property
    def history_subject(self):
        """Told of in the portal's history."""
        return self.portal

    def looks(self):
        """What the template needs, in the active language."""
        return {
            "design": "" if self.design == Design.CARD else self.design,
            "own_title": own_text(self.title, ""),
            "own_text": own_text(self.text, ""),
            "panel_text": own_text(self.panel, ""),
        }

    def reset(self, *, by):
        """Back to how the page comes. Does nothing when it is so already."""
        if self._state.adding:
            return
        record(self.portal, "page_reset", by=by, of=str(self))
        self.delete()

    def _tell(self, verb, changed, by):
        if changed:
            record(self.portal, "settings_changed", changed, by=by, of=str(self))


def looks(portal, page):
    """What the template of ``page`` needs in ``portal``; at the desk (None) pages stand as they come."""
    return SystemPage.of(portal, page).looks() if portal else {}


def copy_pages(portal, original, **_more):
    """A copied portal gets the pages of its original."""
    for row in SystemPage.objects.filter(portal=original):
        row.pk, row.portal, row._state.adding = None, portal, True
        row.save()
