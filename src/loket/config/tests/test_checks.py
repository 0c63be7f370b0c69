"""``loket check --deploy``."""

from urllib.parse import urlsplit

import pytest

from loket.config.checks import deployment


@pytest.fixture(autouse=True)
def production(settings):
    settings.SITE_URL, settings.IS_BEHIND_PROXY = urlsplit("https://help.example.com"), True
    settings.SMTP, settings.IS_DEMO = {"host": "mail.example.com"}, False


def found():
    return [finding.id for finding in deployment(None)]


def test_production_is_clean():
    assert found() == []


@pytest.mark.parametrize(("name", "value", "code"), [
    ("SITE_URL", urlsplit("http://help.example.com"), "loket.W001"),
    ("IS_BEHIND_PROXY", False, "loket.W002"),
    ("SMTP", None, "loket.W003"),
    ("IS_DEMO", True, "loket.W004"),
])  # fmt: skip
def test_what_is_only_for_a_trial_is_told(settings, name, value, code):
    setattr(settings, name, value)
    assert found() == [code]


@pytest.mark.installation
def test_the_command_is_clean_in_production(bare, new_database):
    url = new_database()  # a generated column makes Django ask the server for its version
    environment = {
        "LOKET_URL": "https://help.example.com", "LOKET_BEHIND_PROXY": "yes", "LOKET_SECRET_KEY": "only-for-tests-" * 5,
        "EMAIL_URL": "smtp+tls://u:p@mail.example.com", "DATABASE_URL": url, "DATABASE_REPLICA_URL": url, "CACHE_URL": "redis://cache/0",
        "STORAGE_URL": "s3://k:s@s3.example.com/files",
    }  # fmt: skip
    said = bare(**environment).run("check", "--deploy", "--fail-level", "WARNING")
    assert "no issues" in said
