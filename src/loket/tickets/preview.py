"""What new rules would change before they are saved (T4 ★): who would gain or lose sight of which tickets.

    gained  =  seen(new)  and not  seen(old)          lost: the same with the rules exchanged

A ticket is *fresh* when only the new T3 lets it through, *kept* when both do. Somebody gains a fresh ticket by any way
of seeing, a kept one only as a newcomer to their company's tickets. Everything is asked of sets, never of pairs: counts
stop at 999+, and when time is up they are what was found until then, and say so.
"""

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q

from loket.guard.deadlines import Deadline, TimeUpError
from loket.people.models import Company, Contact
from loket.properties.filters import NOTHING
from loket.tickets.models import SightPolicy, Ticket, TicketCompany, TicketContact, TicketParticipant
from loket.tickets.removing import KEPT

MOST_COUNTED = 999
MOST_EXAMPLES = 10
SECONDS = 2.0
CHUNK = 10_000


@dataclass
class Side:
    """Who gains sight, or who loses it: distinct tickets and contacts, up to 1,000 of each, and examples of pairs.

    ``is_whole`` is false when time was up: there may be more, also where nothing was found.
    """

    tickets: set = field(default_factory=set)
    contacts: set = field(default_factory=set)
    examples: list = field(default_factory=list)
    is_whole: bool = True

    @property
    def tickets_shown(self):
        return shown(self.tickets)

    @property
    def contacts_shown(self):
        return shown(self.contacts)


@dataclass(frozen=True)
class Preview:
    """``gained`` and ``lost``, each a Side."""

    gained: Side
    lost: Side

    @property
    def is_whole(self):
        """Whether everything was counted in time."""
        return self.gained.is_whole and self.lost.is_whole

    @property
    def changes_nothing(self):
        """Whether it is certain that everybody sees what they saw before."""
        return self.is_whole and not (self.gained.tickets or self.lost.tickets)


def preview(portal, rules, members, seconds=SECONDS):
    """The Preview of ``rules`` (a SightPolicy, not saved) for ``members``, a queryset of the portal's contacts.

    Each side may take half of ``seconds``.
    """
    before = SightPolicy.of(portal)
    sides = [Change(before, rules, members), Change(rules, before, members)]
    return Preview(*(side.counted(Deadline(seconds / 2)) for side in sides))


