"""Settings from the environment: a wrong value is one clear line that names the variable."""

import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from loket.config import env

WRONG = [
    ("CACHE_URL", "memcached://x", env.cache, "must be database, or begin with redis://"),
    ("STORAGE_URL", "s3://key:hunter2@host", env.storage, "must look like s3://"),
    ("STORAGE_URL", "s3://key:hunter2@host/bucket?acl=public", env.storage, "must look like s3://"),
    ("STORAGE_URL", "s3://key:hunter2@[host/bucket", env.storage, "is no address"),
    ("DATABASE_URL", "mysql://u:hunter2@h/d", lambda: env.databases(Path("unused")), "must begin with sqlite:// or postgres://"),
    ("DATABASE_URL", "postgres://u:hunter2@h/", lambda: env.databases(Path("unused")), "names no database"),
    ("DATABASE_URL", "postgres://u:hunter2@h/d?pool=many", lambda: env.databases(Path("unused")), "pool must be a whole number"),
    ("DATABASE_URL", "postgres://u:hunter2@h:x/d", lambda: env.databases(Path("unused")), "is no address"),
    ("LOKET_METRICS_ALLOW", "10.0.0.0/8 home", lambda: env.networks("LOKET_METRICS_ALLOW"), "not 'home'"),
    ("LOKET_LOG", "xml", lambda: env.choice("LOKET_LOG", ["lines", "json"]), "must be one of lines, json"),
    ("LOKET_DEMO", "perhaps", lambda: env.flag("LOKET_DEMO"), "must be yes or no"),
    ("LOKET_ATTACHMENTS", "-1", lambda: env.number("LOKET_ATTACHMENTS"), "must be a whole number"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "read", "why"), WRONG, ids=[f"{row[0]}={row[1]}" for row in WRONG])
def test_a_wrong_value_is_told_with_the_variables_name_and_without_a_secret(monkeypatch, name, value, read, why):
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=rf"^{name}: .*{re.escape(why)}") as told:
        read()
    assert "hunter2" not in str(told.value)


def test_a_replica_needs_a_postgresql_to_follow(monkeypatch, tmp_path):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("DATABASE_REPLICA_URL", "postgres://h/d")
    with pytest.raises(ImproperlyConfigured, match="DATABASE_REPLICA_URL: must begin with postgres://, and so must"):
        env.databases(tmp_path)


@pytest.mark.parametrize(("variable", "module", "read"), [
    ("CACHE_URL=redis://h", "redis", env.cache), ("STORAGE_URL=s3://h/bucket", "storages", env.storage),
])  # fmt: skip
def test_a_missing_extra_is_named(monkeypatch, variable, module, read):
    name, _, value = variable.partition("=")
    monkeypatch.setenv(name, value)
    read()
    monkeypatch.setattr(env, "find_spec", lambda asked: None if asked == module else object())
    with pytest.raises(ImproperlyConfigured, match=f"^{name}: needs more packages: run bin/prepare run "):
        read()


def test_an_address_becomes_the_options_of_a_bucket(monkeypatch):
    monkeypatch.setenv("STORAGE_URL", "s3://a%2Fb:c@s3.example.com:9000/files?region=eu-west-1&prefix=loket/")
    assert env.storage()["OPTIONS"] == {
        "endpoint_url": "https://s3.example.com:9000", "access_key": "a/b", "secret_key": "c", "bucket_name": "files",
        "region_name": "eu-west-1", "location": "loket/",
    }  # fmt: skip
    monkeypatch.setenv("STORAGE_URL", "s3+http://h/files")
    options = env.storage()["OPTIONS"]
    assert (options["endpoint_url"], options["access_key"]) == ("http://h", None)
