"""Health (R3): ``/healthz`` says that the process is alive, ``/readyz`` whether all can be done. Both answer on any host.

``/readyz/web`` leaves out what pages do without, for whoever only decides where to send visitors: a mail server that is
down must not take the portal off the net.
"""

import time
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.utils import timezone

from loket.config.models import Worker
from loket.mail.models import Delivery, Outage, Pause

KEEP_SECONDS = 5
# Mail that is due this long and in no worker's hands is stuck.
STUCK = timedelta(minutes=10)
# "off": no mail server is set. "paused": after a restore, until somebody lets work go on. Both are meant so.
FINE = {"ok", "off", "paused"}
_migrations = {"asked_at": float("-inf"), "answer": False}


def healthz(request):
    """Alive: touches nothing else."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(request):
    """200 when every check is fine, else 503: ``{"database": "ok", "migrations": "ok", "worker": "silent", …}``."""
    return told(checks(database=database, migrations=migrations, worker=worker, mail=mail))


def readyz_web(request):
    """As ``readyz``, of what pages need."""
    return told(checks(database=database, migrations=migrations))


def told(answers):
    """The answers as JSON, which names each check and no address, user or error text."""
    ready = set(answers.values()) <= FINE
    return JsonResponse(answers, status=200 if ready else 503, headers={"Cache-Control": "no-store"})


def checks(**questions):
    """Ask in order; after the first that says no the others, which build on it, are "unknown"."""
    answers = dict.fromkeys(questions, "unknown")
    for name, ask in questions.items():
        try:
            answers[name] = ask()
        except DatabaseError:
            answers[name] = "unreachable"
        if name in ("database", "migrations") and answers[name] != "ok":
            break
    return answers


def database():
    """Whether the database answers a query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
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


def worker():
    """Whether a worker was heard of within the last minute."""
    return "ok" if Worker.objects.alive().exists() else "silent"


def mail():
    """How outgoing mail fares: "off", "paused", "failing" (the server is out of reach), "stuck" (nobody sends) or "ok"."""
    if not settings.SMTP:
        return "off"
    if Pause.objects.current():
        return "paused"
    if Outage.objects.current():
        return "failing"
    now = timezone.now()
    return "stuck" if Delivery.objects.due(now).filter(next_try_at__lt=now - STUCK).exists() else "ok"
