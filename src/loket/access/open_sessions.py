"""Where accounts are signed in, so that people see it and sessions can be ended from elsewhere."""

from django.contrib.sessions.models import Session
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from loket.people.models import User

# What stands in a User-Agent, the telling sign first: Edge says Chrome too, and Chrome says Safari.
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


class OpenSession(models.Model):
    """Where an account is signed in: ``key`` is the session's, ``audience`` its door, ``device`` what the browser says it is."""

    user = models.ForeignKey(User, models.CASCADE, related_name="open_sessions")
    key = models.CharField(max_length=40, unique=True)
    audience = models.CharField(max_length=40)
    device = models.CharField(max_length=200, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return f"{self.user} {self.audience}"

    @staticmethod
    def end_all(rows):
        """End the sessions that these rows note."""
        keys = list(rows.values_list("key", flat=True))
        Session.objects.filter(pk__in=keys).delete()
        OpenSession.objects.filter(key__in=keys).delete()

    @property
    def browser(self):
        """The browser and its system in words, as far as it says: "Firefox, Windows"."""
        found = [next((name for sign, name in signs if sign in self.device), "") for signs in (BROWSERS, SYSTEMS)]
        return ", ".join(filter(None, found)) or _("A browser")
