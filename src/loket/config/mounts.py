"""Which door answers a request: by host and first path segment.

A door is *mounted*: its URL names are reversed under its own prefix (``/desk/``, ``/<slug>/``), its cookies live
under that prefix and carry its name, so that a desk session and a portal session never mix.
"""

from contextlib import nullcontext
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpResponse, HttpResponseNotFound, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import set_script_prefix

from loket.access.previews import preview_of
from loket.history.settled import remembering
from loket.portals.models import Portal, host_name

ANYWHERE = {"healthz", "readyz", "metrics", "static"}
# What sign-in, idle time and consent ask of a portal at each request.
LOADED = ("access_policy", "domain__single_sign_on", "domain__consent_wording")
COOKIES = {
    settings.SESSION_COOKIE_NAME: "",
    settings.CSRF_COOKIE_NAME: "_csrf",
    settings.LANGUAGE_COOKIE_NAME: "_language",
}
OPEN_WHEN_OFF = ("/preview/", "/language/")


@dataclass(frozen=True)
class Mount:
    """``door`` is "desk" or "portal"; ``prefix`` begins and ends with a slash; ``portal`` only for that door."""

    door: str
    prefix: str
    portal: Portal | None = None

    @property
    def audience(self):
        """What a session of this mount is bound to: sessions of another audience do not count here."""
        return f"portal:{self.portal.pk}" if self.portal else self.door

    def cookie(self, name):
        """The name that a cookie of Django's has outside, such as ``loket_desk_csrf``."""
        return f"loket_{self.door}{COOKIES[name]}"


class MountMiddleware:
    """Sets ``request.mount`` and ``request.portal``, or answers 400 for an unknown host."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.mount = request.portal = None
        first, _, rest = request.path_info.removeprefix("/").partition("/")
        if first in ANYWHERE:
            return self.get_response(request)
        # Who writes goes by what is true now, perhaps after having waited for a lock; only reading may remember.
        with remembering() if request.method in ("GET", "HEAD") else nullcontext():
            return self.answer(request, first, rest)

    def answer(self, request, first, rest):
        """Find the door that ``first``, the first segment of the path, leads to at this host."""
        try:
            host = host_name(request.get_host())
        except DisallowedHost:
            return bad_host()
        at_home = host == host_name(settings.SITE_URL.netloc)
        if first == "desk" and at_home:
            return self.through(request, Mount("desk", "/desk/"), rest)
        portal = Portal.objects.select_related(*LOADED).at(host, first) if first else None
        if portal:
            request.portal = portal
            return self.through(request, Mount("portal", f"/{portal.slug}/", portal), rest)
        if moved := first and Portal.objects.once_at(host, first):
            return moved_to(request, moved, rest)
        if at_home or Portal.objects.answers_on(host):
            return self.get_response(request)
        return bad_host()

    def through(self, request, mount, rest):
        """Answer as ``mount``: strip its prefix, use its URLs and its cookies."""
        is_off = mount.portal and not mount.portal.is_on
        if request.path_info == mount.prefix.rstrip("/") and request.method in ("GET", "HEAD") and not is_off:
            query = request.META.get("QUERY_STRING", "")
            return HttpResponseRedirect(f"{mount.prefix}?{query}" if query else mount.prefix)
        request.mount = mount
        request.urlconf = f"loket.{mount.door}.urls"
        request.path_info = f"/{rest}"
        set_script_prefix(mount.prefix)
        for inside in COOKIES:
            request.COOKIES.pop(inside, None)
            if mount.cookie(inside) in request.COOKIES:
                request.COOKIES[inside] = request.COOKIES[mount.cookie(inside)]
        response = self.get_response(request)
        rename_cookies(response, mount)
        return response


def rename_cookies(response, mount):
    """Give Django's cookies the mount's names and path."""
    renamed = SimpleCookie()
    for name, morsel in response.cookies.items():
        outside = mount.cookie(name) if name in COOKIES else name
        renamed[outside] = morsel.value
        for key, value in morsel.items():
            renamed[outside][key] = value
        renamed[outside]["path"] = mount.prefix if name in COOKIES else morsel["path"]
    response.cookies = renamed


def moved_to(request, portal, rest):
    """To the same page at the portal's new address (P2)."""
    query = request.META["QUERY_STRING"]
    return HttpResponsePermanentRedirect(portal.address(quote(rest)) + (f"?{query}" if query else ""))


def bad_host():
    """An unknown host learns nothing, not even a portal's looks."""
    return HttpResponse("Bad request: this address is not connected here.\n", status=400, content_type="text/plain")


class SwitchMiddleware:
    """A portal that is off answers nobody but agents who look on (P6, P8)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.portal is None or request.portal.is_on or request.path_info.startswith(OPEN_WHEN_OFF):
            return self.get_response(request)
        if preview_of(request):
            return self.get_response(request)
        return HttpResponseNotFound(render_to_string("portal/not_available.html", request=request))
