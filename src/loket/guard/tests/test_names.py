import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loket.guard.names import LONGEST, file_name


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\anna\\scan.pdf", "scan.pdf"),
        (".htaccess", "htaccess"),
        ("...", "file"),
        ("", "file"),
        (None, "file"),
        ("a\x00b\r\nContent-Type: x.txt", "abContent-Type x.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("con", "_con"),
        ("LPT1.txt", "_LPT1.txt"),
        ("console.txt", "console.txt"),
        ("a  b .txt", "a b .txt"),
        ("name. ", "name"),
        ("\ud800", "file"),
    ],
)
def test_a_name_is_safe_everywhere(raw, name):
    assert file_name(raw) == name


@pytest.mark.parametrize("ending", [".pdf", ".tar.gz", ".docx"])
def test_a_long_name_keeps_its_extension(ending):
    name = file_name("é" * 10_000 + ending) if len(ending) > 4_000 else file_name("é" * 2_000 + ending)
    assert name.endswith("é" + ending) and LONGEST - 2 < len(name.encode()) <= LONGEST


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=())))
def test_any_name_is_bounded_and_never_empty(raw):
    name = file_name(raw)
    assert name and len(name.encode()) <= LONGEST
    assert not set(name) & set('/\\\x00\n"<>:|?*') and not name.startswith(".")
    assert file_name(name) == name
