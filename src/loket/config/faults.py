"""What people read when something is wrong. Every door's urlconf names these as its handlers; allauth asks the root's.

The pages are ``400.html``, ``403.html``, ``404.html``, ``429.html`` and ``500.html`` of ``ui``, and ``config/stale_form.html``.
"""

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def looks(request):
    """At a portal's address the page carries its name, as its sign-in page does; each door's leads to its front."""
    mount, portal = getattr(request, "mount", None), getattr(request, "portal", None)
    front = {"front": mount.prefix} if mount else {}
    return front | ({"brand_name": portal.called, "brand_url": mount.prefix, "look": portal.looks} if portal else {})


def page(request, template, status):
    """The page; no cache keeps it, as what is hidden now may be shown in a moment."""
    response = render(request, template, looks(request), status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def bad_request(request, exception):
    """The request could not be read; never says which part, as that may be an attack's feedback."""
    return page(request, "400.html", 400)


def forbidden(request, exception):
    """Signed in, but not for this."""
    return page(request, "403.html", 403)


def not_found(request, exception):
    """Hidden and absent answer alike: nothing of the exception or the address is shown."""
    return page(request, "404.html", 404)


def too_many(request, exception=None):
    """Throttled (A8); the same for an address with an account and without."""
    return page(request, "429.html", 429)


def broken(request):
    """A fault of ours. Rendered without request and theme: whatever broke may break these too."""
    return HttpResponse(render_to_string("500.html", looks(request) | {"look": None}), status=500)


def csrf_failure(request, reason=""):
    """The form was open too long, or cookies are off: says how to keep what was typed."""
    return page(request, "config/stale_form.html", 403)
