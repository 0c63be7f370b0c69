"""Own words of this room: what a ticket, an agent, a column and a status are called."""

from itertools import groupby
from operator import attrgetter

from django.utils.translation import gettext as _

from loket.properties.catalogue import catalogue
from loket.properties.models import Definition
from loket.records.own_texts import OwnText
from loket.tickets.lists import ListPolicy, is_list_of_columns
from loket.tickets.pipelines import Status
from loket.tickets.policies import WordingPolicy


def words_of_wording(portal):
    """What tickets and agents are called."""
    wording, args = WordingPolicy.of(portal), (portal.pk,)
    yield OwnText(_("What one ticket is called"), wording.singular, "tickets", args, "singular-")
    yield OwnText(_("What several tickets are called"), wording.plural, "tickets", args, "plural-")
    yield OwnText(_("The one name for all agents"), wording.owner_alias, "tickets", args, "owner_alias-")


def words_of_columns(portal):
    """Headings of columns; of one without a heading, the label of a property of one's own."""
    columns = ListPolicy.of(portal).columns
    columns = columns if is_list_of_columns(columns) else []
    headings = {each.get("name"): each.get("heading") or {} for each in columns}
    properties = catalogue("ticket")
    for at, (name, heading) in enumerate(headings.items()):
        what = _("Heading of the column “%(name)s”") % {"name": properties[name].label if name in properties else name}
        yield OwnText(what, heading, "tickets", (portal.pk,), f"columns-{at}-")
    for definition in Definition.objects.filter(kind="ticket", name__in=headings):
        yield from words_of_property(definition, portal, has_label=not any(headings[definition.name].values()))


def words_of_property(definition, portal, *, has_label=True):
    """The label and the options of a property of one's own; what has no other words for customers is in the primary language."""
    args, words = (definition.pk,), {"name": definition.label}
    if has_label:
        texts = {portal.language: definition.label} | definition.customer_label
        yield OwnText(_("Label of the property “%(name)s”") % words, texts, "property", args, "customer_label-")
    for at, option in enumerate(definition.options):
        what = _("Option “%(option)s” of “%(name)s”") % (words | {"option": option["label"]})
        texts = {portal.language: option["label"]} | option.get("customer_label", {})
        yield OwnText(what, texts, "property", args, f"options-{at}-text_")


def words_of_statuses(portal):
    """The labels of statuses, where customers read them."""
    if not WordingPolicy.of(portal).shows_status_labels:
        return
    for pipeline, statuses in groupby(Status.objects.all(), attrgetter("pipeline_id")):
        for at, status in enumerate(statuses):
            texts = status.customer_label or {portal.language: status.label}
            what = _("Status “%(name)s”") % {"name": status}
            yield OwnText(what, texts, "pipeline", (pipeline,), f"statuses-{at}-text_")
