"""What a portal says about tickets: who sees which (T1, T3), and in which words (T5, T7, T8). One row per portal."""

from copy import copy
from dataclasses import replace

from django.db import models
from django.db.models import Case, F, Value, When
from django.db.models.functions import Concat, Trim
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from loket.history.models import record
from loket.history.settable import Settable
from loket.history.settled import remember
from loket.people.models import Contact, User
from loket.portals.models import Portal
from loket.portals.texts import own_text
from loket.properties import types
from loket.properties.catalogue import catalogue
from loket.properties.filters import NOTHING, Filter
from loket.tickets.pipelines import Status

STATES = (("open", _("Open")), ("closed", _("Closed")))


class Policy(Settable):
    """A portal's row of settings; the defaults hold while it has none."""

    portal = models.OneToOneField(Portal, models.CASCADE, related_name="+")

    class Meta:
        abstract = True

    def __str__(self):
        return f"{type(self).__name__} {self.portal}"

    @classmethod
    def of(cls, portal):
        """The portal's policy, saved or not yet."""
        kept = remember((cls, portal.pk), lambda: cls.objects.filter(portal=portal).first() or cls(portal=portal))
        own = copy(kept)  # whoever sets it sets it for themselves until it is saved
        own.portal = portal
        return own

    @property
    def history_subject(self):
        """A policy is told of in its portal's history."""
        return self.portal

    def _tell(self, verb, changed, by):
        if changed:
            record(self.portal, "settings_changed", changed, by=by)


class Sharing(models.TextChoices):
    """T1: whose tickets a customer sees besides their own."""

    COMPANY = "company", _("All tickets of their company")
    OWN = "own", _("Only their own tickets")
    FILTER = "filter", _("All tickets of their company, for contacts that meet a filter")


class SightPolicy(Policy):
    """T1 and T3. Filters are stored as HubSpot's JSON; a broken one lets nothing through."""

    sharing = models.CharField(max_length=10, choices=Sharing, default=Sharing.OWN)
    sharing_filter = models.JSONField(default=dict, blank=True)
    visibility_filter = models.JSONField(default=dict, blank=True)

    def clean(self):
        Filter.clean(self.sharing_filter, catalogue("contact"))
        Filter.clean(self.visibility_filter, catalogue("ticket"))

    @cached_property
    def visibility(self):
        """T3 as a filter over tickets."""
        return Filter.stored(self.visibility_filter, catalogue("ticket") if self.visibility_filter else {})

    @cached_property
    def sharers(self):
        """T1 as a Q over contacts: those who see their primary company's tickets, when they have one."""
        if self.sharing != Sharing.FILTER:
            return models.Q() if self.sharing == Sharing.COMPANY else NOTHING
        sharers = Filter.stored(self.sharing_filter, catalogue("contact"))
        return sharers.q() if sharers.groups else NOTHING

    def shares_company_with(self, contact):
        """Whether T1 lets ``contact`` see their primary company's tickets."""
        if not contact.primary_company_id or self.sharing == Sharing.OWN:
            return False
        return self.sharing == Sharing.COMPANY or Contact.objects.filter(self.sharers, pk=contact.pk).exists()


class OwnerName(models.TextChoices):
    """T7: how customers meet an agent's name."""

    FIRST = "first", _("First name")
    FULL = "full", _("Full name")
    LAST = "last", _("Last name")
    ALIAS = "alias", _("One name for all")


FULL_NAME = Trim(Concat(F("owner__first_name"), Value(" "), F("owner__last_name")))
OWNER_SOURCE = {
    OwnerName.FIRST: F("owner__first_name"),
    OwnerName.LAST: F("owner__last_name"),
    OwnerName.FULL: FULL_NAME,
}


