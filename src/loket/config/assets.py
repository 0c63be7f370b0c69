"""Static files: gathered into ``STATIC_ROOT`` when what the apps hold has changed since the last time."""

import fcntl
import hashlib

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def fingerprint():
    """A digest of the path, size and time of every static file of every app."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            digest.update(f"{path} {storage.size(path)} {storage.get_modified_time(path).timestamp()}\n".encode())
    return digest.hexdigest()


def collect_when_changed():
    """Run ``collectstatic`` unless the last run saw the same files. Safe when several processes start at once."""
    stamp = settings.DATA_DIR / "static.stamp"
    with open(settings.DATA_DIR / "static.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        now = fingerprint()
        if settings.STATIC_ROOT.is_dir() and stamp.exists() and stamp.read_text() == now:
            return
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(now)
