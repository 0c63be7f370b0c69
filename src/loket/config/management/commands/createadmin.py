"""``loket createadmin EMAIL``: the first person who may change settings."""

import sys
from getpass import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from loket.people.addresses import clean_address
from loket.people.models import User


class Command(BaseCommand):
    help = "Make an administrator. Asks for the password, or reads it from standard input."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--first-name", default="")
        parser.add_argument("--last-name", default="")

    def handle(self, *, email, first_name, last_name, **options):
        try:
            self.make(email=clean_address(email), first_name=first_name, last_name=last_name)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error

    def make(self, **person):
        """A new account, or new rights for the one that the address has; its password then stays."""
        rights = {"is_agent": True, "is_administrator": True, "retired_at": None}
        if User.objects.filter(email=person["email"]).update(**rights):
            self.stdout.write(f"{person['email']} had an account; it is an administrator now, with the same password.")
            return
        password = ask_password()
        validate_password(password, User(**person))
        User.objects.create_user(password=password, **person, **rights)
        self.stdout.write(f"{person['email']} can sign in at /desk/ now.")


def ask_password():
    """From the terminal, typed twice; else the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass("Password: ")
    if getpass("The same again: ") != password:
        raise CommandError("The two passwords differ. Nothing was changed.")
    return password
