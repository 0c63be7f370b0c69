"""One-time codes (A4): mailed to who asks and may enter, good once and for 15 minutes."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from loket.access.invitations import send
from loket.access.models import SignInCode, may_enter
from loket.access.signs import in_halves, new_code, plain
from loket.access.single_sign_on import sso_of
from loket.people.models import User

BATCH = 20
GOOD_FOR = timedelta(minutes=15)
MOST_TRIES = 5


def mail_due():
    """Mail a code to each who asked and may enter; forget old ones. Returns how many asked."""
    if not SignInCode.objects.filter(sent_at=None).exists():
        return 0
    now = timezone.now()
    with transaction.atomic():
        SignInCode.objects.filter(asked_at__lt=now - GOOD_FOR).delete()
        waiting = SignInCode.objects.select_for_update(skip_locked=True, of=("self",)).filter(sent_at=None)
        found = list(waiting.select_related("portal__domain").order_by("pk")[:BATCH])
        for asked in found:
            mail(asked)
    return len(found)


def mail(asked):
    """Send the code, if the address has an account that may enter."""
    user = User.objects.select_related("contact").filter(email=asked.address, is_active=True).first()
    code = new_code(8)
    asked.sent_at = timezone.now()
    if user and user.contact and not sso_of(asked.portal) and may_enter(user.contact, asked.portal):
        asked.digest = digest(code)
        with asked.portal.speaking(asked.language):
            send_code(user, asked.portal, code)
    asked.save(update_fields=["sent_at", "digest"])


def send_code(user, portal, code):
    """The mail: the code to type, and a link to the page where it stands already."""
    shown = in_halves(code)
    context = {
        "portal": portal,
        "brand_name": portal.called,
        "code": shown,
        "button_url": portal.address(f"sign-in/code/check/?code={shown}"),
        "button_text": _("Sign in"),
    }
    send(user, _("Your code for %(portal)s") % {"portal": portal.called}, "access/mail/code", context)


def digest(code):
    """What is stored of a code: capitals and dashes do not count."""
    return salted_hmac("loket.access.codes", plain(code), algorithm="sha256").hexdigest()


def redeem(address, portal, code):
    """The account that ``code``, mailed to ``address``, signs in, once; None for a wrong, old or used one.

    Each try counts, also against an address that asked for none, so that guessing is the same work.
    """
    with transaction.atomic():
        good = SignInCode.objects.select_for_update(of=("self",)).filter(
            address=address, portal=portal, asked_at__gt=timezone.now() - GOOD_FOR
        )
        found = next(
            (each for each in good if each.tries < MOST_TRIES and constant_time_compare(each.digest, digest(code))),
            None,
        )
        good.filter(pk__in=[each.pk for each in good]).update(tries=F("tries") + 1)
        if found is None:
            return None
        SignInCode.objects.filter(address=address, portal=portal).delete()
    return User.objects.select_related("contact").filter(email=address, is_active=True).first()
