"""The one rule for sight: which tickets a contact sees in a portal.

    seen  =  kept  and  T3  and  (own  or  participant  or  T1 company)

*Kept* is what lies neither in the spam nor in the bin.

It has two access paths that give the same tickets. ``tickets()`` is the rule as a queryset: for one ticket, membership,
derived records. ``rows()`` reads a page of a list: one limited index range per way of seeing, merged; never an OR, and
never a sort of more than a page. List, detail, search, counts, export, files, replies, mails, live updates begin here.
"""

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.lookups import GreaterThan, LessThan
from django.db.models.sql import Query
from django.utils.translation import gettext as _

from loket.history.settled import remember, remembering
from loket.records.compiled import Compiled
from loket.search import engine
from loket.tickets.policies import SightPolicy
from loket.tickets.removing import KEPT, RemovableQuerySet
from loket.tickets.settling import SettlingQuerySet

MOST_FOUND = 1_000
ANY = Q()


class Way(NamedTuple):
    """One way of seeing: rows of an association (``relation`` from Ticket) where ``who`` is ``value``.

    With ``among``, ids, only those of these few tickets.
    """

    relation: str
    who: str
    value: int
    among: tuple | None = None

    def q(self, is_open=None, value=None):
        """Conditions on this way's row, for one ``filter()`` call: a second call would join a second time."""
        whose = self.value if value is None else value
        conditions = {self.who: whose}
        if self.among is not None:
            # Said as a range: SQLite supposes that nobody has many tickets, and would look among all of a large company's.
            conditions = {f"{self.who}__gte": whose, f"{self.who}__lte": whose, "ticket__in": self.among}
        conditions |= {} if is_open is None else {"is_open": is_open}
        return Q(**{f"{self.relation}__{key}": value for key, value in conditions.items()})

    def rows(self, model, value=None):
        """The rows themselves, where ``model`` is Ticket."""
        whose = {self.who: self.value if value is None else value}
        return model._meta.get_field(self.relation).related_model.objects.filter(**whose)

    def newest(self, model, value=None):
        """Ids of tickets seen this way, the newest activity first."""
        return self.rows(model, value).order_by("-last_activity_at", "-ticket").values("ticket")

    @property
    def activity(self):
        """The column of the last visible activity, the key that this way's index is sorted by."""
        return f"{self.relation}__last_activity_at"

    @property
    def ticket(self):
        """The column of the ticket's id."""
        return f"{self.relation}__ticket_id"

    @property
    def token(self):
        """What the search document of a ticket seen this way carries."""
        return f"{self.who}:{self.value}"

    def at(self, value):
        """The same way of somebody else."""
        return self._replace(value=value)

    def seen(self, model):
        """The way as a Q over ``model`` (Ticket)."""
        return Q(Exists(self.rows(model).filter(ticket=OuterRef("pk"))))


class WholeDesk(NamedTuple):
    """The way of an onlooker: all tickets (or ``among`` these), of which T3 alone decides (P8)."""

    among: tuple | None = None
    relation, activity, ticket, token, value = "", "last_activity_at", "pk", None, None

    def q(self, is_open=None, value=None):
        found = Q() if self.among is None else Q(pk__in=self.among)
        return found if is_open is None else found & Q(closed_at__isnull=is_open)

    def at(self, value):
        return self

    def seen(self, model):
        return Q()

    def newest(self, model, value=None):
        return model.objects.order_by("-last_activity_at", "-pk").values("pk")


@dataclass(frozen=True)
class Onlooker:
    """An agent who previews a portal without being a contact: sees what T3 lets through, and owns nothing (P8)."""

    agent: models.Model
    pk: int = 0
    primary_company_id: None = None

    @property
    def name(self):
        return self.agent.name


class Place(NamedTuple):
    """A place in a sorted list: the sort key of a row and its ticket's id."""

    key: object
    pk: int


@dataclass(frozen=True)
class Order:
    """By the last visible activity (``key`` None), or by a never-null sort key of a property."""

    key: models.Expression | None = None
    is_descending: bool = True

    def expressions(self, way):
        """(key, id) to read and sort by."""
        if self.key is None:
            return F(way.activity), F(way.ticket)
        return self.key, F("pk")

    def kind(self, model):
        """What the keys are, such as "IntegerField": a place among others is none here."""
        return "" if self.key is None else type(self.key.resolve_expression(Query(model)).output_field).__name__

    def beyond(self, way, place, is_descending):
        """Rows after ``place``, in this direction."""
        key, pk = self.expressions(way)
        if self.key is None:
            # A plain range on the key as well: it is what bounds the index scan.
            side, edge = ("lt", "lte") if is_descending else ("gt", "gte")
            return Q(**{f"{way.activity}__{edge}": place.key}) & (
                Q(**{f"{way.activity}__{side}": place.key}) | Q(**{f"{way.ticket}__{side}": place.pk})
            )
        past = LessThan if is_descending else GreaterThan
        return Q(past(key, place.key)) | (Q(models.lookups.Exact(key, place.key)) & Q(past(pk, place.pk)))


