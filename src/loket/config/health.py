"""Health (R3): ``/healthz`` says that the process is alive, ``/readyz`` that it can serve. Both answer on any host."""

import time

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse

KEEP_SECONDS = 5
_migrations = {"asked_at": float("-inf"), "answer": False}


def healthz(request):
    """Alive: touches nothing else."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(request):
    """200 when every check is "ok", else 503: ``{"database": "ok", "migrations": "missing"}``."""
    checks = {"database": database(), "migrations": "unknown"}
    if checks["database"] == "ok":
        checks["migrations"] = migrations()
    ready = all(answer == "ok" for answer in checks.values())
    return JsonResponse(checks, status=200 if ready else 503, headers={"Cache-Control": "no-store"})


def database():
    """Whether the database answers a query."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "unreachable"
    return "ok"


def migrations():
    """Whether every migration has run; reading them all takes a while, so the answer is kept for a few seconds."""
    if time.monotonic() - _migrations["asked_at"] > KEEP_SECONDS:
        _migrations.update(asked_at=time.monotonic(), answer=is_migrated())
    return "ok" if _migrations["answer"] else "missing"


def is_migrated():
    """Whether the database has the shape that this code expects."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