class WordingPolicy(Policy):
    """T5, T7, T8: what a ticket is called, how agents are named, what a status says. Texts are ``{language: text}``."""

    singular = models.JSONField(default=dict, blank=True)
    plural = models.JSONField(default=dict, blank=True)
    owner_name = models.CharField(max_length=10, choices=OwnerName, default=OwnerName.FIRST)
    owner_alias = models.JSONField(default=dict, blank=True)
    shows_status_labels = models.BooleanField(default=False)

    def called(self, count=1):
        """What one ticket, or several, are called (T5)."""
        own = self.singular if count == 1 else self.plural
        return own_text(own, ngettext("Ticket", "Tickets", count))

    def within(self, count=1):
        """The same as it stands within a sentence; an abbreviation such as “RMAs” keeps its capitals."""
        word = self.called(count)
        return word if word[1:2].isupper() else word[:1].lower() + word[1:]

    @property
    def filing(self):
        """What filing one is called where a form has no words of its own (F1)."""
        own = own_text(self.singular)
        return _("File a new %(ticket)s") % {"ticket": self.within()} if own else _("File a support ticket")

    @property
    def alias(self):
        """The one name for all agents."""
        return own_text(self.owner_alias, _("Support"))

    def agent_name(self, agent):
        """The name customers meet for ``agent`` (T7); the alias when the chosen part is empty."""
        parts = {
            OwnerName.FIRST: agent and agent.first_name,
            OwnerName.LAST: agent and agent.last_name,
            OwnerName.FULL: agent and f"{agent.first_name} {agent.last_name}".strip(),
        }
        return str(parts.get(self.owner_name) or self.alias)

    def signature_of(self, agent):
        """The agent's signature for customers: none under an alias, and no line with a part of the name that is hidden (T7)."""
        if agent is None or self.owner_name == OwnerName.ALIAS:
            return ""
        shown = self.agent_name(agent).casefold()
        secret = [each.casefold() for each in (agent.first_name, agent.last_name, agent.email) if each]
        secret = [each for each in secret if each not in shown]
        lines = agent.signature.splitlines()
        return "\n".join(each for each in lines if not any(part in each.casefold() for part in secret)).strip()

    def shown(self, name, properties):
        """The property ``name`` as customers meet it: its expression yields what is shown and nothing behind it."""
        found = properties[name]
        if name == "hubspot_owner_id":
            return self._shown_owner(found)
        if name == "hs_pipeline_stage":
            return self._shown_status(found)
        return found.for_customers()

    def _shown_owner(self, found):
        """Under an alias there is nothing to filter or sort by; else the names are, not the agents."""
        if own_text(self.singular):
            found = replace(found, label=_("Owner of the %(ticket)s") % {"ticket": self.within()})
        if self.owner_name == OwnerName.ALIAS:
            source = Case(When(owner=None, then=Value("")), default=Value(str(self.alias)))
            return replace(found, source=source, choices=None, is_filterable=False, is_sortable=False)
        source = OWNER_SOURCE[self.owner_name]
        source = Case(
            When(owner=None, then=Value("")), When(self._nameless(), then=Value(str(self.alias))), default=source
        )
        return replace(found, source=source, choices=self._agent_names, order=types.text_key(source))

    def _nameless(self):
        parts = {OwnerName.FIRST: ["first_name"], OwnerName.LAST: ["last_name"]}
        return models.Q(**{f"owner__{part}": "" for part in parts.get(self.owner_name, ["first_name", "last_name"])})

    def _agent_names(self):
        names = dict.fromkeys(self.agent_name(agent) for agent in User.objects.agents())
        return [(name, name) for name in names]

    def _shown_status(self, found):
        state = Case(When(closed_at=None, then=Value("open")), default=Value("closed"))
        if not self.shows_status_labels:
            return replace(found, source=state, choices=lambda: STATES, order=types.text_key(state))
        labels = {each.pk: each.customer_words for each in Status.objects.all()}
        # The label itself: two statuses that customers know by one name must stay one for them.
        ranks = {label: rank for rank, label in enumerate(dict.fromkeys(labels.values()))}
        source = Case(*(When(status=pk, then=Value(label)) for pk, label in labels.items()), default=Value(""))
        order = Case(*(When(status=pk, then=Value(ranks[label])) for pk, label in labels.items()), default=Value(-1))
        return replace(found, source=source, choices=lambda: [(label, label) for label in ranks], order=order)

    def status_words(self, ticket):
        """The status of ``ticket`` as customers read it (T8)."""
        if self.shows_status_labels:
            return ticket.status.customer_words
        return dict(STATES)["closed" if ticket.is_closed else "open"]
