"""What is noted of every request: an id for the logs, one line when it is answered, counters for ``/metrics``."""

import logging
import re
import time
import uuid

from django.conf import settings

from loket.config import logs, metrics

ID_FROM_PROXY = re.compile(r"[A-Za-z0-9._-]{8,64}")
HEALTH = {"healthz", "readyz", "metrics"}

log = logging.getLogger("loket.requests")


class WatchMiddleware:
    """The outermost one, so that it meets every answer, refusals of the others included."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        began = request.META.get("loket.arrived_at") or time.perf_counter()
        mark = logs.request_id.set(id_of(request))
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = logs.request_id.get()
            note(request, response, time.perf_counter() - began)
            return response
        finally:
            logs.request_id.reset(mark)


def id_of(request):
    """The id that the proxy gave, if there is one in front and it is an id; else a new one."""
    given = request.headers.get("X-Request-ID", "")
    return given if settings.IS_BEHIND_PROXY and ID_FROM_PROXY.fullmatch(given) else uuid.uuid4().hex


def door_of(request):
    """portal, desk, health, static, or front for all the rest."""
    mount = getattr(request, "mount", None)
    first = request.path_info.lstrip("/").partition("/")[0]
    if mount:
        return mount.door
    return "health" if first in HEALTH else "static" if first == "static" else "front"


def note(request, response, seconds):
    """Count and log one answer; of files that never change and of health checks only the counters."""
    door, status = door_of(request), response.status_code
    metrics.count(door, status, seconds)
    log.log(
        logging.DEBUG if door in ("health", "static") else logging.INFO,
        "answered",
        extra={
            "told": {
                "door": door,
                "method": request.method,
                "route": logs.route_of(request),
                "status": status,
                "ms": round(seconds * 1000, 1),
            }
        },
    )
