"""What one sown ticket is: its rows in every table that the verbs would have written, and the same for the same number."""

import json
import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from loket.conversations.documents import AGENTS, CUSTOMERS, shown_text
from loket.conversations.models import Message, Thread
from loket.history.models import Event
from loket.search import engine
from loket.search.models import Document
from loket.seed.words import text
from loket.tickets.models import Category, Priority, Source, Ticket, TicketCompany, TicketContact, TicketParticipant

MESSAGES = 3
DAYS = 3 * 365
# One ticket in ten is the large company's, one in two hundred the busy contact's.
LARGE_EVERY, BUSY_EVERY = 10, 200
KEY = ("last_activity_at", "is_open")
FIELDS = {
    Ticket: (
        "id", "subject", "content", "status", "owner", "priority", "category", "source", "primary_company",
        "created_at", "last_activity_at", "modified_at", "closed_at", "waiting_since",
    ),
    TicketContact: ("ticket", "contact", *KEY),
    TicketCompany: ("ticket", "company", *KEY),
    TicketParticipant: ("ticket", "contact", *KEY),
    Thread: ("id", "inbox", "ticket", "contact", "subject", "is_shown", "created_at"),
    Message: (
        "thread", "contact", "agent", "is_incoming", "author_name", "channel", "html", "text", "created_at"
    ),
    Event: (
        "subject_kind", "subject_id", "subject_name", "verb", "details", "actor_kind", "actor_id", "actor_name",
        "created_at",
    ),
    Document: ("kind", "record_id", "text", "words"),
}  # fmt: skip


@dataclass
class Field:
    """Where tickets grow: ``open`` and ``closed`` are (id, label) of statuses, ``agents`` (id, name) of agents."""

    seed: int
    now: datetime
    inbox: int
    open: list
    closed: list
    agents: list
    people: list

    def __post_init__(self):
        companies = [each.company for each in self.people if each.company]
        large = min(companies, default=None)
        self.large = [each for each in self.people if each.company == large] or self.people
        self.others = [each for each in self.people if each.company != large] or self.people
        self.busy = next((each for each in self.others if each.company), None)

    def requester(self, number, dice):
        """Whose the ticket with this number is: few people ask often, many seldom."""
        if number % LARGE_EVERY == 3:
            return dice.choice(self.large)
        if number % BUSY_EVERY == 7 and self.busy:
            return self.busy
        return self.others[int(len(self.others) * dice.random() ** 1.5)]


def rows_of(number, thread, field):
    """{model: rows} of ticket ``number``, whose conversation has the id ``thread``."""
    return Plant(number, thread, field).rows


class Plant:
    """One ticket and all that belongs to it. The order in which dice are thrown is what makes it repeatable."""

    def __init__(self, number, thread, field):
        self.number, self.thread, self.field = number, thread, field
        self.dice = dice = random.Random(field.seed << 40 | number)  # noqa: S311
        self.rows = defaultdict(list)
        self.who = field.requester(number, dice)
        self.owner = dice.choice(field.agents) if dice.random() < 0.85 else None
        self.times = self.course()
        self.is_open = dice.random() < (0.9 if field.now - self.times[-1] < timedelta(days=30) else 0.1)
        self.is_waiting = self.is_open and dice.random() < 0.5
        self.closed_at = None if self.is_open else self.times[-1] + timedelta(minutes=dice.randint(5, 600))
        self.last = self.closed_at or self.times[-1]
        self.subject = text(dice, dice.randint(3, 8)).rstrip(".")
        self.words = [text(dice, dice.randint(8, 40)) for _ in range(MESSAGES)]
        self.ticket()
        self.associations()
        self.conversation()
        self.events()

    def course(self):
        """When each message came: most tickets are young, and all is over by now."""
        age = timedelta(days=DAYS * self.dice.random() ** 1.5)
        steps = sorted(self.dice.random() for _ in range(MESSAGES - 1))
        span = min(age, timedelta(days=20)) * 0.9
        return [self.field.now - age + span * step for step in (0, *steps)]

    def ticket(self):
        dice = self.dice
        self.status = dice.choice(self.field.open if self.is_open else self.field.closed)
        self.rows[Ticket].append((
            self.number, self.subject, self.words[0], self.status[0], self.owner and self.owner[0],
            dice.choice(["", *Priority.values]), dice.choice(["", *Category.values]), dice.choice(Source.values),
            self.who.company, self.times[0], self.last, self.last, self.closed_at,
            self.times[-1] if self.is_waiting else None,
        ))  # fmt: skip

    def associations(self):
        """The requester, their company, now and then a second contact of it or somebody who takes part."""
        key = (self.last, self.is_open)
        self.contacts = [self.who]
        second = self.dice.choice(self.field.people)
        self.participant = None
        if self.who.company and second.company == self.who.company and second != self.who:
            self.contacts.append(second)
        elif self.dice.random() < 0.05 and second != self.who:
            self.participant = second
            self.rows[TicketParticipant].append((self.number, second.pk, *key))
        self.rows[TicketContact] += [(self.number, each.pk, *key) for each in self.contacts]
        if self.who.company:
            self.rows[TicketCompany].append((self.number, self.who.company, *key))

    def conversation(self):
        """Customer, agent, and again the customer unless we had the last word; and what search knows of it."""
        about = (self.field.inbox, self.number, self.who.pk, self.subject)
        self.rows[Thread].append((self.thread, *about, True, self.times[0]))
        agent, agent_name = self.owner or self.field.agents[0]
        customer = (self.who.pk, None, True, self.who.name, "portal")
        answer = (None, agent, False, agent_name, "desk")
        last = answer if self.is_open and not self.is_waiting else customer
        for author, words, time in zip((customer, answer, last), self.words, self.times, strict=True):
            self.rows[Message].append((self.thread, *author, f"<p>{words}</p>", words, time))
        self.document(CUSTOMERS, shown_text(self.number, self.subject, self.words[0], self.words), self.tokens())
        about = [*(f"{each.name} {each.email}" for each in self.contacts), self.who.company_name]
        self.document(AGENTS, "\n".join(filter(None, about)))

    def tokens(self):
        """Who is associated."""
        people = [*self.contacts, self.participant] if self.participant else self.contacts
        found = [f"contact:{each.pk}" for each in people]
        return [*found, f"company:{self.who.company}"] if self.who.company else found

    def document(self, kind, words, tokens=()):
        found = engine.document(kind, self.number, words, tokens)
        self.rows[Document].append((kind, self.number, found.text, found.words))

    def events(self):
        """What the timeline tells besides the messages."""
        agent = self.owner or self.field.agents[0]
        self.event(self.times[0], "created", ("contact", self.who.pk, self.who.name), source_type="portal")
        if self.owner:
            by, at = ("agent", *agent), self.times[0] + timedelta(minutes=3)
            self.event(at, "assigned", by, hubspot_owner_id=["", self.owner[1]])
        if self.closed_at:
            was = self.field.open[0][1]
            self.event(self.closed_at, "closed", ("agent", *agent), hs_pipeline_stage=[was, self.status[1]])

    def event(self, at, verb, actor, **details):
        self.rows[Event].append(("ticket", self.number, self.subject, verb, json.dumps(details), *actor, at))
