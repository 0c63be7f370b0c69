"""The one place that reads the environment.

Every ``LOKET_*`` and ``*_URL`` variable is read here, checked, and named when it is wrong; ``variables`` says what each means.
"""

import ipaddress
import os
import secrets
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from loket.config.variables import VARIABLES

PROJECT = Path(__file__).resolve().parents[3]
# The database's cache throws away what still counts when it holds more than this; Django's own limit is 300.
MANY = {"MAX_ENTRIES": 100_000}
SMTP_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


def read(name, default=None):
    """The text of ``name``; when it is unset or empty, the default that ``variables`` states, or ``default``."""
    return os.environ.get(name, "").strip() or VARIABLES[name].default or default


def fail(name, why):
    """Stop with one clear line that names the variable."""
    raise ImproperlyConfigured(f"{name}: {why}")


def flag(name):
    """A yes/no variable: 1, true, yes, on / 0, false, no, off."""
    text = read(name).lower()
    if text in ("1", "true", "yes", "on"):
        return True
    if text in ("0", "false", "no", "off"):
        return False
    return fail(name, f"must be yes or no, not {text!r}")


def number(name, smallest=0):
    """A whole number of at least ``smallest``."""
    text = read(name)
    if not text.isascii() or not text.isdigit() or int(text) < smallest:
        fail(name, f"must be a whole number of at least {smallest}, not {text!r}")
    return int(text)


def choice(name, known):
    """One of the words ``known``, in small letters."""
    text = read(name).lower()
    return text if text in known else fail(name, f"must be one of {', '.join(known)}, not {text!r}")


def networks(name):
    """A list of networks such as ``10.0.0.0/8, 127.0.0.1``, separated by commas or spaces."""
    found = []
    for text in (read(name) or "").replace(",", " ").split():
        try:
            found.append(ipaddress.ip_network(text, strict=False))
        except ValueError:
            fail(name, f"must list networks such as 10.0.0.0/8, not {text!r}")
    return found


