"""The ``loket`` console script: every Django command, with a wrong setting told in one line."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError

from loket.config import open_connections


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
        open_connections.close_all()
