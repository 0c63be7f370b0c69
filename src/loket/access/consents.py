"""Consent (A10): what a domain asks people to agree to, and what each of them agreed to, when, in which words."""

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import get_language

from loket.history.models import record
from loket.history.settable import Settable
from loket.people.models import Contact
from loket.portals.models import Domain
from loket.tickets.policies import own_text

WORDING = ("text", "box", "link_text", "link")


class ConsentWording(Settable):
    """What a domain's portals ask at registration. Texts are ``{language: text}``; without ``text`` nothing is asked.

    ``box`` are the words of a checkbox, which may be required; ``version`` counts the wordings.
    """

    domain = models.OneToOneField(Domain, models.CASCADE, related_name="consent_wording")
    text = models.JSONField(default=dict, blank=True)
    box = models.JSONField(default=dict, blank=True)
    is_required = models.BooleanField(default=False)
    link_text = models.JSONField(default=dict, blank=True)
    link = models.URLField(max_length=500, blank=True)
    asks_again = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    def __str__(self):
        return str(self.domain)

    @classmethod
    def of(cls, domain):
        """The domain's wording, saved or not yet."""
        return getattr(domain, "consent_wording", None) or cls(domain=domain)

    @property
    def history_subject(self):
        """Told of in the domain's history."""
        return self.domain

    @property
    def words(self):
        """(text, words of the box, words of the link) in the active language."""
        return own_text(self.text), own_text(self.box), own_text(self.link_text, self.link)

    @property
    def is_asked(self):
        """Whether there is anything to agree to."""
        return bool(self.version and own_text(self.text))

    def _write(self, before):
        """Save; other words are another version."""
        if any(name in before and before[name] != getattr(self, name) for name in WORDING):
            self.version += 1
        self.save()

    def _tell(self, verb, changed, by):
        if changed:
            record(self.domain, "settings_changed", changed, by=by)

    def is_due_for(self, contact):
        """Whether ``contact`` is asked at sign-in: who never answered this wording, where it is asked again.

        Who registered without ever being asked, as single sign-on makes accounts by itself, is asked in any case.
        """
        if not self.is_asked:
            return False
        answered = Consent.objects.filter(contact=contact, domain=self.domain)
        if self.asks_again:
            return not answered.filter(version=self.version).exists()
        has_registered = contact.memberships.filter(portal__domain=self.domain, source="registered").exists()
        return has_registered and not answered.exists()

    def note(self, contact, *, has_ticked):
        """Write down what ``contact`` was asked and answered; answering a wording twice keeps the first unless it changed."""
        text, box, _link = self.words
        with transaction.atomic():
            last = Consent.objects.filter(contact=contact, domain=self.domain, version=self.version).last()
            if last is None or last.has_ticked != has_ticked:
                Consent.objects.create(
                    contact=contact, domain=self.domain, host=self.domain.host, version=self.version, text=text, box=box,
                    language=get_language(), has_ticked=has_ticked,
                )  # fmt: skip
                record(contact, "consent_given", by=contact, host=self.domain.host, version=self.version)


class Consent(models.Model):
    """What one contact was asked, in the very words, and answered. Kept when the domain goes, and never changed."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="consents")
    domain = models.ForeignKey(Domain, models.SET_NULL, null=True, related_name="+")
    host = models.CharField(max_length=253)
    version = models.PositiveIntegerField()
    text = models.TextField()
    box = models.TextField(blank=True)
    language = models.CharField(max_length=10)
    has_ticked = models.BooleanField()
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["given_at", "pk"]

    def __str__(self):
        return f"{self.contact} {self.host} {self.version}"
