import json
from io import StringIO

import pytest
from django.core.management import call_command


@pytest.fixture
def write(tmp_path):
    """Write a file: ``write("contacts.csv", "Email;…", encoding="cp1252")`` gives its name. Text comes dedented."""

    def write(name, text, encoding="utf-8"):
        lines = [line.strip(" ") for line in text.strip("\n ").split("\n")]
        path = tmp_path / name
        path.write_bytes("\r\n".join(lines).encode(encoding, "surrogateescape"))
        return str(path)

    return write


@pytest.fixture
def imports(db):
    """Import files: ``imports(file, "--dry-run")`` gives the JSON report, with ``code`` and ``errors`` besides."""

    def run(*arguments):
        out, errors, code = StringIO(), StringIO(), 0
        try:
            call_command("import", "hubspot", *arguments, "--json", stdout=out, stderr=errors)
        except SystemExit as error:
            code = error.code
        return json.loads(out.getvalue()) | {"code": code, "errors": errors.getvalue()}

    return run


@pytest.fixture
def reasons():
    """The lines of a report, short: ["tickets.csv:3: refused: why"]."""
    return lambda report: [
        f"{each['file'].rpartition('/')[2]}:{each['line']}: {each['outcome']}: {each['reason']}"
        for each in report["lines"]
    ]
