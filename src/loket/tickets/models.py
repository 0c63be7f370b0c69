"""Pipelines, statuses, tickets and who they are associated with."""

from contextlib import suppress
from datetime import timedelta
from itertools import chain

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Case, ExpressionWrapper, OuterRef, Q, Subquery, When
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from loket.history.models import record
from loket.people.models import Company, Contact, FromHubSpot
from loket.properties.catalogue import catalogue
from loket.tickets.associations import TicketCompany, TicketContact, TicketParticipant
from loket.tickets.attention import TicketLooking, TicketReading
from loket.tickets.closing import ClosingPolicy, ReplyPolicy
from loket.tickets.lists import ListPolicy
from loket.tickets.pipelines import GONE, Pipeline, Status
from loket.tickets.policies import SightPolicy, WordingPolicy
from loket.tickets.removing import Removable
from loket.tickets.saved_views import SavedView
from loket.tickets.visibility import TicketQuerySet

__all__ = [
    "ClosingPolicy",
    "ListPolicy",
    "Pipeline",
    "ReplyPolicy",
    "SavedView",
    "SightPolicy",
    "Status",
    "Ticket",
    "TicketCompany",
    "TicketContact",
    "TicketLooking",
    "TicketParticipant",
    "TicketReading",
    "WordingPolicy",
]

# The page says it anew every 10 s; one poll may be late.
LOOKS_FOR = timedelta(seconds=30)
changed = Signal()
"""Sent inside the transaction after a ticket's words, state or associations changed. Arguments: ``ticket``, ``verb`` as
history has it, such as "closed", and ``by`` whom."""


class Priority(models.TextChoices):
    LOW = "LOW", _("Low")
    MEDIUM = "MEDIUM", _("Medium")
    HIGH = "HIGH", _("High")
    URGENT = "URGENT", _("Urgent")


# How much a priority presses, to sort by; none presses least.
PRIORITY_RANKS = {Priority.LOW: 1, Priority.MEDIUM: 2, Priority.HIGH: 3, Priority.URGENT: 4}


class Category(models.TextChoices):
    PRODUCT_ISSUE = "PRODUCT_ISSUE", _("Product issue")
    BILLING_ISSUE = "BILLING_ISSUE", _("Billing issue")
    FEATURE_REQUEST = "FEATURE_REQUEST", _("Feature request")
    GENERAL_INQUIRY = "GENERAL_INQUIRY", _("General inquiry")


class Source(models.TextChoices):
    CHAT = "CHAT", _("Chat")
    EMAIL = "EMAIL", _("E-mail")
    FORM = "FORM", _("Form")
    PHONE = "PHONE", _("Phone")
    PORTAL = "PORTAL", _("Portal")


