"""Contacts, companies and accounts."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q, Value
from django.db.models.functions import Coalesce, Concat, Lower
from django.db.models.lookups import Contains
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from loket.history.models import record
from loket.history.settable import Settable
from loket.history.settled import renew
from loket.people.addresses import clean_address
from loket.people.agents import AgentRole
from loket.properties.catalogue import catalogue
from loket.properties.filters import Filter


class FromHubSpot(models.Model):
    """A record with custom properties, perhaps imported: its HubSpot record id finds it again."""

    hubspot_id = models.BigIntegerField(null=True, blank=True, unique=True, editable=False)
    custom = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True


class Company(FromHubSpot):
    """An organisation."""

    name = models.CharField(_("Company name"), max_length=255)
    domain = models.CharField(_("Company domain name"), max_length=253, blank=True)
    phone = models.CharField(_("Phone number"), max_length=100, blank=True)
    city = models.CharField(_("City"), max_length=200, blank=True)
    country = models.CharField(_("Country"), max_length=200, blank=True)
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="children")

    class Meta:
        verbose_name_plural = "companies"
        indexes = [
            models.Index(fields=["name"], name="company_name"),
            models.Index(fields=["domain"], name="company_domain"),
        ]

    def __str__(self):
        return self.name or self.domain or f"#{self.pk}"


class ContactQuerySet(models.QuerySet):
    def called(self, query):
        """Those in whose name or address every word of ``query`` stands; nobody for no words."""
        words = query.lower().split()
        name = Lower(Concat("first_name", Value(" "), "last_name", Value(" "), Coalesce("email", Value(""))))
        return self.filter(*(Q(Contains(name, word)) for word in words)) if words else self.none()

    def in_order(self):
        return self.order_by("pk")


class Contact(FromHubSpot):
    """A customer: one address (perhaps unknown), a name, a language, any number of companies, one of them primary.

    ``primary_company`` is always one of ``companies``: change them by ``join``, ``leave`` and ``make_primary``.
    """

    email = models.CharField(_("E-mail"), max_length=254, null=True, blank=True, unique=True)
    first_name = models.CharField(_("First name"), max_length=150, blank=True)
    last_name = models.CharField(_("Last name"), max_length=150, blank=True)
    phone = models.CharField(_("Phone number"), max_length=100, blank=True)
    language = models.CharField(_("Preferred language"), max_length=10, blank=True)
    companies = models.ManyToManyField(Company, through="ContactCompany", related_name="contacts")
    primary_company = models.ForeignKey(
        Company, models.SET_NULL, null=True, blank=True, related_name="primary_contacts", editable=False
    )

    objects = ContactQuerySet.as_manager()

    def __str__(self):
        return self.name

    @property
    def name(self):
        """Full name, else the address."""
        return f"{self.first_name} {self.last_name}".strip() or self.email or f"#{self.pk}"

    def save(self, **kwargs):
        self.email = clean_address(self.email) if self.email else None
        super().save(**kwargs)

    def prefer(self, language, *, by):
        """Note in which language they want pages and mails. Idempotent."""
        if language == self.language:
            return
        with transaction.atomic():
            was, self.language = self.language, language
            self.save(update_fields=["language"])
            record(self, "changed", {"language": [was, language]}, by=by)

    def join(self, company, *, primary=None, by):
        """Associate with ``company``. It becomes primary when asked, or when there is none yet. Idempotent."""
        with transaction.atomic():
            _row, is_new = ContactCompany.objects.get_or_create(contact=self, company=company)
            if is_new:
                record(self, "company_added", by=by, company=company.name)
            if primary or (primary is None and self.primary_company_id is None):
                self.make_primary(company, by=by)

    def make_primary(self, company, *, by):
        """Make ``company``, one of this contact's, the primary one."""
        if self.primary_company_id == company.pk:
            return
        with transaction.atomic():
            was = self.primary_company
            self.primary_company = self.companies.get(pk=company.pk)
            self.save(update_fields=["primary_company"])
            record(self, "primary_company_changed", by=by, company=[str(was or ""), company.name])

    def leave(self, company, *, by):
        """End the association with ``company``; when it was primary, none is."""
        with transaction.atomic():
            if not ContactCompany.objects.filter(contact=self, company=company).delete()[0]:
                return
            if self.primary_company_id == company.pk:
                self.primary_company = None
                self.save(update_fields=["primary_company"])
            record(self, "company_removed", by=by, company=company.name)


class ContactCompany(models.Model):
    """One contact's place in one company."""

    contact = models.ForeignKey(Contact, models.CASCADE)
    company = models.ForeignKey(Company, models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "company"], name="contact_company")]


