"""What of this room keeps a property, an option, a status or a pipeline from being deleted; filters that broke."""

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loket.properties.catalogue import catalogue
from loket.properties.filters import Filter, mentions
from loket.records.uses import Use, uses_of
from loket.tickets.closing import ClosingPolicy, ReplyPolicy
from loket.tickets.lists import ListPolicy, is_list_of_columns
from loket.tickets.models import Ticket
from loket.tickets.pipelines import Pipeline
from loket.tickets.policies import Sharing, SightPolicy

NAMED = 10


def portals_by_property(definition):
    """The portals whose filters or columns name a property (T1, T3, T6)."""
    yield from portals_by_filter(definition.kind, definition.name)
    for policy in ListPolicy.objects.select_related("portal").order_by("pk") if definition.kind == "ticket" else ():
        columns = policy.columns if is_list_of_columns(policy.columns) else []
        if any(each.get("name") == definition.name for each in columns):
            yield use(policy.portal, _("it is a column in the portal “%(portal)s”"))


def portals_by_option(option):
    """The portals whose filters compare with an option (T1, T3)."""
    yield from portals_by_filter(option.definition.kind, option.definition.name, option.value)


def portals_by_status(status):
    """The portals whose filter of visibility names a status (T3)."""
    yield from portals_by_filter("ticket", "hs_pipeline_stage", str(status.pk))


def portals_closing_in(status):
    """The portals whose customers close tickets in ``status``: they need it closed (T11)."""
    return portals_choosing(status, ClosingPolicy, _("customers of “%(portal)s” close tickets in it"))


def portals_reopening_in(status):
    """The portals where an answer moves a closed ticket to ``status``: they need it open (T10)."""
    return portals_choosing(status, ReplyPolicy, _("answered closed tickets of “%(portal)s” move to it"))


def pipelines_following_into(status):
    """The pipeline whose tickets move to ``status`` when somebody wrote: it needs it, and open (D9)."""
    for pipeline in Pipeline.objects.filter(Q(after_agent=status) | Q(after_customer=status)):
        words = _("tickets of “%(pipeline)s” move to it when somebody wrote") % {"pipeline": pipeline}
        yield Use("pipeline", pipeline.pk, pipeline.name, words)


def portals_choosing(status, policy, words):
    """The portals whose row of ``policy`` (a PerPipeline) has chosen ``status``."""
    for row in policy.objects.select_related("portal").order_by("pk"):
        if status.pk in getattr(row, policy.choices).values():
            yield use(row.portal, words)


def portals_by_filter(kind, name, value=None):
    """The portals that decide about sight by the property ``name``, or by that ``value`` of it."""
    for policy in SightPolicy.objects.select_related("portal").order_by("pk"):
        if kind == "contact" and mentions(policy.sharing_filter, name, value):
            yield use(policy.portal, _("the portal “%(portal)s” decides by it who sees the company’s tickets"))
        if kind == "ticket" and mentions(policy.visibility_filter, name, value):
            yield use(policy.portal, _("the portal “%(portal)s” decides by it which tickets appear"))


def use(portal, words):
    """A portal's use in words."""
    return Use("portal", portal.pk, portal.name, words % {"portal": portal}, "tickets")


def uses_of_pipeline(pipeline):
    """Its tickets, the portals that name it, all that uses one of its statuses, and being the only one (D5)."""
    if not Pipeline.objects.exclude(pk=pipeline.pk).exists():
        yield Use("", "", "", _("it is the only pipeline"))
    tickets = Ticket.objects.filter(status__pipeline=pipeline).order_by("pk")
    if count := tickets.count():
        words = ngettext("%(count)d ticket is in it", "%(count)d tickets are in it", count)
        yield Use("", "", "", words % {"count": count})
    for ticket in tickets[:NAMED]:
        words = _("ticket #%(number)s “%(subject)s” is in it") % {"number": ticket.pk, "subject": ticket}
        yield Use("ticket", ticket.pk, ticket.subject, words)
    yield from portals_by_filter("ticket", "hs_pipeline", str(pipeline.pk))
    for status in pipeline.statuses.all():
        for each in uses_of(status):
            words = _("its status “%(status)s”: %(use)s") % {"status": status, "use": each.what}
            yield each._replace(what=words)


def broken_filters(portal=None):
    """The filters of ``portal``, or of all, that make no sense any more and so let nothing through; ``what`` says why."""
    policies = (
        SightPolicy.objects.select_related("portal").order_by("pk").exclude(sharing_filter={}, visibility_filter={})
    )
    policies = list(policies.filter(portal=portal) if portal else policies)
    contacts, tickets = (catalogue("contact"), catalogue("ticket")) if policies else ({}, {})
    for policy in policies:
        portal, problems = policy.portal, {}
        if policy.sharing == Sharing.FILTER:
            words = _("the portal “%(portal)s” shows nobody the company’s tickets: %(problem)s")
            problems[words] = Filter.stored(policy.sharing_filter, contacts).problem
        words = _("the portal “%(portal)s” shows no tickets at all: %(problem)s")
        problems[words] = Filter.stored(policy.visibility_filter, tickets).problem
        for words, problem in problems.items():
            if problem:
                words = words % {"portal": portal, "problem": problem}
                yield Use("portal", portal.pk, portal.name, words, "tickets")
