import csv
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from loket.history.models import Event
from loket.people.models import Company, Contact
from loket.search.models import Document
from loket.tickets.models import Pipeline, Ticket
from loket.transfer.hubspot import run

CONTACTS = "Record ID,Email\n1,alice@example.com\n2,bob@example\n3,carol@example.com"
TICKETS = "Ticket ID,Ticket name,Ticket status\n1,Printer,New\n2,Paper,Closed"


def test_a_dry_run_reports_the_same_and_changes_nothing(imports, write):
    files = write("contacts.csv", CONTACTS), write("tickets.csv", TICKETS)
    trial = imports(*files, "--dry-run")
    assert not any(model.objects.exists() for model in (Contact, Ticket, Pipeline, Event, Document))
    real = imports(*files)
    assert trial.pop("dry_run") and not real.pop("dry_run")
    assert trial == real
    assert Contact.objects.count() == Ticket.objects.count() == 2


def test_the_report_is_printed_and_written_and_is_no_formula(write, tmp_path, db):
    out, report = StringIO(), tmp_path / "report.csv"
    file = write("contacts.csv", "Record ID,Email\n=cmd(),alice@example.com\n2,bob\x1b[2J@example")
    with pytest.raises(SystemExit) as stop:
        call_command("import", "hubspot", file, "--report", str(report), stdout=out, stderr=StringIO())
    assert stop.value.code == 1
    assert f"{file}:2: “=cmd()” is no record ID" in out.getvalue()
    assert "\x1b" not in out.getvalue()
    assert "contacts:  0 created, 0 updated, 0 unchanged, 2 refused" in out.getvalue()
    heading, first, _second = csv.reader(report.open())
    assert heading == ["file", "line", "outcome", "reason"]
    assert first[1:3] == ["2", "refused"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"a,b,c\r\n1,2,3", "no headings"),
        (b"\x00\x01\x02\xff" * 50, "no headings"),
        (b"PK\x03\x04rest", "is a ZIP file"),
        (b"Record ID,Create date\r\n1,2024-01-01", "no export"),
        (b"Name,Email\r\nAcme,info@acme.example", "say --company|several kinds"),
        (b"Record ID,First name,Last name", None),
        (b"Ticket ID,Ticket status\r\n1,New", "needs a column for subject"),
    ],
)
def test_what_is_no_export_is_told_in_one_line(tmp_path, db, content, why):
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    if why is None:
        call_command("import", "hubspot", str(path), stdout=StringIO())
        return
    with pytest.raises(CommandError, match=why) as error:
        call_command("import", "hubspot", str(path), stdout=StringIO())
    assert error.value.returncode == 2
    assert "\n" not in str(error.value)


def test_a_folder_and_a_file_that_is_missing(tmp_path, db):
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(CommandError, match=str(path)) as error:
            call_command("import", "hubspot", str(path))
        assert error.value.returncode == 2


def test_nothing_is_imported_when_one_of_the_files_is_no_export(write, db):
    with pytest.raises(CommandError):
        call_command("import", "hubspot", write("contacts.csv", CONTACTS), write("other.csv", "a,b\n1,2"))
    assert not Contact.objects.exists()


def test_the_kind_of_an_ambiguous_file_can_be_told(imports, write):
    file = write("file.csv", "Name,Email\nAcme,info@acme.example")
    assert imports("--companies", file)["companies"]["created"] == 1
    assert imports("--contacts", file)["contacts"]["created"] == 1
    assert (Company.objects.get().name, Contact.objects.get().email) == ("Acme", "info@acme.example")


def test_what_was_done_before_an_interruption_stays_and_a_second_run_finishes(imports, write, monkeypatch):
    monkeypatch.setattr(run, "BATCH", 1)
    file = write("tickets.csv", TICKETS)
    whole = run.TicketImporter.after_saving

    def interrupted(importer, touched, outcome):
        whole(importer, touched, outcome)
        if touched[0].record.hubspot_id == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(run.TicketImporter, "after_saving", interrupted)
    report = imports(file)
    assert report["code"] == 130 and "again" in report["errors"]
    assert list(Ticket.objects.values_list("hubspot_id", flat=True)) == [1]
    monkeypatch.setattr(run.TicketImporter, "after_saving", whole)
    assert imports(file)["tickets"] == {"created": 1, "updated": 0, "unchanged": 1, "refused": 0}


def test_a_row_that_the_database_refuses_does_not_stop_the_others_of_its_batch(imports, write, monkeypatch, reasons):
    whole = run.TicketImporter.after_saving

    def refusing(importer, touched, outcome):
        whole(importer, touched, outcome)
        if any(each.record.hubspot_id == 1 for each in touched):
            raise IntegrityError("no")

    monkeypatch.setattr(run.TicketImporter, "after_saving", refusing)
    report = imports(write("tickets.csv", TICKETS))
    assert report["tickets"] == {"created": 1, "updated": 0, "unchanged": 0, "refused": 1}
    assert reasons(report) == ["tickets.csv:2: refused: the database refused it: no"]


def test_the_number_of_queries_does_not_grow_with_the_rows(imports, write, django_assert_max_num_queries):
    imports(write("tickets.csv", TICKETS))
    rows = "\n".join(f"{number},Printer {number},New" for number in range(10, 200))
    with django_assert_max_num_queries(45):
        imports(write("tickets.csv", f"Ticket ID,Ticket name,Ticket status\n{rows}"))