class SegmentKind(models.TextChoices):
    """Whether people are picked, or all belong who meet a filter."""

    STATIC = "static", _("Static")
    ACTIVE = "active", _("Active")


class Segment(Settable):
    """A list of contacts (D6). *Static*: picked one by one. *Active*: all who meet ``rule`` when one asks.

    ``rule`` is HubSpot's filterGroups JSON, and empty in a static one. A broken rule holds nobody.
    """

    name = models.CharField(_("Name"), max_length=100, unique=True)
    kind = models.CharField(max_length=10, choices=SegmentKind)
    rule = models.JSONField(default=dict, blank=True)
    picked = models.ManyToManyField(Contact, through="SegmentContact", related_name="+")

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    @property
    def is_active(self):
        """Whether a filter decides who is in it."""
        return self.kind == SegmentKind.ACTIVE

    def clean(self):
        """Refuse a rule that makes no sense, none where one is needed, and one where people are picked."""
        groups = Filter.clean(self.rule, catalogue("contact") if self.rule else {}).groups
        if self.is_active and not groups:
            raise ValidationError({"rule": _("Add at least one condition.")})
        if groups and not self.is_active:
            raise ValidationError({"rule": _("People are picked for a static segment: it has no conditions.")})

    @cached_property
    def filter(self):
        """The rule as a Filter; broken, it says why."""
        return Filter.stored(self.rule, catalogue("contact"))

    def contacts(self):
        """The people who are in it now."""
        if not self.is_active:
            return Contact.objects.filter(segmentcontact__segment=self)
        return Contact.objects.filter(self.filter.q()) if self.filter.groups else Contact.objects.none()

    def add(self, contact, *, by):
        """Pick ``contact`` for a static segment. Idempotent. Raises ValidationError for an active one."""
        self._refuse_picking()
        with transaction.atomic():
            if SegmentContact.objects.get_or_create(segment=self, contact=contact)[1]:
                record(self, "contact_added", by=by, contact=contact.name)

    def take_out(self, contact, *, by):
        """Pick ``contact`` no more. Idempotent. Raises ValidationError for an active segment."""
        self._refuse_picking()
        with transaction.atomic():
            if SegmentContact.objects.filter(segment=self, contact=contact).delete()[0]:
                record(self, "contact_removed", by=by, contact=contact.name)

    def _refuse_picking(self):
        if self.is_active:
            raise ValidationError(_("The conditions of this segment decide who is in it. Change them instead."))


class SegmentContact(models.Model):
    """A contact picked for a static segment."""

    segment = models.ForeignKey(Segment, models.CASCADE, db_index=False)
    contact = models.ForeignKey(Contact, models.CASCADE)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segment", "contact"], name="segment_contact")]


class UserManager(BaseUserManager):
    def create_user(self, *, email, password=None, **fields):
        """A new account; without a password nobody can sign in by one."""
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email):
        return self.get(email=clean_address(email))

    def agents(self):
        """Accounts of the support team that are in use."""
        return self.filter(is_agent=True, is_active=True).order_by("first_name", "last_name")

    def administrators(self):
        """The agents in use who may change all settings."""
        return self.agents().filter(is_administrator=True)

    def agents_ever(self):
        """Accounts that are or were of the support team, those in use first."""
        ever = models.Q(is_agent=True) | models.Q(retired_at__isnull=False)
        return self.filter(ever).order_by("-is_agent", "first_name", "last_name", "email")


class User(AgentRole, AbstractBaseUser):
    """The account of one address. Agent and member are roles: a member is a user with a contact."""

    email = models.CharField(_("E-mail"), max_length=254, unique=True)
    first_name = models.CharField(_("First name"), max_length=150, blank=True)
    last_name = models.CharField(_("Last name"), max_length=150, blank=True)
    is_active = models.BooleanField(default=True)
    contact = models.OneToOneField(Contact, models.SET_NULL, null=True, blank=True, related_name="user")
    created_at = models.DateTimeField(default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = EMAIL_FIELD = "email"

    def __str__(self):
        return self.name

    @property
    def name(self):
        """Full name, else the address."""
        return f"{self.first_name} {self.last_name}".strip() or self.email

    def save(self, **kwargs):
        self.email = clean_address(self.email)
        if kwargs.get("update_fields") != ["last_login"]:
            renew()  # agents' names stand in filters and choices
        super().save(**kwargs)

    def delete(self, **kwargs):
        renew()
        return super().delete(**kwargs)
