"""Which language answers a request (P4).

At the desk it is the browser's. In a portal it is, of those that the portal allows, the one that the visitor chose in
this browser, else the one that is known of who signed in, else the first that the browser asks for, else the primary one.
"""

from django.conf import settings
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from loket.access.sign_in.sessions import LANGUAGE


class LanguageMiddleware:
    """Has everything that is done for a request speak one language."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with spoken(request):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        # What has no words, such as a portal's stylesheet, is one for all languages in every cache.
        if chooses(request) and response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response


def chooses(request):
    """Whether visitors of this address can choose a language."""
    return request.portal is None or len(request.portal.languages) > 1


def spoken(request):
    """A context in which the request's language is spoken."""
    if request.portal is None:
        return translation.override(translation.get_language_from_request(request))
    return request.portal.speaking(chosen(request) if chooses(request) else "")


def chosen(request):
    """The language that the visitor of a portal chose, or seems to want, among those that it allows; "" for none."""
    allowed = request.portal.languages
    told = (request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME), request.session.get(LANGUAGE))
    return next((code for code in told if code in allowed), "") or wanted_by_browser(request, allowed)


def wanted_by_browser(request, allowed):
    """The first of ``allowed`` in ``Accept-Language``; regions and scripts of a language count as the language."""
    for wanted, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        for code in allowed:
            if wanted == code.lower() or wanted.startswith(f"{code.lower()}-"):
                return code
    return ""
