"""Sow tickets in batches, each in one transaction: whenever it is stopped, only whole tickets are there.

A process of its own makes the rows while this one stores them.
"""

import multiprocessing
import signal
from collections import defaultdict, deque

from django.db import connection, transaction
from django.utils import timezone

from loket.conversations.models import Inbox, Thread
from loket.forms.opening import make_pipeline
from loket.seed.crop import FIELDS, Field, rows_of
from loket.seed.loading import follow, load, next_id
from loket.seed.people import agents, people, sow_people
from loket.tickets.models import Pipeline, Ticket

BATCH, AHEAD = 1_000, 2


class NobodyError(Exception):
    """There are no contacts to sow tickets for."""


def sow(tickets, contacts=0, companies=0, *, seed=1, report=lambda done: None):
    """Add so many companies, contacts and tickets; ``report`` gets the number of tickets done.

    Tickets are spread over all contacts ever sown. The same ``seed`` in an empty installation gives the same on the
    same day. Raises NobodyError.
    """
    with transaction.atomic():
        sow_people(contacts, companies, seed)
        field = prepare(seed)
    if tickets and not field.people:
        raise NobodyError
    first, thread, done = next_id(Ticket), next_id(Thread), 0
    jobs = [(first + at, thread + at, min(BATCH, tickets - at)) for at in range(0, tickets, BATCH)]
    with multiprocessing.get_context("fork").Pool(1, begin, [field]) as maker:
        for batch in made(maker, jobs):
            with transaction.atomic():
                for model, names in FIELDS.items():
                    load(model, names, batch.get(model._meta.label, ()))
                follow(FIELDS)
            done += len(batch[Ticket._meta.label])
            report(done)
    refresh_statistics()


def prepare(seed):
    """Pipeline, inbox and agents, made where there are none."""
    pipeline = Pipeline.objects.first() or make_pipeline()
    statuses = list(pipeline.statuses.values_list("is_closed", "pk", "label"))
    inbox = Inbox.objects.first() or Inbox.objects.create(name="Help desk")
    return Field(
        seed=seed,
        now=timezone.now().replace(hour=0, minute=0, second=0, microsecond=0),
        inbox=inbox.pk,
        open=[status for is_closed, *status in statuses if not is_closed],
        closed=[status for is_closed, *status in statuses if is_closed],
        agents=agents(),
        people=people(),
    )


def made(maker, jobs):
    """The batches of ``jobs`` in order; only two are made ahead, so that memory does not grow."""
    waiting = deque()
    for job in jobs:
        waiting.append(maker.apply_async(make, [job]))
        if len(waiting) > AHEAD:
            yield waiting.popleft().get()
    while waiting:
        yield waiting.popleft().get()


def begin(field):
    """Begin the process that makes rows. It never touches the database, and leaves Ctrl-C to the one that stores them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    make.field = field


def make(job):
    """{label of a model: rows} of a batch of tickets."""
    number, thread, size = job
    batch = defaultdict(list)
    for at in range(size):
        for model, rows in rows_of(number + at, thread + at, make.field).items():
            batch[model._meta.label] += rows
    return dict(batch)


def refresh_statistics():
    """Let PostgreSQL count anew, so that it plans for what is there now.

    SQLite plans best with no counts at all: with them it begins the desk's list at the few statuses and sorts all open tickets.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
