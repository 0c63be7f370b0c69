"""What Loket knows of contacts and companies from the start, under HubSpot's names."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from loket.people.models import Company, Contact, Segment, User
from loket.properties import types
from loket.properties.built_in import register
from loket.properties.catalogue import Property
from loket.records import kinds


def plain(name, label, attribute, kind=types.STRING):
    """A property that is one text column."""
    return Property(name, label, kind, attribute, attribute=attribute)


def register_all():
    """Tell the catalogue; from ``AppConfig.ready``."""
    kinds.register("contact", Contact)
    kinds.register("company", Company)
    kinds.register("agent", User)
    kinds.register("segment", Segment)
    register(
        "contact",
        plain("email", _("E-mail"), "email"),
        plain("firstname", _("First name"), "first_name"),
        plain("lastname", _("Last name"), "last_name"),
        plain("phone", _("Phone number"), "phone"),
        Property(
            "hs_language", _("Preferred language"), types.CHOICE, "language",
            attribute="language", choices=lambda: settings.LANGUAGES,
        ),
        Property("company", _("Company name"), types.STRING, "primary_company__name"),
        Property("createdate", _("Create date"), types.DATETIME, "created_at"),
    )  # fmt: skip
    register(
        "company",
        plain("name", _("Company name"), "name"),
        plain("domain", _("Company domain name"), "domain"),
        plain("phone", _("Phone number"), "phone"),
        plain("city", _("City"), "city"),
        plain("country", _("Country"), "country"),
        Property("createdate", _("Create date"), types.DATETIME, "created_at"),
    )
