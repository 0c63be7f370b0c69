"""The language in which a visitor reads the portal (P4)."""

from django.conf import settings
from django.core.exceptions import BadRequest
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from loket.access.sign_in.coding import safe
from loket.access.sign_in.sessions import LANGUAGE

YEAR = 365 * 24 * 60 * 60


@require_POST
def create_language_choice(request):
    """Keep it in this browser for a year; of who is signed in it is known from now on, and mails speak it too."""
    language = request.POST.get("language", "")
    if language not in request.portal.languages:
        raise BadRequest
    if request.user.is_authenticated and request.user.contact:
        request.user.contact.prefer(language, by=request.user.contact)
        request.session[LANGUAGE] = language
    response = redirect(safe(request, request.POST.get("next", "")))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=YEAR, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return response
