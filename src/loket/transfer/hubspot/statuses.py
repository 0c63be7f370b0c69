"""Pipelines and statuses by their labels; what is missing is made."""

import re
from dataclasses import dataclass

from loket.guard.text import storable
from loket.tickets.models import Pipeline, Status
from loket.transfer.hubspot.report import Outcome

CLOSED = re.compile(r"\b(closed|gesloten|afgesloten)\b", re.IGNORECASE)
FIRST = re.compile(r"(new|nieuw)\b", re.IGNORECASE)
LONGEST = 100
# The internal ids of the pipeline that every HubSpot account begins with.
SUPPORT = "Support Pipeline"
STAGES = {"1": "New", "2": "Waiting on contact", "3": "Waiting on us", "4": "Closed"}
WITH_PIPELINE = re.compile(r"(.+\S)\s*\(([^()]+)\)")


@dataclass
class Seen:
    """A status in a file: its names, its first line, and how many of its tickets are closed."""

    pipeline: str
    label: str
    line: int
    rows: int = 0
    closed: int = 0

    @property
    def is_closed(self):
        return bool(CLOSED.search(self.label)) or self.rows == self.closed


class Statuses:
    """The statuses of a file of tickets; ``pipeline`` names the one of tickets that name none."""

    def __init__(self, pipeline=""):
        self.pipelines = {each.name.casefold(): each for each in Pipeline.objects.all()}
        first = next(iter(self.pipelines.values()), None)
        self.default = pipeline or (first.name if first else SUPPORT)
        self.statuses, self.labels, self.seen, self.last = {}, {}, {}, {}
        for status in Status.objects.select_related("pipeline"):
            self._add(status)

    def _add(self, status):
        key = status.pipeline.name.casefold()
        self.statuses[key, status.label.casefold()] = status
        self.labels[status.pk] = status.label
        self.last[key] = max(self.last.get(key, -1), status.position)

    def names(self, pipeline, label):
        """The names that a row means by its two cells."""
        pipeline, label = " ".join(pipeline.split()), " ".join(label.split())
        if pipeline == "0" or (not pipeline and label in STAGES):
            pipeline, label = SUPPORT, STAGES.get(label, label)
        found = WITH_PIPELINE.fullmatch(label)  # “New (Support Pipeline)”
        if found and found[2].casefold() in ({pipeline.casefold()} if pipeline else self.pipelines):
            pipeline, label = pipeline or found[2], found[1]
        return pipeline or self.default, label

    def see(self, line, pipeline, label, is_closed):
        """Count a row of the file."""
        pipeline, label = self.names(pipeline, label)
        if len(pipeline) > LONGEST or len(label) > LONGEST or not storable(pipeline + label):
            return  # the row is refused
        seen = self.seen.setdefault((pipeline.casefold(), label.casefold()), Seen(pipeline, label, line))
        seen.rows += 1
        seen.closed += is_closed

    def prepare(self):
        """Make the pipelines and statuses that are missing; open ones first, closed ones last."""
        outcome = Outcome()
        order = sorted(self.seen.values(), key=lambda seen: (seen.is_closed, not FIRST.match(seen.label), seen.line))
        for seen in order:
            pipeline = self._pipeline(seen, outcome)
            if seen.label and (seen.pipeline.casefold(), seen.label.casefold()) not in self.statuses:
                self._make(pipeline, seen.label, seen.is_closed, seen.line, outcome)
        for seen in order:
            if not seen.label and not self.starting(seen.pipeline, is_closed=False):
                self._make(self._pipeline(seen, outcome), "New", False, seen.line, outcome)
        return outcome

    def _pipeline(self, seen, outcome):
        found = self.pipelines.get(seen.pipeline.casefold())
        if not found:
            found = Pipeline.objects.create(name=seen.pipeline, position=len(self.pipelines))
            self.pipelines[seen.pipeline.casefold()] = found
            outcome.remark(seen.line, f"made the pipeline “{found.name}”")
        return found

    def _make(self, pipeline, label, is_closed, line, outcome):
        position = self.last.get(pipeline.name.casefold(), -1) + 1
        status = Status.objects.create(pipeline=pipeline, label=label, is_closed=is_closed, position=position)
        self._add(status)
        state = "closed" if is_closed else "open"
        outcome.remark(line, f"made the status “{label}” ({state}) in the pipeline “{pipeline.name}”")

    def find(self, pipeline, label, is_closed):
        """The status that a row means; None for one that was not seen. Without a label: where such tickets begin."""
        pipeline, label = self.names(pipeline, label)
        if label:
            return self.statuses.get((pipeline.casefold(), label.casefold()))
        return self.starting(pipeline, is_closed=is_closed) or self.starting(pipeline, is_closed=False)

    def starting(self, pipeline, *, is_closed):
        """The first open or closed status of a pipeline, or None."""
        mine = [status for (name, _label), status in self.statuses.items() if name == pipeline.casefold()]
        fitting = [status for status in mine if status.is_closed == is_closed]
        return min(fitting, key=lambda status: (status.position, status.pk), default=None)