NEWEST = Order()


class Sight:
    """What one contact (or an Onlooker) sees in one portal."""

    def __init__(self, contact, policy, is_saved=False):
        # What a compiled query is kept by: rules that are only tried are compiled for their own.
        self.key = policy.portal_id if is_saved else None
        self.contact, self.policy, self.rule = contact, policy, KEPT & policy.visibility.q()
        self.sees_company = policy.shares_company_with(contact)
        self.own = Way("ticketcontact", "contact", contact.pk)
        self.ways = [self.own, Way("ticketparticipant", "contact", contact.pk)]
        if self.sees_company:
            self.ways.append(Way("ticketcompany", "company", contact.primary_company_id))
        if isinstance(contact, Onlooker):
            self.ways = [WholeDesk()]

    @classmethod
    def of(cls, contact, portal, rules=None):
        """By the portal's saved rules, or by ``rules``, a SightPolicy that is tried before it is saved."""
        return cls(contact, rules or SightPolicy.of(portal), is_saved=rules is None)

    @property
    def tokens(self):
        """What the search documents of these tickets carry, one of them each; None where that does not matter (P8)."""
        return None if isinstance(self.contact, Onlooker) else {way.token for way in self.ways}

    def only_own(self):
        """The part that is associated with the contact: "Owned by me" (T2)."""
        return self._narrowed(ways=[self.own])

    def holding(self, query):
        """The part that holds the words of ``query``.

        Up to 1,000 tickets are named by id. Where the index knows more, it is asked again for each ticket met on the way.
        """
        ids = engine.find("ticket", query, tokens=self.tokens, limit=MOST_FOUND + 1)
        if len(ids) > MOST_FOUND:
            return self._narrowed(key=None, rule=self.rule & engine.holds("ticket", query, tokens=self.tokens))
        return self._narrowed(key=None, ways=[way._replace(among=tuple(ids)) for way in self.ways])

    def _narrowed(self, **parts):
        narrowed = Sight.__new__(Sight)
        narrowed.__dict__ |= self.__dict__ | parts
        return narrowed

    def q(self, model):
        """The rule as a Q over ``model`` (Ticket)."""
        return self.rule & reduce(or_, (way.seen(model) for way in self.ways))

    def values(self, tickets, fields, *, most=MOST_FOUND, shape=None):
        """Which values of ``fields`` (expressions) stand together in tickets: a set of tuples; ``shape`` as in ``rows``.

        Of each way the newest ``most`` tickets are looked at: enough to choose from, and never a scan of all.
        """
        found = set()
        for way in self.ways:

            def build(value, way=way):
                newest = way.newest(tickets.model, value)[:most]
                return tickets.filter(self.rule, pk__in=newest).order_by().values_list(*fields).distinct()

            key = ("values", way.relation, most, shape) if shape is not None else None
            found.update(map(tuple, self.run(key, build, way.value)))
        return found

    def rows(
        self, tickets, fields, *, where=ANY, is_open=None, order=NEWEST, after=None, before=None, n=26, shape=None
    ):
        """Up to ``n`` rows ``(Place, *fields)`` in order, from ``after`` on, or the last ones up to ``before``.

        ``tickets`` is the manager; ``fields`` are expressions; ``where`` is a Q over ticket columns. ``shape`` names
        where ``fields`` and ``order`` come from, so that the queries can be kept compiled.
        """
        is_descending, place, found = order.is_descending != (before is not None), before or after, {}
        for way in self.ways:

            def build(value, *place, way=way):
                conditions = way.q(is_open, value)
                if place:
                    conditions &= order.beyond(way, Place(*place), is_descending)
                key, pk = order.expressions(way)
                ordering = [each.desc() if is_descending else each.asc() for each in (key, pk)]
                rows = tickets.filter(conditions, self.rule, where).order_by(*ordering)
                return rows.values_list(key, pk, *fields)[:n]

            is_kept = shape is not None and not where and (order.key is None or place is None)
            key = ("rows", way.relation, is_open, is_descending, place is None, n, shape) if is_kept else None
            for key_value, pk_value, *values in self.run(key, build, way.value, *(place or ())):
                found[Place(key_value, pk_value)] = values
        places = sorted(found, reverse=is_descending)[:n]
        if before:
            places.reverse()
        return [(place, *found[place]) for place in places]

    def run(self, key, build, *values):
        """What ``build(*values)`` gives; with a ``key`` it is compiled once for the portal's saved rules."""
        if key is None or self.key is None or None in values:
            return build(*values)
        return remember((*key, self.key), lambda: Compiled(build, *values)).found(*values)

    def walk(self, tickets, fields, *, chunk=5_000, **conditions):
        """All rows in order, by keyset chunks: memory does not grow with their number."""
        after = None
        while True:
            with remembering():  # a stream outlives its request
                rows = self.rows(tickets, fields, after=after, n=chunk, **conditions)
            yield from rows
            if len(rows) < chunk:
                return
            after = rows[-1][0]

    def count(self, tickets, *, where=ANY, is_open=None, most=MOST_FOUND):
        """How many tickets there are, counted up to ``most`` + 1."""
        found = set()
        # The company's first: where it has more than can be counted, nothing else need be asked.
        for way in reversed(self.ways):

            def build(value, way=way):
                conditions = way.q(is_open, value)
                return tickets.filter(conditions, self.rule, where).values_list("pk")[: most + 1]

            key = None if where else ("count", way.relation, is_open, most)
            found.update(pk for (pk,) in self.run(key, build, way.value))
            if len(found) > most:
                return most + 1
        return len(found)


