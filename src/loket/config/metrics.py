"""Figures for Prometheus (``/metrics``): requests counted here, the rest read from the database when asked.

``loket serve`` has several processes: each keeps its counters in a file of a folder that they share, and whichever is asked
adds them up. So a scrape tells of one ``serve``; scrape each one. What the database tells is the same from each of them.
"""

import ipaddress
import os
import time
from importlib.metadata import version

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count, Min
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from loket.config.env import share_metrics
from loket.config.models import Worker
from loket.mail.models import Delivery, Outage, Pause

KEEP_SECONDS = 15
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

shared = {"folder": None}
counted = CollectorRegistry()
requests = Counter("loket_requests", "Answers by door and class of status.", ["door", "status"], registry=counted)
latency = Histogram("loket_request_seconds", "From a whole request to its answer.", ["door"], buckets=BUCKETS, registry=counted)  # fmt: skip


def share(folder):
    """Have the processes that are forked from now on keep their counters in ``folder``, an empty one."""
    share_metrics(folder)
    # The library chooses when it is imported, which a command's checks have done long ago; no counter is in use yet.
    values.ValueClass = values.MultiProcessValue(os.getpid)
    shared["folder"] = folder


def count(door, status, seconds):
    """One answer."""
    requests.labels(door, f"{status // 100}xx").inc()
    latency.labels(door).observe(seconds)


def metrics(request):
    """The figures, for those who may read them; for others there is no such page."""
    if not may_read(request):
        raise Http404
    registry = CollectorRegistry()
    if shared["folder"]:
        MultiProcessCollector(registry, path=shared["folder"])
    else:
        registry.register(Relay(counted))
    registry.register(Relay(stored))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def may_read(request):
    """By token, or by the address that asks.

    Behind a proxy the address is what the proxy says. Where no proxy is set, whatever names another address is refused:
    a forgotten setting must not make a visitor look like this machine.
    """
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.METRICS_TOKEN and constant_time_compare(token, settings.METRICS_TOKEN):
        return True
    address, forwarded = request.META.get("REMOTE_ADDR", ""), request.headers.get("X-Forwarded-For", "")
    if forwarded:
        if not settings.IS_BEHIND_PROXY:
            return False
        address = forwarded.rpartition(",")[2].strip()
    return is_within(address, settings.METRICS_ALLOW)


def is_within(address, networks):
    """Whether the address (text) lies in one of ``networks``."""
    try:
        address = ipaddress.ip_address(address)
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in network for network in networks)


class Relay:
    """A collector made of what has ``collect``."""

    def __init__(self, source):
        self.source = source

    def collect(self):
        return self.source.collect()


class Stored:
    """What the database knows; kept for some seconds, as counting a large outbox takes a moment."""

    def __init__(self):
        self.asked_at, self.kept = float("-inf"), []

    def collect(self):
        if time.monotonic() - self.asked_at > KEEP_SECONDS:
            self.kept, self.asked_at = list(self.read()), time.monotonic()
        return self.kept

    def read(self):
        info = GaugeMetricFamily("loket_info", "The version that runs.", labels=["version"])
        info.add_metric([version("loket")], 1)
        yield info
        try:
            yield from [*outbox(), *workers()]
            is_there = 1
        except DatabaseError:
            is_there = 0
        yield GaugeMetricFamily("loket_database_up", "Whether the database answers.", is_there)


stored = Stored()


def outbox():
    """How outgoing mail fares."""
    now = timezone.now()
    states = dict(Delivery.objects.values_list("state").annotate(Count("pk")).order_by())
    by_state = GaugeMetricFamily("loket_outbox_deliveries", "Letters to one recipient each.", labels=["state"])
    for state in Delivery.State.values:
        by_state.add_metric([state], states.get(state, 0))
    yield by_state
    since = Delivery.objects.queued().aggregate(since=Min("next_try_at"))["since"]
    late = max(0, (now - since).total_seconds()) if since else 0
    yield GaugeMetricFamily("loket_outbox_late_seconds", "How long the next due letter has been due.", late)
    outage = Outage.objects.current()
    lasts = (now - outage.started_at).total_seconds() if outage else 0
    yield GaugeMetricFamily("loket_mail_outage_seconds", "How long the mail server has been out of reach.", lasts)
    is_paused = Pause.objects.current() is not None
    yield GaugeMetricFamily("loket_paused", "Whether workers stand still after a restore.", int(is_paused))


def workers():
    """The workers that were heard of lately, and what their chores have done since they started."""
    now, alive = timezone.now(), list(Worker.objects.order_by("-seen_at")[:100])
    if alive:
        age = (now - alive[0].seen_at).total_seconds()
        yield GaugeMetricFamily("loket_worker_heartbeat_age_seconds", "Since any worker was heard of.", age)
    yield GaugeMetricFamily("loket_workers", "Workers heard of within a minute.", Worker.objects.alive().count())
    for figure, words in (
        ("runs", "Batches begun."),
        ("failures", "Batches that failed."),
        ("rows", "Rows worked off."),
        ("seconds", "Time spent."),
    ):
        family = CounterMetricFamily(f"loket_chore_{figure}", words, labels=["worker", "chore"])
        for worker in alive:
            for chore, figures in sorted(worker.chores.items()):
                family.add_metric([worker.name, chore], figures.get(figure, 0))
        yield family
