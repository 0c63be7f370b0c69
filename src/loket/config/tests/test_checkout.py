"""What must be true of the files themselves."""

import hashlib
import re
from pathlib import Path

import pytest

from loket.config.variables import VARIABLES, as_markdown

ROOT = Path(__file__).resolve().parents[4]
VENDORED = sorted(path for path in (ROOT / "src").rglob("vendor/**/*") if path.is_file())


def test_every_locked_package_comes_from_pypi_itself():
    hosts = set(re.findall(r"https?://([^/\"\s]+)", (ROOT / "uv.lock").read_text()))
    assert hosts == {"pypi.org", "files.pythonhosted.org"}
    assert not re.search(r"source = \{ (git|url|path|directory) ", (ROOT / "uv.lock").read_text())


def test_every_variable_that_is_read_is_documented():
    sources = [ROOT / "src/loket/config/env.py", ROOT / "src/loket/config/settings.py"]
    pattern = r'"((?:LOKET_[A-Z_]+|(?:DATABASE|DATABASE_REPLICA|CACHE|STORAGE|EMAIL)_URL))"'
    read = {name for path in sources for name in re.findall(pattern, path.read_text())}
    assert read == set(VARIABLES)
    assert (ROOT / "docs/configure.md").read_text() == as_markdown()


def test_only_env_reads_the_environment():
    readers = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "src").rglob("*.py")
        if re.search(r"\bos\.(environ|getenv)\b", path.read_text()) and "tests" not in path.parts
    ]
    # cli and wsgi only name the settings.
    assert sorted(readers) == ["src/loket/config/cli.py", "src/loket/config/env.py", "src/loket/config/wsgi.py"]


@pytest.mark.parametrize("path", VENDORED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_vendored_file_is_what_was_fetched(path):
    if path.name in ("CHECKSUMS", "LICENSE"):
        return
    sums = dict(
        reversed(line.split(maxsplit=1)) for line in (path.parent / "CHECKSUMS").read_text().splitlines() if line
    )
    assert sums[path.name] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_every_vendored_folder_has_its_licence():
    for folder in {path.parent for path in VENDORED}:
        assert (folder / "LICENSE").exists(), folder