class TicketQuerySet(SettlingQuerySet, RemovableQuerySet):
    def visible_to(self, contact, portal, rules=None):
        """Tickets that ``contact`` (or an Onlooker) sees in ``portal``; ``rules`` not yet saved can be tried."""
        return self.filter(Sight.of(contact, portal, rules).q(self.model))

    def in_sight(self, pk, contact, portal, *, shape=None, **shown):
        """Ticket ``pk`` with its status and pipeline when it is ``visible_to`` them, else None.

        ``shown`` are annotations; ``shape`` names where they come from, so that the query can be kept compiled.
        """
        if pk.bit_length() > 63:
            return None  # no number that a database could hold
        sight = Sight.of(contact, portal)

        def build(pk, *values):
            ways = [way.at(value) for way, value in zip(sight.ways, values, strict=True)]
            seen = reduce(or_, (way.seen(self.model) for way in ways))
            return self.select_related("status__pipeline").annotate(**shown).filter(sight.rule & seen, pk=pk)

        relations = tuple(way.relation for way in sight.ways)
        return next(iter(sight.run(("one", relations, shape), build, pk, *(way.value for way in sight.ways))), None)

    def visible_to_agent(self, agent):
        """Every agent sees every ticket."""
        return self if agent.is_agent and agent.is_active else self.none()

    def held(self, pk):
        """Ticket ``pk`` of these, read anew; nobody else changes it until the transaction ends. None where there is none.

        The bare row is locked first. PostgreSQL, when it had to wait, checks the row as it is now against joined rows
        as they were: a ticket whose status was changed meanwhile would not be found.
        """
        bare = self.select_related(None).order_by().select_for_update(no_key=True)
        list(bare.filter(pk=pk).values_list("pk"))
        return self.filter(pk=pk).first()

    def open(self):
        return self.filter(closed_at=None)

    def closed(self):
        return self.exclude(closed_at=None)

    def unassigned(self):
        return self.filter(owner=None)

    def waiting(self):
        """Open tickets in which the customer had the last word (D1); said as the index says it."""
        return self.filter(closed_at=None, waiting_since__isnull=False)

    def owned_by(self, agent):
        return self.filter(owner=agent)

    def newest_first(self):
        return self.order_by("-last_activity_at", "-pk")


def explain(contact, ticket, portal, rules=None):
    """Why ``contact`` can or cannot see ``ticket`` in ``portal``: (sees it, [sentences]), from the same clauses."""
    sight = Sight.of(contact, portal, rules)
    same = type(ticket).objects.filter(pk=ticket.pk)
    passes = same.filter(sight.rule).exists()
    words = {"name": str(contact), "portal": portal.name, "filter": sight.policy.visibility.describe()}
    sentences = [rule_sentence(sight, passes, words)]
    if ticket.is_removed:
        sentences = [_("The ticket lies in the spam or in the bin, where only agents see it.")]
    said = {
        "ticketcontact": _("The ticket is associated with %(name)s."),
        "ticketparticipant": _("%(name)s takes part in the ticket."),
        "ticketcompany": _("The ticket belongs to %(name)s’s primary company, whose tickets %(name)s may see."),
    }
    ways = [way for way in sight.ways if same.filter(way.q()).exists()]
    sentences += [said[way.relation] % words for way in ways]
    if not ways:
        sentences.append(no_way_sentence(sight) % words)
    return passes and bool(ways), sentences


def rule_sentence(sight, passes, words):
    """What T3 says of the ticket."""
    if sight.policy.visibility.problem:
        return _("The portal’s ticket filter is broken, so it shows no tickets: %(filter)s") % words
    if not sight.policy.visibility.groups:
        return _("%(portal)s shows all tickets.") % words
    if passes:
        return _("The ticket meets the filter of %(portal)s: %(filter)s.") % words
    return _("The ticket does not meet the filter of %(portal)s: %(filter)s.") % words


def no_way_sentence(sight):
    """Why no way of seeing leads to the ticket."""
    if sight.sees_company:
        return _("The ticket is associated neither with %(name)s nor with %(name)s’s primary company.")
    if sight.contact.primary_company_id:
        return _("The ticket is not associated with %(name)s, who sees only their own tickets here.")
    return _("The ticket is not associated with %(name)s, who has no primary company.")
