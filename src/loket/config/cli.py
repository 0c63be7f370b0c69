"""The ``loket`` console script: every Django command, with a wrong setting told in one line."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main():
    """Run one command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loket.config.settings")
    try:
        execute_from_command_line(["loket", *sys.argv[1:]])
    except ImproperlyConfigured as error:
        sys.exit(f"loket: {error}")
