"""Addresses outside every door: the front page, the health checks and forms for everybody. Desk and portals are mounted by ``mounts``."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect
from django.urls import include, path

from loket.config import health, metrics
from loket.portals.models import Portal, host_name

handler400 = "loket.config.faults.bad_request"
handler403 = "loket.config.faults.forbidden"
handler404 = "loket.config.faults.not_found"
handler429 = "loket.config.faults.too_many"
handler500 = "loket.config.faults.broken"


def front(request):
    """To the only portal that is on at this host; else, where the desk lives, to the desk."""
    host = host_name(request.get_host())
    slugs = Portal.objects.on().filter(domain__host=host).values_list("slug", flat=True)[:2]
    if len(slugs) == 1:
        return redirect(f"/{slugs[0]}/")
    if host == host_name(settings.SITE_URL.netloc):
        return redirect("/desk/")
    raise Http404


urlpatterns = [
    path("", front),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("forms/", include("loket.portal.public_urls")),
    path("readyz/web", health.readyz_web),
    path("metrics", metrics.metrics),
]
