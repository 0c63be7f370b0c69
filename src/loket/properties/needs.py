"""What keeps a custom property or an option from being deleted: the records that hold a value (D4)."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loket.properties.catalogue import from_definition
from loket.properties.filters import Filter
from loket.records.kinds import model_of
from loket.records.uses import Use

NAMED = 10


def values_of(definition):
    """How many records hold a value of the property, and the first ten."""
    return holders(definition, model_of(definition.kind).objects.filter(custom__has_key=definition.name))


def values_of_option(option):
    """How many records hold the option, and the first ten."""
    definition = option.definition
    holds = {"propertyName": definition.name, "operator": "IN", "values": [option.value]}
    found = Filter.clean({"filterGroups": [{"filters": [holds]}]}, {definition.name: from_definition(definition)})
    return holders(definition, model_of(definition.kind).objects.filter(found.q()))


def holders(definition, records):
    """``records`` as uses: their number, then ten of them, each a link."""
    if count := records.count():
        words = ngettext("%(count)d record holds it", "%(count)d records hold it", count) % {"count": count}
        yield Use("", "", "", words)
        for each in records.order_by("pk")[:NAMED]:
            yield Use(definition.kind, each.pk, str(each), _("“%(name)s” holds it") % {"name": each})
