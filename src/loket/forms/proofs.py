"""Whether a stranger's address is their own: they are mailed a link, in words of ours only (trap 13)."""

import hashlib
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from loket.mail import outbox
from loket.mail.models import Letter

SALT = "loket.form-proof"
LASTS = timedelta(days=7)
MOST_A_DAY = 3


def ask_for_proof(submission):
    """Mail the sender a link, unless their address was mailed often enough today; nothing of what was sent is in it."""
    day = f"{key_of(submission.sender)}{timezone.now():%Y%m%d}-"
    if not submission.sender or Letter.objects.filter(key__startswith=day).count() >= MOST_A_DAY:
        return
    token = signing.dumps(submission.pk, salt=SALT)
    address = f"{settings.SITE_URL.geturl().rstrip('/')}/forms/proof/{token}/"
    with translation.override(submission.language or settings.LANGUAGE_CODE):
        text = _(
            "Somebody, probably you, sent us a request with this e-mail address.\n\n"
            "Was it you? Then say so on this page, so that we know whom we answer:\n%(address)s\n\n"
            "If it was not you, there is nothing to do."
        )
        outbox.queue(
            to=submission.sender,
            subject=_("Was this request yours?"),
            text=text % {"address": address},
            headers={"Auto-Submitted": "auto-replied"},
            key=f"{day}{submission.pk}",
            private=True,
        )


def key_of(address):
    """How the keys of mails to an address begin."""
    return f"proof-{hashlib.sha256(address.encode()).hexdigest()[:32]}-"


def asked_for_proof(submission):
    """The mail that asked for a submission."""
    return Letter.objects.filter(key__startswith=key_of(submission.sender), key__endswith=f"-{submission.pk}")


def number_in(token):
    """The number of the submission that ``token`` was made for; None when we did not make it, or too long ago."""
    try:
        return signing.loads(token, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
