"""Open a portal: everything that one needs before customers can come in."""

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from loket.conversations.models import Inbox, RoutingPolicy
from loket.forms.models import Form, FormLink
from loket.portals.models import Domain, Portal, host_name
from loket.tickets.models import Pipeline, SightPolicy

STATUSES = (("New", False), ("Waiting on us", False), ("Waiting on contact", False), ("Closed", True))


def open_portal(*, name, host, slug, language="en", sharing="own", inbox="", pipeline="", form="", by):
    """A portal with domain, inbox, pipeline and support form, off until it is turned on; what exists already is used.

    ``sharing`` is T1: "own" or "company". ``inbox``, ``pipeline`` and ``form`` are names; without one the first there is
    will do. Raises ValidationError, for a slug that is taken or reserved among others.
    """
    with transaction.atomic(), translation.override(language):
        portal = Portal()
        portal.set({"name": name, "domain": domain_at(host, language, by=by), "slug": slug}, by=by)
        place = existing(Inbox, inbox) or made(Inbox(), {"name": inbox or _("Help desk")}, by=by)
        first = (existing(Pipeline, pipeline) or make_pipeline(pipeline)).first_open()
        SightPolicy(portal=portal).set({"sharing": sharing}, by=by)
        RoutingPolicy(portal=portal).set({"inbox": place}, by=by)
        values = {"name": form or _("Support form"), "inbox": place, "status": first}
        asked = existing(Form, form) or made(Form(), values, by=by)
        FormLink.objects.create(portal=portal, form=asked)
    return portal


def domain_at(host, language, *, by):
    """The connected domain, or a new one; it takes ``language`` while no portal is there."""
    domain = Domain.objects.filter(host=host_name(host)).first() or Domain()
    if domain.pk is None or not domain.portals.exists():
        domain.set({"host": host, "language": language}, by=by)
    return domain


def existing(model, name):
    """The record of this name, any when ``name`` is empty, else None."""
    return (model.objects.filter(name=name) if name else model.objects.all()).first()


def made(record, values, *, by):
    """``record`` with ``values``, saved and told in history."""
    record.set(values, by=by)
    return record


def make_pipeline(name=""):
    """HubSpot's support pipeline."""
    pipeline = Pipeline.objects.create(name=name or _("Support pipeline"))
    for position, (label, is_closed) in enumerate(STATUSES):
        pipeline.statuses.create(label=label, is_closed=is_closed, position=position)
    return pipeline
