from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from loket.transfer.hubspot.headings import Columns, Slot, association, kinds_of
from loket.transfer.hubspot.reading import Sheet
from loket.transfer.hubspot.values import Dates, language_of, record_id


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-03-05 14:22", (2024, 3, 5, 14, 22)),
        ("2024-03-05", (2024, 3, 5)),
        ("2024-03-05T14:22:33.123Z", (2024, 3, 5, 14, 22, 33)),
        ("2024-03-05 14:22 +02:00", (2024, 3, 5, 12, 22)),
        ("1709648520000", (2024, 3, 5, 14, 22)),
        ("3/5/2024 2:22 PM", (2024, 3, 5, 14, 22)),
        ("3/5/24", (2024, 3, 5)),
        ("25-12-2024 14:22", (2024, 12, 25, 14, 22)),
        ("5.3.2024 14.22", (2024, 3, 5, 14, 22)),
    ],
)
def test_dates_as_hubspot_writes_them(text, moment):
    assert Dates(is_dutch=False).read(text) == datetime(*moment, tzinfo=UTC)


def test_a_date_without_a_zone_is_in_the_installations_own(settings):
    settings.TIME_ZONE = "Europe/Amsterdam"
    assert Dates(is_dutch=True).read("05-07-2024 14:00") == datetime(2024, 7, 5, 12, tzinfo=UTC)


def test_another_date_of_the_column_decides_between_march_and_may():
    dates = Dates(is_dutch=False)
    dates.see("25/12/2024")
    assert dates.read("3/5/2024") == datetime(2024, 5, 3, tzinfo=UTC)
    dates = Dates(is_dutch=True)
    dates.see("12/25/2024 10:00")
    assert dates.read("3/5/2024") == datetime(2024, 3, 5, tzinfo=UTC)
    assert Dates(is_dutch=True).read("3-5-2024") == datetime(2024, 5, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["2024-02-30", "30/30/2024", "yesterday", "0000-01-01", "2024-01-01 25:00", "2024-01-01 1:00 +99:00", "٣"]
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValidationError):
        Dates(is_dutch=False).read(text)


@pytest.mark.parametrize("text", ["x", "0", "-1", "1e9", "9" * 20, "9" * 10_000, "²", "١"])
def test_what_is_no_record_id_is_refused(text):
    with pytest.raises(ValidationError):
        record_id(text)


def test_languages():
    names = ["nl", "nl-BE", "Dutch", "Nederlands (België)", "English - US", "de", "German", ""]
    assert [language_of(name) for name in names] == ["nl", "nl", "nl", "nl", "en", None, None, None]


@pytest.mark.parametrize(
    ("heading", "slot"),
    [
        ("Associated Contact IDs", Slot("contact", True, False)),
        ("Associated Contact", Slot("contact", False, False)),
        ("Associated Company IDs (Primary)", Slot("company", True, True)),
        ("Primary Associated Company ID", Slot("company", True, True)),
        ("Associated Company (Primary)", Slot("company", False, True)),
        ("Associated Contact IDs (Technical lead)", Slot("contact", True, False)),
        ("Gekoppelde bedrijfs-ID's", Slot("company", True, False)),
        ("Gekoppeld bedrijf", Slot("company", False, False)),
        ("Gekoppelde contactpersonen", Slot("contact", False, False)),
        ("associatedcompanyid", Slot("company", True, True)),
        ("Associated Deal IDs", None),
    ],
)
def test_headings_of_associations(heading, slot):
    assert association(heading) == slot


def test_case_spaces_accents_and_order_of_headings_do_not_count():
    columns = Columns.of("contact", ["  e-MAIL ", "", "VOORNAAM", "Lead score", "record ID"])
    assert columns.properties == {"email": 0, "firstname": 2, "hs_object_id": 4}
    assert columns.ignored == ["Lead score"] and columns.is_dutch


def test_hubspots_own_heading_counts_before_one_like_it():
    headings = ["Ticket name", "Status", "Ticket status", "Record ID", "Ticket ID"]
    columns = Columns.of("ticket", headings)
    assert columns.properties == {"subject": 0, "hs_pipeline_stage": 2, "hs_object_id": 4}
    assert columns.ignored == ["Status", "Record ID"]


def test_headings_tell_what_an_export_holds():
    assert kinds_of(["Record ID", "First Name", "Email", "Company Name"]) == ["contact"]
    assert kinds_of(["Record ID", "Company name", "Phone Number", "City"]) == ["company"]
    assert kinds_of(["Ticket ID", "Ticket name", "Email", "Company name"]) == ["ticket"]
    assert kinds_of(["Deal Name", "Amount"]) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_any_encoding_and_separator(tmp_path, encoding, separator):
    path = tmp_path / "contacts.csv"
    text = (
        f'Email{separator}First Name\na@example.com{separator}"Zoë{separator}\n“Z”"\n\nb@example.com{separator}José\n'
    )
    path.write_bytes(text.encode(encoding))
    rows = list(Sheet.open(str(path)).rows())
    assert [row.line for row in rows] == [2, 5]
    assert [row.cells[1] for row in rows] == [f"Zoë{separator}\n“Z”", "José"]


def test_a_line_that_names_the_separator_is_no_heading(tmp_path):
    path = tmp_path / "contacts.csv"
    path.write_text("sep=;\nEmail;First Name\na@example.com;Zoë\n")
    assert [row.cells for row in Sheet.open(str(path)).rows()] == [["a@example.com", "Zoë"]]


def test_one_byte_that_is_no_utf8_spoils_only_its_row(tmp_path):
    path = tmp_path / "contacts.csv"
    path.write_bytes("Email,First Name\na@example.com,Zoë José\nb@example.com,".encode() + b"\xe9\n")
    sheet = Sheet.open(str(path))
    assert sheet.encoding == "utf-8"
    assert next(sheet.rows()).cells == ["a@example.com", "Zoë José"]