class Ticket(Removable, FromHubSpot):
    """A request. Its number is its id.

    ``last_activity_at`` is the last activity that customers can see (T6): a message, closing, opening again. Comments,
    notes and other changes only move ``modified_at``. ``closed_at`` is set exactly while the status is a closed one.
    ``waiting_since`` is when the customer wrote what nobody has answered since; None while the last word is ours.
    """

    subject = models.CharField(_("Subject"), max_length=500)
    content = models.TextField(_("Description"), blank=True)
    status = models.ForeignKey(Status, models.PROTECT, related_name="tickets")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="tickets")
    priority = models.CharField(_("Priority"), max_length=20, blank=True, choices=Priority)
    priority_rank = models.GeneratedField(
        expression=Case(*(When(priority=each, then=rank) for each, rank in PRIORITY_RANKS.items()), default=0),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
    )
    category = models.CharField(_("Category"), max_length=30, blank=True, choices=Category)
    source = models.CharField(_("Source"), max_length=20, blank=True, choices=Source)
    primary_company = models.ForeignKey(
        Company, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    contacts = models.ManyToManyField(Contact, through="TicketContact", related_name="tickets")
    companies = models.ManyToManyField(Company, through="TicketCompany", related_name="tickets")
    last_activity_at = models.DateTimeField(default=timezone.now)
    modified_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TicketQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-last_activity_at", "-id"], name="ticket_newest"),
            models.Index(fields=["-last_activity_at", "-id"], name="ticket_open_newest", condition=Q(closed_at=None)),
            # One for each of the two, as views hold open tickets or closed ones.
            models.Index(fields=["-priority_rank", "-id"], name="ticket_open_priority", condition=Q(closed_at=None)),
            models.Index(fields=["-priority_rank", "-id"], name="ticket_closed_priority", condition=~Q(closed_at=None)),
            models.Index(
                fields=["owner", "-last_activity_at", "-id"], name="ticket_open_owner", condition=Q(closed_at=None)
            ),
            models.Index(
                fields=["removed_to", "-last_activity_at", "-id"], name="ticket_removed", condition=~Q(removed_at=None)
            ),
            models.Index(
                fields=["-last_activity_at", "-id"],
                name="ticket_waiting_newest",
                condition=Q(closed_at=None, waiting_since__isnull=False),
            ),
        ]

    def __str__(self):
        return self.subject

    @property
    def is_closed(self):
        """Whether the status is a closed one."""
        return self.closed_at is not None

    @property
    def requester(self):
        """The first associated contact (T6), or None."""
        first = self.ticketcontact_set.select_related("contact").order_by("pk").first()
        return first and first.contact

    @staticmethod
    def associations():
        """The tables of those who see tickets; each row carries its ticket's sort key."""
        return (TicketContact, TicketCompany, TicketParticipant)

    def touch(self, at=None):
        """Note that something happened at ``at`` that customers can see: it moves the ticket up their list."""
        self.seen_last_at(max(self.last_activity_at, at or timezone.now()))

    def seen_last_at(self, at):
        """Set the last activity that customers can see, which may be earlier when some of it is hidden from them now."""
        self.last_activity_at = at
        self.save(update_fields=["last_activity_at"])
        tell_associations([self.pk])

    def wait(self, since):
        """Note that the customer wrote at ``since``: the ticket waits from the first words that nobody answered."""
        if self.waiting_since is None:
            self.waiting_since = since
            self.save(update_fields=["waiting_since"])

    def stop_waiting(self):
        """Note that an agent had the last word. Does nothing when the ticket does not wait."""
        if self.waiting_since is not None:
            self.waiting_since = None
            self.save(update_fields=["waiting_since"])

    def mark_read(self, contact):
        """Note that ``contact`` has read everything up to now."""
        TicketReading.objects.bulk_create(
            [TicketReading(ticket=self, contact=contact, read_at=timezone.now())],
            update_conflicts=True,
            unique_fields=["contact", "ticket"],
            update_fields=["read_at"],
        )

    def look_at(self, agent):
        """Note that ``agent`` has the ticket before them now; other agents are shown so for ``LOOKS_FOR``."""
        now = timezone.now()
        TicketLooking.objects.filter(agent=agent, seen_at__lt=now - LOOKS_FOR).delete()
        TicketLooking.objects.bulk_create(
            [TicketLooking(ticket=self, agent=agent, seen_at=now)],
            update_conflicts=True,
            unique_fields=["agent", "ticket"],
            update_fields=["seen_at"],
        )

    def onlookers(self, agent):
        """The other agents who look at the ticket now, by name (D1)."""
        since = timezone.now() - LOOKS_FOR
        looking = TicketLooking.objects.filter(ticket=self, seen_at__gte=since).exclude(agent=agent)
        return [each.agent for each in looking.select_related("agent").order_by("agent__first_name", "agent__pk")]

    def move_to(self, status, *, by):
        """Put the ticket in ``status``; closing and opening again are activity that customers see.

        Raises ValidationError for a status that is gone.
        """
        if status.pk == self.status_id:
            return
        with transaction.atomic():
            there = Status.objects.held(status.pk)
            if there is None:
                raise ValidationError(GONE % {"status": status})
            was, self.status, status = self.status, there, there
            verb = self._turn(status)
            self.save(update_fields=["status", "closed_at"])
            record(self, verb, by=by, hs_pipeline_stage=[was.label, status.label])
            if verb != "status_changed":
                self.touch()
            self._changed(verb, by)

    def _turn(self, status):
        """Set ``closed_at`` for ``status``; the verb for what that means."""
        if status.is_closed == self.is_closed:
            return "status_changed"
        self.closed_at = timezone.now() if status.is_closed else None
        return "closed" if status.is_closed else "reopened"

    def close(self, *, by, status=None):
        """Close in ``status``, or in the pipeline's first closed one. Does nothing when it is closed already."""
        if not self.is_closed:
            self._take_first([status] if status else [], by, is_closed=True)

    def reopen(self, *, by):
        """Open again in the pipeline's first open status. Does nothing when it is open."""
        if self.is_closed:
            self._take_first([], by, is_closed=False)

    def _take_first(self, wanted, by, *, is_closed):
        """Move to the first of these statuses, then of the pipeline's, that nobody deletes at this moment."""
        for status in chain(wanted, self.status.pipeline.statuses.filter(is_closed=is_closed)):
            with suppress(ValidationError):
                return self.move_to(status, by=by)

    def follow(self, status, *, by):
        """Move an open ticket into the ``status`` that its pipeline has for what ``by`` just wrote, if it has one (D9).

        It stays where it is should somebody delete that one at this moment.
        """
        if status and not self.is_closed and not status.is_closed:
            with suppress(ValidationError):
                self.move_to(status, by=by)

    def assign(self, owner, *, by):
        """Give the ticket to an agent, or to nobody (None)."""
        if (owner and owner.pk) == self.owner_id:
            return
        with transaction.atomic():
            was, self.owner = self.owner, owner
            self.save(update_fields=["owner"])
            record(self, "assigned", by=by, hubspot_owner_id=[str(was or ""), str(owner or "")])
            self._changed("assigned", by)

    def change(self, values, *, by):
        """Set properties from ``{name: raw value}``, each cleaned by the catalogue; one event names what changed.

        Raises ValidationError for a value, KeyError for a name that the catalogue does not know.
        """
        properties = catalogue("ticket")
        before = (
            dict(self.custom),
            {each: getattr(self, each) for each in ("subject", "content", "priority", "category")},
        )
        for name, raw in values.items():
            properties[name].write(self, raw)
        after = dict(self.custom), {each: getattr(self, each) for each in before[1]}
        details = {
            name: [was.get(name, ""), now.get(name, "")]
            for was, now in zip(before, after, strict=True)
            for name in {*was, *now}
            if was.get(name) != now.get(name) and name != "content"
        }
        if before == after:
            return
        with transaction.atomic():
            self.save(update_fields=["custom", *before[1]])
            record(self, "changed", details, by=by)
            self._changed("changed", by)

    def begin(self, contact, *, by, **details):
        """Save a new ticket, ``contact``'s own and their primary company's (F2); None for nobody's.

        ``changed`` is not sent: nobody knows the ticket before its first words are said.
        """
        company = contact and contact.primary_company
        with transaction.atomic():
            self.primary_company = company
            self.save()
            record(self, "created", by=by, **details)
            for rows, person in ((TicketContact, contact), (TicketCompany, company)):
                if person:
                    rows.objects.create(ticket=self, **{rows.who: person}, **self._key)
                    record(self, f"{rows.who}_added", by=by, **{rows.who: str(person)})

    def associate_contact(self, contact, *, by):
        """Associate a contact: it is theirs now. The first one is who requested it."""
        self._associate(TicketContact, contact, "contact", by)

    def associate_company(self, company, *, by):
        """Associate a company; the first one is primary."""
        with transaction.atomic():
            self._associate(TicketCompany, company, "company", by)
            if self.primary_company_id is None:
                self.primary_company = company
                self.save(update_fields=["primary_company"])

    def add_participant(self, contact, *, by):
        """Let a contact who is not associated follow this ticket (C9)."""
        if not self.ticketcontact_set.filter(contact=contact).exists():
            self._associate(TicketParticipant, contact, "participant", by)

    def _associate(self, rows, person, verb, by):
        with transaction.atomic():
            _row, is_new = rows.objects.get_or_create(ticket=self, **{rows.who: person}, defaults=self._key)
            if is_new:
                record(self, f"{verb}_added", by=by, **{verb: str(person)})
                self._changed(f"{verb}_added", by)

    @property
    def _key(self):
        return {"is_open": not self.is_closed, "last_activity_at": self.last_activity_at}

    def dissociate_contact(self, contact, *, by):
        """End a contact's association."""
        self._dissociate(TicketContact, contact, "contact", by)

    def dissociate_company(self, company, *, by):
        """End a company's association; when it was primary, none is."""
        with transaction.atomic():
            self._dissociate(TicketCompany, company, "company", by)
            if self.primary_company_id == company.pk:
                self.primary_company = None
                self.save(update_fields=["primary_company"])

    def _dissociate(self, rows, person, verb, by):
        with transaction.atomic():
            if rows.objects.filter(ticket=self, **{rows.who: person}).delete()[0]:
                record(self, f"{verb}_removed", by=by, **{verb: str(person)})
                self._changed(f"{verb}_removed", by)

    def _changed(self, verb, by):
        self.modified_at = timezone.now()
        self.save(update_fields=["modified_at"])
        tell_associations([self.pk])
        changed.send(type(self), ticket=self, verb=verb, by=by)


def tell_associations(tickets):
    """Keep the sort keys on the association rows of ``tickets`` (ids) current: sight reads them (see visibility.py).

    From the tickets' own rows, not from objects in memory: those may be older than what another transaction wrote.
    """
    ticket = Ticket.objects.filter(pk=OuterRef("ticket"))
    is_open = ExpressionWrapper(Q(closed_at=None), output_field=models.BooleanField())
    for rows in (TicketContact, TicketCompany, TicketParticipant):
        rows.objects.filter(ticket__in=tickets).update(
            last_activity_at=Subquery(ticket.values("last_activity_at")), is_open=Subquery(ticket.values_list(is_open))
        )
