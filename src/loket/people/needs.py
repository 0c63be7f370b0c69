"""What of this room keeps a property or an option from being deleted: active segments that name it; those that broke."""

from django.utils.translation import gettext as _

from loket.people.models import Segment, SegmentKind
from loket.properties.catalogue import catalogue
from loket.properties.filters import Filter, mentions
from loket.records.uses import Use


def segments_by_property(definition):
    """The segments that decide by a property who is in them."""
    yield from segments_by(definition)


def segments_by_option(option):
    """The segments that compare with an option of a property."""
    yield from segments_by(option.definition, option.value)


def segments_by(definition, value=None):
    """The segments whose rule names the property, or that ``value`` of it."""
    for segment in Segment.objects.exclude(rule={}) if definition.kind == "contact" else ():
        if mentions(segment.rule, definition.name, value):
            yield Use(
                "segment", segment.pk, segment.name, _("the segment “%(name)s” decides by it") % {"name": segment}
            )


def broken_segments():
    """The active segments whose conditions make no sense any more, and so hold nobody; ``what`` says why."""
    segments = list(Segment.objects.filter(kind=SegmentKind.ACTIVE))
    properties = catalogue("contact") if segments else {}
    for segment in segments:
        if problem := Filter.stored(segment.rule, properties).problem:
            words = _("nobody is in the segment “%(name)s”: %(problem)s") % {"name": segment, "problem": problem}
            yield Use("segment", segment.pk, segment.name, words)
