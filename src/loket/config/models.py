"""Workers that run, as they say themselves: a row each, for health checks and metrics."""

import os
import secrets
import socket
from datetime import timedelta

from django.db import models
from django.utils import timezone

# A worker says every BEAT that it lives; one that has been silent for LATE is taken for dead, and after GONE forgotten.
BEAT = timedelta(seconds=10)
LATE = timedelta(seconds=60)
GONE = timedelta(days=1)


class WorkerQuerySet(models.QuerySet):
    def alive(self):
        """Heard of within LATE."""
        return self.filter(seen_at__gt=timezone.now() - LATE)

    def start(self):
        """Enter this process under a name of its own."""
        name = f"{socket.gethostname()[:60]}-{os.getpid()}-{secrets.token_hex(2)}"
        return self.create(name=name)


class Worker(models.Model):
    """One ``loket worker``. ``chores`` is ``{name: {"runs", "failures", "rows", "seconds"}}`` since its start."""

    name = models.CharField(max_length=80, unique=True)
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    chores = models.JSONField(default=dict)

    objects = WorkerQuerySet.as_manager()

    def __str__(self):
        return self.name

    def beat(self, chores):
        """Say that this worker lives, and what it has done; forget those that are long gone."""
        now = timezone.now()
        self.seen_at, self.chores = now, chores
        # Not save(): a worker that was thought dead and forgotten comes back under its name.
        type(self).objects.update_or_create(
            name=self.name, defaults={"seen_at": now, "chores": chores, "started_at": self.started_at}
        )
        type(self).objects.filter(seen_at__lt=now - GONE).delete()

    def stop(self):
        """It ends in order: nobody needs to miss it."""
        type(self).objects.filter(name=self.name).delete()
