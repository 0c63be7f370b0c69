"""The one place that reads the environment.

Every ``LOKET_*`` and ``*_URL`` variable is read here, checked, and named when it is wrong.
"""

import ipaddress
import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

PROJECT = Path(__file__).resolve().parents[3]
SMTP_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


def read(name, default=None):
    """The text of ``name``, or ``default`` when it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def fail(name, why):
    """Stop with one clear line that names the variable."""
    raise ImproperlyConfigured(f"{name}: {why}")


def flag(name, default=False):
    """A yes/no variable: 1, true, yes, on / 0, false, no, off."""
    text = (read(name) or str(int(default))).lower()
    if text in ("1", "true", "yes", "on"):
        return True
    if text in ("0", "false", "no", "off"):
        return False
    return fail(name, f"must be yes or no, not {text!r}")


def number(name, default, smallest=0):
    """A whole number of at least ``smallest``."""
    text = read(name, str(default))
    if not text.isascii() or not text.isdigit() or int(text) < smallest:
        fail(name, f"must be a whole number of at least {smallest}, not {text!r}")
    return int(text)


def networks(name):
    """A list of networks such as ``10.0.0.0/8, 127.0.0.1``, separated by commas or spaces."""
    found = []
    for text in (read(name) or "").replace(",", " ").split():
        try:
            found.append(ipaddress.ip_network(text, strict=False))
        except ValueError:
            fail(name, f"must list networks such as 10.0.0.0/8, not {text!r}")
    return found


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
    text = read("LOKET_URL", "http://localhost:8000")
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        fail("LOKET_URL", f"must look like https://help.example.com, not {text!r}")
    return parts


def secret_key(folder):
    """``LOKET_SECRET_KEY``, or one made once and kept beside the data, readable by its owner only."""
    given = read("LOKET_SECRET_KEY")
    if given:
        return given if len(given) >= 32 else fail("LOKET_SECRET_KEY", "must have at least 32 characters")
    kept = folder / "secret.key"
    try:
        with open(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return kept.read_text().strip()


def database(folder):
    """Django's settings for ``DATABASE_URL``; without it SQLite in the data folder."""
    text = read("DATABASE_URL", f"sqlite:///{folder / 'loket.sqlite3'}")
    parts = urlsplit(text)
    if parts.scheme == "sqlite":
        return sqlite(parts.path.removeprefix("/") if parts.path.startswith("//") else parts.path)
    if parts.scheme in ("postgres", "postgresql"):
        return postgresql(parts)
    return fail("DATABASE_URL", "must begin with sqlite:// or postgres://")


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


def postgresql(parts):
    """A pooled connection. ``?host=/path`` names a socket folder; other query parts go to libpq."""
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or fail("DATABASE_URL", "names no database"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": 8, "timeout": 10},
            # Parallel plans made JSON filters slower.
            "options": "-c max_parallel_workers_per_gather=0",
            **options,
        },
    }


def mailer():
    """How the worker's sender reaches a mail server (``EMAIL_URL``), or None: mail then waits in the outbox.

    ``smtp://user:password@host:25``, ``smtp+tls://`` (STARTTLS, 587) or ``smtps://`` (465).
    """
    text = read("EMAIL_URL")
    if not text:
        return None
    parts = urlsplit(text)
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
