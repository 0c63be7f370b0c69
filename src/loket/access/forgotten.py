"""Forgotten passwords (A5): the worker mails a link to whoever asked for one and has an account."""

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from loket.access.models import PasswordRequest, password_address
from loket.access.single_sign_on import sso_of
from loket.mail import outbox
from loket.people.models import User

BATCH = 20


def answer_due():
    """Answer the oldest requests, each once. Returns how many there were."""
    with transaction.atomic():
        waiting = PasswordRequest.objects.select_for_update(skip_locked=True, of=("self",)).select_related(
            "portal__domain"
        )
        requests = list(waiting.order_by("pk")[:BATCH])
        for request in requests:
            answer(request)
        PasswordRequest.objects.filter(pk__in=[each.pk for each in requests]).delete()
    return len(requests)


def answer(request):
    """Queue the mail with the link; an address without an account gets none, nor anybody where there are no passwords."""
    if request.portal and sso_of(request.portal):
        return
    user = User.objects.filter(email=request.address, is_active=True).first()
    if user is None:
        return
    with request.portal.speaking(request.language) if request.portal else translation.override(request.language):
        called = request.portal.called if request.portal else "Loket"
        context = {"called": called, "address": password_address(user, request.portal)}
        outbox.queue(
            to=user.email,
            subject=_("Set a new password for %(called)s") % {"called": called},
            text=render_to_string("access/mail/new_password.txt", context),
            private=True,
        )
