"""What companies, contacts and tickets have in common: rows become drafts, drafts become records, batch by batch."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC

from django.core.exceptions import ValidationError
from django.utils.timezone import get_current_timezone

from loket.guard.text import storable
from loket.history.models import Event
from loket.people.addresses import clean_address
from loket.properties import types
from loket.properties.catalogue import catalogue
from loket.records.kinds import name_of
from loket.transfer.hubspot.associations import Directory, references, rows
from loket.transfer.hubspot.report import Outcome
from loket.transfer.hubspot.values import Dates, language_of, option_of, record_id

LONGEST_LINE = 1_000
MOMENTS = {"createdate", "closed_date", "hs_lastactivitydate", "hs_lastmodifieddate"}


@dataclass
class Draft:
    """One row, cleaned. An empty cell is no value: it never empties what a record holds."""

    line: int
    hubspot_id: int | None = None
    values: dict = field(default_factory=dict)
    moments: dict = field(default_factory=dict)
    texts: dict = field(default_factory=dict)
    associated: dict = field(default_factory=dict)
    primary: list = field(default_factory=list)


@dataclass(eq=False)
class Staged:
    """A record that is about to be saved: how it was, and the associations it gets besides, {kind: [pk]}."""

    record: object
    is_new: bool
    was: dict
    added: dict = field(default_factory=dict)


class Importer:
    """Imports one file of one kind. ``links`` is {kind: model of the association}; ``fields`` what a row can change."""

    kind = model = None
    fields = ()
    links = {}

    def __init__(self, sheet, columns, options):
        self.catalogue = known = catalogue(self.kind)
        self.sheet, self.columns, self.options = sheet, columns, options
        self.properties = {
            name: known[name]
            for name in columns.properties
            if name in known and (known[name].is_custom or known[name].attribute)
        }
        dated = {name for name, each in self.properties.items() if each.type in (types.DATE, types.DATETIME)}
        self.dates = {name: Dates(columns.is_dutch) for name in columns.properties if name in dated | MOMENTS}
        self.choices = {}

    # Before the first batch

    def survey(self):
        """Read the whole file once for what single rows do not tell; returns the number of rows."""
        count = 0
        for row in self.sheet.rows():
            count += 1
            if not row.problem:
                self.see(row)
        return count

    def see(self, row):
        for name, dates in self.dates.items():
            dates.see(self.cell(row, name))

    def prepare(self):
        """Make what all rows need; returns an Outcome."""
        return Outcome()

    # Rows become drafts

    def cell(self, row, name):
        """What stands under the heading of ``name``, "" without such a column."""
        index = self.columns.properties.get(name)
        return "" if index is None else row.cells[index].strip()

    def draft(self, row, outcome):
        """The draft of ``row``. Raises ValidationError."""
        if row.problem:
            raise ValidationError(row.problem)
        if not all(map(storable, row.cells)):
            raise ValidationError("it holds characters that cannot be stored")
        draft = Draft(row.line, record_id(self.cell(row, "hs_object_id")))
        for name in MOMENTS & self.dates.keys():
            draft.moments[name] = self.dates[name].read(self.cell(row, name))
        for name, each in self.properties.items():
            if text := self.cell(row, name):
                value = self.value(each, text, draft.line, outcome)
                if value is not None:
                    draft.values[name] = value
        for who in self.links:
            draft.primary = references(self.columns, row.cells, "company", True) if who == "company" else draft.primary
            draft.associated[who] = references(self.columns, row.cells, who, False)
            if who == "company":
                named = {each.hubspot_id or each.name: each for each in draft.associated[who] + draft.primary}
                primary = [each.hubspot_id or each.name for each in draft.primary]
                draft.associated[who] = [named.pop(key) for key in dict.fromkeys(primary)] + [*named.values()]
        return draft

    def value(self, prop, text, line, outcome):
        """The cleaned value of a cell that is not empty; None, with a remark, for an option that is not known."""
        if prop.name in self.dates:
            moment = self.dates[prop.name].read(text)
            if prop.type is types.DATE:
                # HubSpot's milliseconds of a date are midnight in UTC.
                return moment.astimezone(UTC if text.isdigit() else get_current_timezone()).date()
            return moment
        if prop.choices:
            return self.option(prop, text, line, outcome)
        if prop.name == "email":
            return clean_address(text)
        limit = prop.attribute and self.model._meta.get_field(prop.attribute).max_length
        limit = limit or (LONGEST_LINE if prop.type is types.STRING else None)
        if limit and len(text) > limit:
            raise ValidationError(f"“{prop.label}” has more than {limit} characters")
        return prop.clean(text)

    def option(self, prop, text, line, outcome):
        """The value of the option or options that ``text`` names."""
        several = prop.type is types.MULTICHOICE
        values = [self.one_option(prop, part.strip()) for part in text.split(";")] if several or ";" in text else []
        values = [value for value in values if value] or [self.one_option(prop, text)]
        if values == [None]:
            outcome.remark(line, f"“{text[:50]}” is no option of “{prop.label}”; left as it was")
            return None
        return ";".join(values) if several else values[0]

    def one_option(self, prop, text):
        if (prop.name, text) not in self.choices:
            found = language_of(text) if prop.name == "hs_language" else option_of(prop, text)
            self.choices[prop.name, text] = found
        return self.choices[prop.name, text]

    # Drafts become records

    def write(self, batch):
        """Import the rows of ``batch``, inside a transaction of the caller's; returns an Outcome."""
        outcome, drafts = Outcome(), []
        for row in batch:
            try:
                drafts.append(self.draft(row, outcome))
            except ValidationError as error:
                outcome.refuse(row.line, " ".join(error.messages))
        self.staged = {}
        self.look_up(drafts)
        for draft in drafts:
            try:
                self.stage(draft, outcome)
            except ValidationError as error:
                outcome.refuse(draft.line, " ".join(error.messages))
        self.save(outcome)
        return outcome

    def look_up(self, drafts):
        """Find the records that the drafts are about, and whom they name."""
        self.by_id = {each.hubspot_id: each for each in rows(self.model, "hubspot_id", {d.hubspot_id for d in drafts})}
        wanted = {who: [each for draft in drafts for each in draft.associated[who]] for who in self.links}
        self.directory = Directory(wanted)
        self.find_others(drafts)
        known = [each.pk for each in self.known()]
        self.linked = {who: self.associated(link, who, known) for who, link in self.links.items()}

    def associated(self, link, who, known):
        """{record: who is associated} by ids, of the records ``known``."""
        found = defaultdict(set)
        for pk, other in link.objects.filter(**{f"{self.kind}__in": known}).values_list(f"{self.kind}_id", f"{who}_id"):
            found[pk].add(other)
        return found

    def find_others(self, drafts):
        """Find records that are known by something else than their record id."""

    def known(self):
        """Every saved record that the batch may change."""
        return self.by_id.values()

    def match(self, draft):
        """The record that ``draft`` is about, None when it is new. Raises ValidationError."""
        raise NotImplementedError

    def stage(self, draft, outcome):
        """Apply ``draft`` to its record, unsaved, and count what that comes to."""
        record = self.match(draft)
        staged = self.staged.get(id(record))
        is_first = record is None
        if not staged:
            record = record or self.model()
            staged = self.staged[id(record)] = Staged(record, record.pk is None, self.state(record))
            staged.added = {who: [] for who in self.links}
        before, added = self.state(record), sum(map(len, staged.added.values()))
        self.associate(draft, staged, outcome)
        self.apply(draft, record, outcome)
        is_changed = self.state(record) != before or sum(map(len, staged.added.values())) > added
        outcome.counts["created" if is_first else "updated" if is_changed else "unchanged"] += 1

    def state(self, record):
        return {name: getattr(record, self.model._meta.get_field(name).attname) for name in self.fields}

    def apply(self, draft, record, outcome):
        """Set what the row says; every room above adds its own."""
        record.hubspot_id = draft.hubspot_id or record.hubspot_id
        if draft.hubspot_id:
            self.by_id[draft.hubspot_id] = record
        record.created_at = draft.moments.get("createdate") or record.created_at
        for name, value in draft.values.items():
            self.catalogue[name].write(record, value)

    def associate(self, draft, staged, outcome):
        """Note new associations; of companies the first is primary, unless there is one or the row names another."""
        record = staged.record
        for who, link_added in staged.added.items():
            for reference in draft.associated[who]:
                pk, problem = self.directory.find(who, reference)
                if problem:
                    outcome.warn(draft.line, f"{problem}; imported without")
                elif pk not in self.linked[who].get(record.pk, ()) and pk not in link_added:
                    link_added.append(pk)
                if pk and who == "company" and (reference in draft.primary or not record.primary_company_id):
                    record.primary_company_id = pk

    def save(self, outcome):
        """Write everything staged, with its associations and one event each."""
        fresh = [each for each in self.staged.values() if each.is_new]
        old = [each for each in self.staged.values() if not each.is_new]
        changed = [each for each in old if self.state(each.record) != each.was]
        touched = fresh + [each for each in old if any(each.added.values()) or self.state(each.record) != each.was]
        self.before_saving(fresh, touched)
        self.model.objects.bulk_create([each.record for each in fresh])
        # An insert that conflicts: many times as fast as bulk_update's CASE of a thousand branches.
        self.model.objects.bulk_create(
            [each.record for each in changed], update_conflicts=True, unique_fields=["pk"], update_fields=self.fields
        )
        for who, link in self.links.items():
            new = [self.link(link, who, each.record, pk) for each in touched for pk in each.added[who]]
            link.objects.bulk_create(new, ignore_conflicts=True)
        Event.objects.bulk_create([self.event(each) for each in touched])
        self.after_saving(touched, outcome)

    def link(self, link, who, record, pk):
        return link(**{f"{self.kind}_id": record.pk, f"{who}_id": pk})

    def event(self, staged):
        """One line of history, with the values that a changed record had and has."""
        now, was = self.state(staged.record), staged.was
        columns = {each.attribute: name for name, each in self.properties.items() if each.type is not types.TEXT}
        was = {columns[name]: value for name, value in was.items() if name in columns} | was["custom"]
        now = {columns[name]: value for name, value in now.items() if name in columns} | now["custom"]
        details = {name: [was.get(name), now[name]] for name in now if was.get(name) != now[name]}
        return Event(
            subject_kind=self.kind,
            subject_id=staged.record.pk,
            subject_name=name_of(staged.record),
            verb="imported",
            details={} if staged.is_new else details,
        )

    def before_saving(self, fresh, touched):
        pass

    def after_saving(self, touched, outcome):
        pass

    def finish(self, later):
        """Do what needs all records of the kind; ``later`` is what batches left for now. Returns an Outcome."""
        return Outcome()