class Change:
    """What members see by the rules ``new`` and not by ``old``."""

    def __init__(self, old, new, members):
        self.fresh = KEPT & new.visibility.q() & opposite(old.visibility.q())
        self.kept = KEPT & new.visibility.q() & old.visibility.q()
        if old.visibility_filter == new.visibility_filter:
            self.fresh = NOTHING
        self.members = members.order_by()
        self.sharers = self.members.filter(new.sharers)
        self.newcomers = self.sharers.filter(opposite(old.sharers))
        if (old.sharing, old.sharing_filter) == (new.sharing, new.sharing_filter):
            self.newcomers = Contact.objects.none()

    def counted(self, deadline):
        """The Side, as far as it was found in time."""
        side = Side()
        try:
            self._find_tickets(side, deadline)
            self._find_contacts(side, deadline)
        except TimeUpError:
            side.is_whole = False
        try:
            side.examples = deadline.read(lambda: list(self.examples(side.tickets)))
        except TimeUpError:
            side.is_whole = False
        return side

    def _find_tickets(self, side, deadline):
        """Newest first, by ranges of ids, so that what was found is kept when time is up."""
        newest = Ticket.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        for high in range(newest, 0, -CHUNK):
            here = Ticket.objects.filter(pk__lte=high, pk__gt=high - CHUNK)
            for tickets in self.tickets(here):
                left = MOST_COUNTED + 1 - len(side.tickets)
                ids = tickets.order_by("-pk").values_list("pk", flat=True)[:left]
                side.tickets.update(deadline.read(lambda ids=ids: list(ids)))
                if len(side.tickets) > MOST_COUNTED:
                    return

    def tickets(self, here):
        """Of the tickets ``here`` those that are gained: fresh ones, kept ones."""
        rows = {"ticket": OuterRef("pk")}
        seen = (
            Q(Exists(TicketContact.objects.filter(contact__in=self.members, **rows)))
            | Q(Exists(TicketParticipant.objects.filter(contact__in=self.members, **rows)))
            | Q(Exists(TicketCompany.objects.filter(company__in=self.sharers.values("primary_company"), **rows)))
        )
        theirs = Q(primary_company__in=TicketCompany.objects.filter(ticket=OuterRef(OuterRef("pk"))).values("company"))
        newcomers = self.newcomers.filter(theirs, *without(OuterRef(OuterRef("pk"))))
        return here.filter(self.fresh, seen), here.filter(self.kept, Exists(newcomers))

    def _find_contacts(self, side, deadline):
        for contacts in self.contacts():
            left = MOST_COUNTED + 1 - len(side.contacts)
            ids = contacts.exclude(pk__in=side.contacts).values_list("pk", flat=True)[:left]
            side.contacts.update(deadline.read(lambda ids=ids: list(ids)))
            if len(side.contacts) > MOST_COUNTED:
                return

    def contacts(self):
        """Those who gain: by their own fresh tickets, by taking part, by their company's, as newcomers to it.

        A company is asked once whether it has such tickets, not once for each of its contacts.
        """
        fresh, kept = Ticket.objects.filter(self.fresh), Ticket.objects.filter(self.kept)
        for rows in (TicketContact, TicketParticipant):
            yield self.members.filter(pk__in=rows.objects.filter(ticket__in=fresh).values("contact"))
        yield self.sharers.filter(primary_company__in=having(fresh, self.sharers))
        others = TicketCompany.objects.filter(
            *without(OuterRef("ticket"), OuterRef(OuterRef("pk"))), company=OuterRef("primary_company"), ticket__in=kept
        )
        newcomers = self.newcomers.filter(primary_company__in=having(kept, self.newcomers))
        yield newcomers.filter(Exists(others))

    def examples(self, tickets):
        """Up to ten (contact, ticket), of the newest tickets, of different contacts where there are."""
        used = set()
        for ticket in Ticket.objects.filter(pk__in=sorted(tickets, reverse=True)[:MOST_EXAMPLES]).order_by("-pk"):
            found = self.gaining(ticket)
            contact = found.exclude(pk__in=used).first() or found.first()
            if contact:
                used.add(contact.pk)
                yield contact, ticket

    def gaining(self, ticket):
        """Members who gain sight of ``ticket``."""
        companies = TicketCompany.objects.filter(ticket=ticket).values("company")
        if not Ticket.objects.filter(self.fresh, pk=ticket.pk).exists():
            return self.newcomers.filter(*without(ticket.pk), primary_company__in=companies).order_by("pk")
        own = Q(pk__in=TicketContact.objects.filter(ticket=ticket).values("contact"))
        own |= Q(pk__in=TicketParticipant.objects.filter(ticket=ticket).values("contact"))
        by_company = Q(pk__in=self.sharers.values("pk"), primary_company__in=companies)
        return self.members.filter(own | by_company).order_by("pk")


def opposite(q):
    """The Q that is true where ``q`` is not: the opposite of everything, ``Q()``, is nothing."""
    return ~q if q else NOTHING


def without(ticket, contact=None):
    """Conditions: the contact is neither associated with ``ticket`` nor takes part in it."""
    who = {"contact": contact or OuterRef("pk"), "ticket": ticket}
    return [~Exists(rows.objects.filter(**who)) for rows in (TicketContact, TicketParticipant)]


def having(tickets, contacts):
    """Companies of ``contacts`` that have one of ``tickets``."""
    rows = TicketCompany.objects.filter(company=OuterRef("pk"), ticket__in=tickets)
    return Company.objects.filter(Exists(rows), pk__in=contacts.values("primary_company")).values("pk")


def shown(found):
    """A number as people read it: up to "999+"."""
    return f"{MOST_COUNTED}+" if len(found) > MOST_COUNTED else str(len(found))
