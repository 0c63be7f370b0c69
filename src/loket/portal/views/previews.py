"""An agent's look at the portal, read-only (P8): begun by a token from the desk, ended by a button."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from loket.access import previews


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request, token):
    """Ask whether to begin, as a GET writes nothing; or begin. A token that is none is not found."""
    if request.method != "POST":
        return render(request, "portal/preview.html")
    if not previews.begin(request, token):
        raise Http404
    return redirect("tickets")


@require_POST
def create_ending(request):
    """End the preview; the portal's sign-in page is next."""
    if previews.preview_of(request):
        request.session.flush()
    return redirect("tickets")
