"""The import as a whole: which file is what, companies before contacts before tickets, batch by batch."""

from contextlib import nullcontext
from itertools import batched

from django.db import DataError, IntegrityError, transaction

from loket.properties.catalogue import catalogue
from loket.transfer.hubspot.headings import NEEDED, Columns, kinds_of
from loket.transfer.hubspot.people import CompanyImporter, ContactImporter
from loket.transfer.hubspot.reading import NoExportError, Sheet
from loket.transfer.hubspot.report import Outcome
from loket.transfer.hubspot.tickets import TicketImporter

IMPORTERS = {"company": CompanyImporter, "contact": ContactImporter, "ticket": TicketImporter}
BATCH = 500
FLAGS = {"company": "--companies", "contact": "--contacts", "ticket": "--tickets"}


def open_sheets(names, kinds):
    """[(sheet, columns)] in the order of import; ``kinds`` is {name: kind} for files whose kind is told.

    Raises NoExportError before anything is imported.
    """
    found = []
    for name in dict.fromkeys(names):
        sheet = Sheet.open(name)
        kind = kinds.get(name) or kind_of(sheet)
        custom = [each for each in catalogue(kind).values() if each.is_custom]
        columns = Columns.of(kind, sheet.headings, custom)
        if not NEEDED[kind] & columns.properties.keys():
            wanted = " or ".join(sorted(NEEDED[kind]))
            raise NoExportError(f"{name}: an export of this kind ({kind}) needs a column for {wanted}.")
        found.append((sheet, columns))
    return sorted(found, key=lambda each: list(IMPORTERS).index(each[1].kind))


def kind_of(sheet):
    """What kind of export a file is, by its headings. Raises NoExportError when they leave it open."""
    kinds = kinds_of(sheet.headings)
    if not kinds:
        raise NoExportError(f"{sheet.name}: its headings are those of no export of companies, contacts or tickets.")
    if len(kinds) > 1:
        flags = " or ".join(f"{FLAGS[kind]} {sheet.name}" for kind in kinds)
        raise NoExportError(f"{sheet.name}: its headings fit several kinds of export; say {flags}.")
    return kinds[0]


def import_sheets(sheets, report, *, is_trial=False, progress=lambda *done: None, **options):
    """Import what ``open_sheets`` gave. Each batch is a transaction, so what is done stays when it is interrupted.

    A trial does everything and undoes it in the end. ``progress`` gets (name, rows done, rows of the file).
    """
    with transaction.atomic() if is_trial else nullcontext():
        later, importer = [], None
        for sheet, columns in sheets:
            if importer and later and importer.kind != columns.kind:
                finish(importer, later, report)
                later = []
            report.ignore(sheet.name, columns.ignored)
            importer = IMPORTERS[columns.kind](sheet, columns, options)
            later += import_sheet(importer, report, progress)
        if later:
            finish(importer, later, report)
        if is_trial:
            transaction.set_rollback(True)


def import_sheet(importer, report, progress):
    """Import one file; returns what its batches left for later, as (file name, item)."""
    name, total, later, done = importer.sheet.name, importer.survey(), [], 0
    with transaction.atomic():
        outcome = importer.prepare()
    report.take(importer.kind, name, outcome)
    for rows in batched(importer.sheet.rows(), BATCH):
        for outcome in write(importer, rows):
            report.take(importer.kind, name, outcome)
            later += [(name, item) for item in outcome.later]
        done += len(rows)
        progress(name, done, total)
    return later


def write(importer, rows):
    """Write a batch in one transaction; when the database refuses it, each row in its own. Yields Outcomes."""
    try:
        with transaction.atomic():
            outcome = importer.write(rows)
    except (DataError, IntegrityError) as error:
        if len(rows) > 1:
            for row in rows:
                yield from write(importer, [row])
            return
        outcome = Outcome()
        outcome.refuse(rows[0].line, f"the database refused it: {str(error).splitlines()[0]}")
    yield outcome


def finish(importer, later, report):
    """Let the importer do what it put off, file by file."""
    for name in dict.fromkeys(name for name, _item in later):
        with transaction.atomic():
            outcome = importer.finish([item for file, item in later if file == name])
        report.take(importer.kind, name, outcome)
