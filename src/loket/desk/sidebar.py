"""The cards beside a ticket, and the properties of any record."""

from datetime import datetime

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from loket.desk.agents import tickets_for
from loket.desk.sight import Question, sights_of
from loket.properties import types
from loket.ui.dates import time_tag

MOST_READERS = 10
MOST_OTHERS = 6
MOST_TICKETS = 20


class TicketCards:
    """What stands beside a ticket: people, companies, properties, conversations, who sees it, other tickets."""

    def __init__(self, request, ticket, properties):
        self.request, self.ticket = request, ticket
        people = ticket.ticketcontact_set.select_related("contact__primary_company").order_by("pk")
        self.contacts = [each.contact for each in people]
        participants = ticket.ticketparticipant_set.select_related("contact__primary_company").order_by("pk")
        self.participants = [each.contact for each in participants]
        companies = ticket.ticketcompany_set.select_related("company").order_by("pk")
        self.companies = sorted(
            (each.company for each in companies), key=lambda each: each.pk != ticket.primary_company_id
        )
        rows = tickets_for(request).filter(pk=ticket.pk)
        self.properties = in_words(rows, properties, without=("subject", "hs_ticket_id"))
        threads = ticket.threads.select_related("inbox", "portal").annotate(number=Count("messages"))
        self.threads = list(threads.in_order())
        self.sights = sights_of(ticket, self.readers)
        self.question = Question(request, ticket)

    @property
    def requester(self):
        """The first associated contact (T6), or None."""
        return self.contacts[0] if self.contacts else None

    @property
    def readers(self):
        """The people about whom the card says whether they see the ticket."""
        return list(dict.fromkeys(self.contacts + self.participants))[:MOST_READERS]

    @property
    def told(self):
        """Who gets an answer by mail: contacts and participants with an address who see the ticket in a portal."""
        seeing = {contact.pk for sight in self.sights for contact, sees, _why in sight["people"] if sees}
        return [each for each in self.readers if each.email and each.pk in seeing]

    @property
    def addressed(self):
        """To whom an answer goes, in words; why to nobody."""
        if self.told:
            return _("To %(names)s") % {"names": ", ".join(each.name for each in self.told)}
        if not self.readers:
            return _("This ticket has no contact: nobody is told of your reply.")
        return _("Nobody is told by mail: no contact with an address sees this ticket in a portal.")

    @property
    def others(self):
        """Other tickets of the requester, newest first."""
        if not self.requester:
            return []
        tickets = (
            tickets_for(self.request).kept().filter(ticketcontact__contact=self.requester).exclude(pk=self.ticket.pk)
        )
        # By the key on the association's own row, which has an index: the requester may have thousands.
        in_order = tickets.order_by("-ticketcontact__last_activity_at", "-ticketcontact__ticket")
        return list(in_order.select_related("status")[:MOST_OTHERS])


def in_words(rows, properties, without=()):
    """[(label, words)] of the properties that have a value, of the one record in ``rows``. Built-in ones first."""
    known = [each for each in properties.values() if each.name not in without]
    known.sort(key=lambda each: (each.is_custom, each.type is types.TEXT))
    values = rows.values_list(*(each.expression for each in known)).get()
    now = timezone.now()
    shown = [(each.label, value_in_words(each, value, now)) for each, value in zip(known, values, strict=True)]
    return [(label, words) for label, words in shown if words]


def value_in_words(found, value, now):
    """One value as its card shows it, "" for none."""
    if value in ("", None):
        return ""
    return time_tag(value, now, long=True) if isinstance(value, datetime) else found.show(value)
