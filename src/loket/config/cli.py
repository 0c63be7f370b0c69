"""The ``loket`` console script: every Django command, with a wrong setting told in one line."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError, connections


def main():
    """Run one command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loket.config.settings")
    try:
        execute_from_command_line(["loket", *sys.argv[1:]])
    except ImproperlyConfigured as error:
        sys.exit(f"loket: {error}")
    except OperationalError as error:
        sys.exit(f"loket: the database cannot be used: {str(error).strip().splitlines()[0]}")
    finally:
        close_pools()


def close_pools():
    """End the threads that keep connections; at the interpreter's own end each pool would wait seconds for them."""
    for connection in connections.all(initialized_only=True) if settings.configured else ():
        connection.close()
        if connection.vendor == "postgresql":
            connection.close_pool()
