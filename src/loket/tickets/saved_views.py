"""Views of tickets that agents save: a filter with a name, of one's own or shared with the team (D1)."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loket.history.settable import Settable
from loket.properties.catalogue import catalogue
from loket.properties.filters import Filter, mentions
from loket.records.uses import Use


class SavedViewQuerySet(models.QuerySet):
    def of(self, agent):
        """The views that ``agent`` works with: their own and the shared ones."""
        return self.filter(Q(owner=agent) | Q(is_shared=True))

    def changeable_by(self, agent):
        """The views that ``agent`` may change: their own; an administrator all, or one could keep a property for ever."""
        return self if agent.is_administrator else self.filter(owner=agent)


class SavedView(Settable):
    """``rule`` is HubSpot's filterGroups JSON over tickets, never empty; a broken one shows no tickets."""

    name = models.CharField(gettext_lazy("Name"), max_length=60)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    is_shared = models.BooleanField(default=False)
    rule = models.JSONField()

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name

    def clean(self):
        """Refuse a rule that is empty or makes no sense."""
        if not Filter.clean(self.rule, catalogue("ticket")).groups:
            raise ValidationError({"rule": gettext_lazy("Add at least one condition.")})

    def filter(self, properties):
        """The rule as a Filter, against the catalogue's ``properties`` of tickets: one for all views of a page."""
        return Filter.stored(self.rule, properties)


def broken_views():
    """The saved views whose rules make no sense any more, and so show nothing; ``what`` says why."""
    views = list(SavedView.objects.all())
    properties = catalogue("ticket") if views else {}
    for view in views:
        if problem := view.filter(properties).problem:
            words = _("the view “%(name)s” shows no tickets: %(problem)s") % {"name": view, "problem": problem}
            yield Use("view", view.pk, view.name, words)


def views_by_property(definition):
    """The saved views that name a property."""
    yield from views_by(definition.kind, definition.name)


def views_by_option(option):
    """The saved views that compare with an option of a property."""
    yield from views_by(option.definition.kind, option.definition.name, option.value)


def views_by_status(status):
    """The saved views that compare with a status."""
    yield from views_by("ticket", "hs_pipeline_stage", str(status.pk))


def views_by_pipeline(pipeline):
    """The saved views that compare with a pipeline."""
    yield from views_by("ticket", "hs_pipeline", str(pipeline.pk))


def views_by(kind, name, value=None):
    """The saved views whose rule names the property ``name`` of ``kind``, or that ``value`` of it."""
    for view in SavedView.objects.all() if kind == "ticket" else ():
        if mentions(view.rule, name, value):
            yield Use("view", view.pk, view.name, _("the view of tickets “%(name)s” picks by it") % {"name": view})
