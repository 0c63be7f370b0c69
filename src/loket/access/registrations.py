"""Self-registration (A3): an address is proven by a mailed link before an account exists. Who has one is never told."""

import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loket.access.companies import company_of
from loket.access.invitations import send
from loket.access.models import Registration, Source, grant, may_enter
from loket.access.policies import AccessPolicy
from loket.access.previews import digest
from loket.access.single_sign_on import sso_of
from loket.history.models import record
from loket.people.models import Contact, User

BATCH = 20
GOOD_FOR = timedelta(hours=24)
KEPT = timedelta(days=30)
# An address that somebody else types in gets no more of our mail than this in a day (trap 13).
MOST_MAILS = 3
USED = gettext_lazy("This link was used before, or is older than 24 hours.")


def mail_due():
    """Mail those who asked, each once; forget what is long over. Returns how many there were."""
    now = timezone.now()
    if not Registration.objects.filter(sent_at=None).exists():
        return 0
    with transaction.atomic():
        Registration.objects.filter(sent_at__lt=now - KEPT, invitation=None).delete()
        waiting = Registration.objects.select_for_update(skip_locked=True, of=("self",)).filter(sent_at=None)
        found = list(waiting.select_related("portal__domain").order_by("pk")[:BATCH])
        for registration in found:
            if sso_of(registration.portal):
                registration.delete()
            else:
                mail(registration, now)
    return len(found)


def mail(registration, now):
    """Send the link, or say that there is an account already; nothing to an address that had enough of them today."""
    recent = Registration.objects.filter(address=registration.address, sent_at__gt=now - timedelta(days=1))
    if recent.count() >= MOST_MAILS:
        registration.delete()
        return
    token = secrets.token_urlsafe(32)
    registration.sent_at, registration.good_until, registration.digest = now, now + GOOD_FOR, digest(token)
    registration.save(update_fields=["sent_at", "good_until", "digest"])
    portal, user = registration.portal, User.objects.filter(email=registration.address).first()
    is_known = bool(user and user.contact and user.has_usable_password() and may_enter(user.contact, portal))
    with portal.speaking(registration.language):
        subject = (
            _("You have an account at %(portal)s") if is_known else _("Confirm your e-mail address for %(portal)s")
        )
        context = {
            "portal": portal,
            "brand_name": portal.called,
            "is_known": is_known,
            "button_url": portal.address("sign-in/" if is_known else f"register/{token}/"),
            "button_text": _("Sign in") if is_known else _("Confirm my address"),
            "reset_url": portal.address("password-reset/"),
        }
        send(
            user or Stranger(registration.address),
            subject % {"portal": portal.called},
            "access/mail/registration",
            context,
        )


class Stranger:
    """An address of which we know nothing yet; what was typed with it stands in no mail (trap 13)."""

    name = ""

    def __init__(self, address):
        self.email = address


def registration_of(portal, token):
    """The registration whose link has ``token``, while it is good; else None."""
    good = Registration.objects.filter(portal=portal, accepted_at=None, good_until__gt=timezone.now())
    return good.filter(digest=digest(token)).select_related("portal__domain").first()


def has_account(registration):
    """Whether the proven address has an account with a password, which then stays."""
    user = User.objects.filter(email=registration.address).first()
    return bool(user and user.has_usable_password())


def accept(registration, *, first_name="", last_name="", password=None):
    """Let the person in whose address is proven: returns their account. The link is used up.

    The contact of the address joins, or is made; an account with a password keeps it. Raises ValidationError when the
    link was used meanwhile, and for an account that is out of use.
    """
    with transaction.atomic():
        row = Registration.objects.select_for_update(of=("self",)).get(pk=registration.pk)
        if row.accepted_at:
            raise ValidationError(USED)
        row.accepted_at = timezone.now()
        row.save(update_fields=["accepted_at"])
        names = {"first_name": first_name, "last_name": last_name}
        contact, is_new = Contact.objects.get_or_create(email=row.address, defaults=names)
        if is_new and len(row.portal.languages) > 1:
            contact.prefer(row.language, by=contact)
        user = grant(contact, registration.portal, by=contact, source=Source.REGISTERED)
        user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        if not user.is_active:
            raise ValidationError(_("This account is out of use."))
        if password and not user.has_usable_password():
            user.set_password(password)
            user.first_name, user.last_name = user.first_name or first_name, user.last_name or last_name
            user.save()
        record(contact, "registered", by=contact, portal=registration.portal.name)
        if is_new and AccessPolicy.of(registration.portal).gives_company and (company := company_of(row.address)):
            contact.join(company, by=None)
    return user
