"""Companies and contacts."""

from django.core.exceptions import ValidationError

from loket.people.models import Company, Contact, ContactCompany, User
from loket.transfer.hubspot.associations import Directory, Reference, rows
from loket.transfer.hubspot.records import Importer
from loket.transfer.hubspot.report import Outcome
from loket.transfer.hubspot.values import record_id


def clean_domain(text):
    """“https://www.Acme.example/nl” as “www.acme.example”: without address parts, in small letters, IDNA."""
    host = text.lower().partition("://")[2] or text.lower()
    host = host.partition("/")[0].strip().rstrip(".")
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


class CompanyImporter(Importer):
    """Known by the record id, else by name and domain together."""

    kind, model = "company", Company
    fields = ("hubspot_id", "name", "domain", "phone", "city", "country", "custom", "created_at")

    def draft(self, row, outcome):
        draft = super().draft(row, outcome)
        if "domain" in draft.values:
            draft.values["domain"] = clean_domain(draft.values["domain"])
        if not draft.values.get("name") and draft.values.get("domain"):
            draft.values["name"] = draft.values["domain"]
        parent = self.cell(row, "hs_parent_company_id")
        is_id = parent.isascii() and parent.isdigit()
        draft.texts["parent"] = Reference(record_id(parent) if is_id else None, parent) if parent else None
        return draft

    def find_others(self, drafts):
        self.by_name = {}
        for company in rows(Company, "name", {draft.values.get("name") for draft in drafts}):
            # The same object as by_id holds: two copies would overwrite each other.
            company = self.by_id.get(company.hubspot_id, company) if company.hubspot_id else company
            self.by_name.setdefault(company.name, []).append(company)

    def known(self):
        return [*self.by_id.values(), *(each for same in self.by_name.values() for each in same)]

    def match(self, draft):
        if draft.hubspot_id in self.by_id:
            return self.by_id[draft.hubspot_id]
        name, domain = draft.values.get("name"), draft.values.get("domain", "")
        if not name:
            raise ValidationError("it has neither a company name nor a domain")
        same = [each for each in self.by_name.get(name, ()) if not (draft.hubspot_id and each.hubspot_id)]
        if same and not (domain or draft.hubspot_id):
            raise ValidationError(
                f"another company is called “{name[:100]}”, and no domain or record ID tells them apart"
            )
        # Two companies may share a name; taken for one, each would see the other's tickets.
        return next((each for each in same if domain and each.domain == domain), None)

    def apply(self, draft, record, outcome):
        super().apply(draft, record, outcome)
        same = self.by_name.setdefault(record.name, [])
        if not any(each is record for each in same):
            same.append(record)
        if draft.texts["parent"]:
            outcome.later.append((draft.line, record, draft.texts["parent"]))

    def finish(self, later):
        """Set parents, now that every company is there; one that would be its own ancestor is left out."""
        outcome = Outcome()
        directory = Directory({"company": [reference for _line, _record, reference in later]})
        above = dict(Company.objects.exclude(parent=None).values_list("pk", "parent"))
        moved = []
        for line, record, reference in later:
            parent, problem = directory.find("company", reference)
            if parent and (above.get(record.pk) == parent):
                continue
            if parent and is_above(record.pk, parent, above):
                problem = f"{reference} cannot be the parent of its own parent"
            if problem:
                outcome.warn(line, f"{problem}; imported without parent company")
                continue
            above[record.pk] = record.parent_id = parent
            moved.append(record)
        Company.objects.bulk_update(moved, ["parent"], batch_size=500)
        return outcome


def is_above(company, other, above):
    """Whether ``company`` is ``other`` or one of its ancestors; ``above`` is {pk: parent's pk}."""
    met = set()
    while other and other not in met:
        if other == company:
            return True
        met.add(other)
        other = above.get(other)
    return False


class ContactImporter(Importer):
    """Known by the record id, else by e-mail."""

    kind, model = "contact", Contact
    fields = (
        "hubspot_id", "email", "first_name", "last_name", "phone", "language", "custom", "created_at", "primary_company",
    )  # fmt: skip
    links = {"company": ContactCompany}

    def find_others(self, drafts):
        same = {each.pk: each for each in self.by_id.values()}
        found = rows(Contact, "email", {draft.values.get("email") for draft in drafts})
        found = [same.get(each.pk, each) for each in found]
        self.by_email = {each.email: each for each in [*found, *same.values()] if each.email}
        with_account = User.objects.filter(contact__in=[each.pk for each in self.known()])
        self.with_account = set(with_account.values_list("contact", flat=True))

    def known(self):
        return {id(each): each for each in [*self.by_id.values(), *self.by_email.values()]}.values()

    def match(self, draft):
        email = draft.values.get("email")
        if not (email or draft.hubspot_id):
            raise ValidationError("it has neither an e-mail address nor a record ID")
        mine, theirs = self.by_id.get(draft.hubspot_id), self.by_email.get(email)
        if theirs and theirs is not mine and (mine or (draft.hubspot_id and theirs.hubspot_id)):
            raise ValidationError(f"the address {email} belongs to another contact")
        return mine or theirs

    def apply(self, draft, record, outcome):
        email = draft.values.get("email")
        if email and record.email not in (None, email) and record.pk in self.with_account:
            outcome.warn(draft.line, f"{record.email} has an account, so the address stays; change it in the desk")
            del draft.values["email"]
        before = record.email
        super().apply(draft, record, outcome)
        if before != record.email:
            self.by_email.pop(before, None)
            self.by_email[record.email] = record
