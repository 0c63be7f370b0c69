"""What Loket knows of tickets from the start, under HubSpot's names."""

from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Concat, NullIf, Trim
from django.utils.translation import gettext_lazy as _

from loket.people.models import User
from loket.properties import types
from loket.properties.built_in import register
from loket.properties.catalogue import Property
from loket.records import kinds
from loket.tickets.models import Category, Pipeline, Priority, Source, Status, Ticket, TicketContact


def pairs(model, label=str):
    """Choices from the rows of a small table."""
    return lambda: [(str(each.pk), label(each)) for each in model.objects.all()]


def agents():
    """Agents as choices, by id."""
    return [(str(each.pk), each.name) for each in User.objects.agents()]


def first_contact():
    """Who requested a ticket: the name, else the address, of the contact associated first (T6)."""
    name = Trim(Concat("contact__first_name", Value(" "), "contact__last_name"))
    called = Coalesce(NullIf(name, Value("")), "contact__email")
    first = TicketContact.objects.filter(ticket=OuterRef("pk")).order_by("pk")
    return Subquery(first.annotate(called=called).values("called")[:1])


def register_all():
    """Tell the catalogue; from ``AppConfig.ready``."""
    kinds.register("ticket", Ticket)
    register(
        "ticket",
        Property("subject", _("Subject"), types.STRING, "subject", attribute="subject"),
        Property("content", _("Description"), types.TEXT, "content", attribute="content"),
        Property("hs_ticket_id", _("Number"), types.NUMBER, "pk"),
        Property("requested_by", _("Requested by"), types.STRING, first_contact()),
        Property("hs_pipeline", _("Pipeline"), types.CHOICE, "status__pipeline_id", choices=pairs(Pipeline)),
        Property(
            "hs_pipeline_stage", _("Status"), types.CHOICE, "status_id",
            choices=pairs(Status), order=Coalesce(F("status__position"), Value(0)),
        ),
        Property(
            "hubspot_owner_id", _("Ticket owner"), types.CHOICE, "owner_id",
            choices=agents, order=types.text_key("owner__first_name"),
        ),
        Property("createdate", _("Create date"), types.DATETIME, "created_at"),
        Property("hs_lastactivitydate", _("Last activity date"), types.DATETIME, "last_activity_at"),
        Property("hs_lastmodifieddate", _("Last modified date"), types.DATETIME, "modified_at"),
        Property("closed_date", _("Close date"), types.DATETIME, "closed_at"),
        Property(
            "hs_ticket_priority", _("Priority"), types.CHOICE, "priority",
            attribute="priority", choices=lambda: Priority.choices,
        ),
        Property(
            "hs_ticket_category", _("Category"), types.CHOICE, "category",
            attribute="category", choices=lambda: Category.choices,
        ),
        Property(
            "source_type", _("Source"), types.CHOICE, "source",
            attribute="source", choices=lambda: Source.choices,
        ),
        Property("hs_primary_company_name", _("Primary company"), types.STRING, "primary_company__name"),
    )  # fmt: skip
