"""Tickets. A description stands in the ticket itself; no messages are invented, and nobody is told."""

import re

from django.core.exceptions import ValidationError
from django.utils import timezone

from loket.conversations import documents
from loket.people.models import User
from loket.tickets.models import Ticket, TicketCompany, TicketContact, tell_associations
from loket.transfer.hubspot.associations import Reference
from loket.transfer.hubspot.headings import plain
from loket.transfer.hubspot.records import Importer
from loket.transfer.hubspot.statuses import Statuses

IN_BRACKETS = re.compile(r"\s*\([^()]*\)\s*$")


class Agents:
    """Agents by address, or by a name that only one of them has."""

    def __init__(self):
        self.found = {}
        for agent in User.objects.agents():
            self.found[plain(agent.name)] = None if plain(agent.name) in self.found else agent.pk
        self.addresses = {agent.email: agent.pk for agent in User.objects.agents()}

    def find(self, text):
        """The id of the agent that “Dora Deskworth (dora@help.example)” or a part of it means, else None."""
        by_address = self.addresses.get(Reference(None, text).address)
        return by_address or self.found.get(plain(IN_BRACKETS.sub("", text)))


class TicketImporter(Importer):
    """Known by the record id, else by subject and create date, if the row names nobody who is not associated already.

    Two people may write “Printer” in the same minute: a ticket that is found by its subject gets nobody new.
    """

    kind, model = "ticket", Ticket
    fields = (
        "hubspot_id", "subject", "content", "status", "owner", "priority", "category", "source", "custom",
        "primary_company", "created_at", "last_activity_at", "closed_at",
    )  # fmt: skip
    links = {"contact": TicketContact, "company": TicketCompany}

    def __init__(self, sheet, columns, options):
        super().__init__(sheet, columns, options)
        self.statuses, self.agents = Statuses(options.get("pipeline", "")), Agents()

    def see(self, row):
        super().see(row)
        if self.cell(row, "subject"):
            stage = self.cell(row, "hs_pipeline"), self.cell(row, "hs_pipeline_stage")
            self.statuses.see(row.line, *stage, bool(self.cell(row, "closed_date")))

    def prepare(self):
        return self.statuses.prepare()

    def draft(self, row, outcome):
        draft = super().draft(row, outcome)
        if not draft.values.get("subject"):
            raise ValidationError("it has no ticket name (subject)")
        if not (draft.hubspot_id or draft.moments.get("createdate")):
            raise ValidationError("it has neither a ticket ID nor a create date, so importing again would double it")
        draft.texts = {name: self.cell(row, name) for name in ("hs_pipeline", "hs_pipeline_stage", "hubspot_owner_id")}
        return draft

    def find_others(self, drafts):
        self.by_subject = {}
        plain_drafts = [draft for draft in drafts if not draft.hubspot_id]
        subjects = {draft.values["subject"] for draft in drafts}
        found = Ticket.objects.filter(subject__in=subjects, created_at__in=self.moments(drafts)).order_by("pk")
        # Only a row without an id may meet a ticket that has one.
        for ticket in found if plain_drafts else found.filter(hubspot_id=None):
            self.note(self.by_id.get(ticket.hubspot_id, ticket) if ticket.hubspot_id else ticket)

    def note(self, ticket):
        """Have ``ticket`` found by its subject and create date."""
        same = self.by_subject.setdefault((ticket.subject, ticket.created_at), [])
        if not any(each is ticket for each in same):
            same.append(ticket)

    def moments(self, drafts):
        return {draft.moments["createdate"] for draft in drafts if draft.moments.get("createdate")}

    def known(self):
        same = (each for found in self.by_subject.values() for each in found)
        return {id(each): each for each in [*self.by_id.values(), *same]}.values()

    def match(self, draft):
        if draft.hubspot_id in self.by_id:
            return self.by_id[draft.hubspot_id]
        same = self.by_subject.get((draft.values["subject"], draft.moments.get("createdate")), ())
        same = [each for each in same if not (each.hubspot_id and draft.hubspot_id)]
        return next((each for each in same if self.is_of_the_same(each, draft)), None) if same else None

    def is_of_the_same(self, ticket, draft):
        """Whether the row names somebody, and only who is associated with ``ticket``; or nobody, as the ticket has none.

        Raises ValidationError when it names somebody who is not here: then nothing tells the two apart.
        """
        staged = self.staged.get(id(ticket))
        for who in self.links:
            found = [self.directory.find(who, reference) for reference in draft.associated[who]]
            if problem := next((problem for _pk, problem in found if problem), ""):
                raise ValidationError(f"another ticket has its name and create date, and {problem} to tell them apart")
            theirs = self.linked[who].get(ticket.pk, set()) | set(staged.added[who] if staged else ())
            named = {pk for pk, _problem in found}
            must_name = who == "contact" or not draft.associated["contact"]
            if not named <= theirs or (must_name and theirs and not named):
                return False
        return True

    def stage(self, draft, outcome):
        names = draft.texts["hs_pipeline"], draft.texts["hs_pipeline_stage"]
        draft.texts["status"] = self.statuses.find(*names, bool(draft.moments.get("closed_date")))
        if not draft.texts["status"]:
            raise ValidationError(f"there is no status “{names[1][:50]}”; a name has at most 100 characters")
        super().stage(draft, outcome)

    def apply(self, draft, record, outcome):
        is_new = record.status_id is None
        super().apply(draft, record, outcome)
        self.note(record)
        if is_new or draft.texts["hs_pipeline_stage"]:
            record.status = draft.texts["status"]
        self.turn(draft, record, is_new)
        if owner := draft.texts["hubspot_owner_id"]:
            found = self.agents.find(owner)
            record.owner_id = found or record.owner_id
            if not found:
                outcome.remark(draft.line, f"“{owner[:100]}” is no agent here; tickets stay without this owner")

    def turn(self, draft, record, is_new):
        """Dates that fit the status: a close date exactly while it is a closed one."""
        closed, active = draft.moments.get("closed_date"), draft.moments.get("hs_lastactivitydate")
        known = [record.created_at, active, closed if record.status.is_closed else None]
        # What happened here since the export was made stays the last activity.
        known += [] if is_new else [record.last_activity_at]
        record.last_activity_at = max(each for each in known if each)
        closed = closed or record.closed_at or record.last_activity_at
        record.closed_at = closed if record.status.is_closed else None
        record.modified_at = draft.moments.get("hs_lastmodifieddate") or record.last_activity_at

    def link(self, link, who, record, pk):
        row = super().link(link, who, record, pk)
        row.last_activity_at, row.is_open = record.last_activity_at, not record.is_closed
        return row

    def event(self, staged):
        event, was = super().event(staged), staged.was["status"]
        if not staged.is_new and was != staged.record.status_id:
            event.details["hs_pipeline_stage"] = [self.statuses.labels[was], staged.record.status.label]
        return event

    def before_saving(self, fresh, touched):
        """A ticket that is changed by the import is changed now."""
        for each in touched:
            if not each.is_new:
                each.record.modified_at = timezone.now()

    def after_saving(self, touched, outcome):
        changed = [each.record.pk for each in touched if not each.is_new]
        Ticket.objects.filter(pk__in=changed).update(modified_at=timezone.now())
        tell_associations(changed)
        documents.index_tickets([each.record for each in touched])
