from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from loket.access.models import grant, password_address
from loket.people.addresses import clean_address
from loket.people.models import Contact
from loket.portals.models import Portal


class Command(BaseCommand):
    help = "Let a contact enter a portal, and print a link with which they set a password."

    def add_arguments(self, parser):
        parser.add_argument("email", help="address of a contact that exists")
        parser.add_argument("--portal", help="slug of the portal; may be left out while there is only one")

    def handle(self, *, email, portal, **options):
        try:
            contact = Contact.objects.get(email=clean_address(email))
            place = one_portal(portal)
            user = grant(contact, place, by=None)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except Contact.DoesNotExist as error:
            raise CommandError(f"There is no contact with the address {email}. Import or add them first.") from error
        self.stdout.write(password_address(user, place))
        if not place.is_on:
            self.stderr.write(f"The portal is off; turn it on with: loket portal set {place.slug} is_on=true")


def one_portal(slug):
    """The portal named by ``slug``, or the only one there is. Raises CommandError."""
    portals = list(Portal.objects.select_related("domain").filter(**({"slug": slug} if slug else {})))
    if len(portals) != 1:
        known = ", ".join(Portal.objects.values_list("slug", flat=True)) or "none"
        raise CommandError(f"Name one portal by --portal SLUG. There are: {known}.")
    return portals[0]
