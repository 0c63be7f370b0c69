from django.core.management.base import BaseCommand, CommandError

from loket.access.models import SecondFactor


class Command(BaseCommand):
    help = "Take the second step of sign-in from an account, as when its phone and its recovery codes are lost."

    def add_arguments(self, parser):
        parser.add_argument("email", help="address of the account")

    def handle(self, *, email, **options):
        factor = SecondFactor.objects.select_related("user__contact").filter(user__email=email.strip().lower()).first()
        if factor is None:
            raise CommandError(f"No account with the address {email} has a second step of sign-in.")
        factor.remove(by=None)
        self.stdout.write(f"{factor.user.email} signs in by one step again.")