def share_metrics(folder):
    """The one variable that we set: prometheus_client takes the folder of its counters from the environment only."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def data_dir():
    """Where the embedded database, files and the made secret live (``LOKET_DATA_DIR``, default ``var/loket``)."""
    folder = Path(read("LOKET_DATA_DIR", PROJECT / "var" / "loket")).absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fail("LOKET_DATA_DIR", f"cannot make the folder {folder}: {error.strerror}")
    return folder


def site_url():
    """``LOKET_URL`` split: where people reach the desk, such as ``https://help.example.com``."""
    text = read("LOKET_URL")
    parts = split("LOKET_URL", text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        fail("LOKET_URL", f"must look like https://help.example.com, not {text!r}")
    return parts


def secret_key(folder):
    """``(secret, the file that it is kept in)``: ``LOKET_SECRET_KEY`` and None, or one made once, for its owner only."""
    given = read("LOKET_SECRET_KEY")
    if given:
        return (given, None) if len(given) >= 32 else fail("LOKET_SECRET_KEY", "must have at least 32 characters")
    kept = folder / "secret.key"
    try:
        with open(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return kept.read_text().strip(), kept


def databases(folder):
    """Django's settings: ``DATABASE_URL``, without it SQLite in the data folder; and the replica, if there is one."""
    text = read("DATABASE_URL", f"sqlite:///{folder / 'loket.sqlite3'}")
    parts = split("DATABASE_URL", text)
    if parts.scheme == "sqlite":
        default = sqlite(parts.path.removeprefix("/") if parts.path.startswith("//") else parts.path)
    elif parts.scheme in ("postgres", "postgresql"):
        default = postgresql("DATABASE_URL", parts)
    else:
        fail("DATABASE_URL", "must begin with sqlite:// or postgres://")
    replica = read("DATABASE_REPLICA_URL")
    if not replica:
        return {"default": default}
    parts = split("DATABASE_REPLICA_URL", replica)
    if parts.scheme not in ("postgres", "postgresql") or "postgresql" not in default["ENGINE"]:
        fail("DATABASE_REPLICA_URL", "must begin with postgres://, and so must DATABASE_URL")
    replica = postgresql("DATABASE_REPLICA_URL", parts)
    # A replica that is gone must not hold a page up for long: the primary answers in its stead.
    replica["OPTIONS"] |= {"connect_timeout": 2, "pool": replica["OPTIONS"]["pool"] | {"timeout": 2}}
    return {"default": default, "replica": replica | {"TEST": {"MIRROR": "default"}}}


def sqlite(path):
    """WAL and IMMEDIATE: readers never wait, writers queue instead of failing half-way."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-16000;",
        },
    }


def postgresql(name, parts):
    """Pooled connections. ``?host=/path`` names a socket folder, ``?pool=`` their number; other query parts go to libpq."""
    options = dict(parse_qsl(parts.query))
    pool = options.pop("pool", "8")
    if not pool.isascii() or not pool.isdigit() or int(pool) < 8:
        fail(name, "pool must be a whole number of at least 8, which one process uses")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or fail(name, "names no database"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": int(pool), "timeout": 10},
            # Parallel plans made JSON filters slower.
            "options": "-c max_parallel_workers_per_gather=0",
            **options,
        },
    }


def cache():
    """Django's settings for ``CACHE_URL``. All processes must share it: sign-ins are throttled by what it counts."""
    text = read("CACHE_URL")
    if text == "database":
        return {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "loket_cache", "OPTIONS": MANY}
    if split("CACHE_URL", text).scheme not in ("redis", "rediss", "unix"):
        fail("CACHE_URL", "must be database, or begin with redis://, rediss:// or unix://")
    need("CACHE_URL", "redis", extra="redis")
    options = {"socket_connect_timeout": 2, "socket_timeout": 5, "health_check_interval": 30}
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": text,
        "KEY_PREFIX": "loket",
        "OPTIONS": options,
    }


def storage():
    """Django's settings for ``STORAGE_URL``; without it files lie in ``MEDIA_ROOT``, readable by their owner only."""
    text = read("STORAGE_URL")
    if not text:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"file_permissions_mode": 0o600},
        }
    parts = split("STORAGE_URL", text)
    asked = dict(parse_qsl(parts.query))
    bucket = unquote(parts.path.strip("/"))
    if parts.scheme not in ("s3", "s3+http") or not parts.hostname or not bucket or asked.keys() - {"region", "prefix"}:
        fail("STORAGE_URL", "must look like s3://key:secret@s3.example.com/bucket?region=eu-west-1")
    need("STORAGE_URL", "storages", extra="s3")
    host = parts.hostname + (f":{parts.port}" if parts.port else "")
    return {
        "BACKEND": "loket.files.s3.S3Storage",
        "OPTIONS": {
            "endpoint_url": f"{'http' if parts.scheme == 's3+http' else 'https'}://{host}",
            "access_key": unquote(parts.username or "") or None,
            "secret_key": unquote(parts.password or "") or None,
            "bucket_name": bucket,
            "region_name": asked.get("region"),
            "location": asked.get("prefix", ""),
        },
    }


def split(name, text):
    """``text`` split as an address."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as error:
        fail(name, f"is no address: {error}")
    return parts


def need(name, module, *, extra):
    """Fail when the packages of an extra are missing."""
    if find_spec(module) is None:
        fail(name, f"needs more packages: run bin/prepare run {extra}")


def mailer():
    """How the worker's sender reaches a mail server (``EMAIL_URL``), or None: mail then waits in the outbox.

    ``smtp://user:password@host:25``, ``smtp+tls://`` (STARTTLS, 587) or ``smtps://`` (465).
    """
    text = read("EMAIL_URL")
    if not text:
        return None
    parts = split("EMAIL_URL", text)
    if parts.scheme not in SMTP_PORTS or not parts.hostname:
        fail("EMAIL_URL", "must look like smtp+tls://user:password@mail.example.com:587")
    return {
        "host": parts.hostname,
        "port": parts.port or SMTP_PORTS[parts.scheme],
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_tls": parts.scheme == "smtp+tls",
        "use_ssl": parts.scheme == "smtps",
        "timeout": 20,
    }
