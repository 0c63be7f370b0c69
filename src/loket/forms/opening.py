"""Open a portal: everything that one needs before customers can come in."""

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from loket.conversations.models import Inbox, RoutingPolicy
from loket.forms.models import Form, FormLink
from loket.portals.models import Domain, Portal, host_name
from loket.tickets.models import Pipeline, SightPolicy

STATUSES = (("New", False), ("Waiting on us", False), ("Waiting on contact", False), ("Closed", True))


def open_portal(*, name, host, slug, language="en", sharing="own", by):
    """A portal with domain, inbox, pipeline and support form, off until it is turned on; what exists already is used.

    ``sharing`` is T1: "own" or "company". Raises ValidationError, for a slug that is taken or reserved among others.
    """
    with transaction.atomic(), translation.override(language):
        domain = Domain.objects.filter(host=host_name(host)).first() or Domain()
        if domain.pk is None:
            domain.set({"host": host, "language": language}, by=by)
        portal = Portal()
        portal.set({"name": name, "domain": domain, "slug": slug}, by=by)
        inbox = Inbox.objects.first() or Inbox.objects.create(name=_("Help desk"))
        pipeline = Pipeline.objects.first() or make_pipeline()
        SightPolicy(portal=portal).set({"sharing": sharing}, by=by)
        RoutingPolicy(portal=portal).set({"inbox": inbox}, by=by)
        form = Form.objects.first() or Form.objects.create(
            name=_("Support form"), inbox=inbox, status=pipeline.first_open()
        )
        FormLink.objects.create(portal=portal, form=form)
    return portal


def make_pipeline():
    """HubSpot's support pipeline."""
    pipeline = Pipeline.objects.create(name=_("Support pipeline"))
    for position, (label, is_closed) in enumerate(STATUSES):
        pipeline.statuses.create(label=label, is_closed=is_closed, position=position)
    return pipeline
