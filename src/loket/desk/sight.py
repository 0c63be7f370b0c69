"""Who sees a ticket in a portal, and why: for those it is about, and for any contact whom an agent names (T4 ★)."""

from django.utils.functional import cached_property

from loket.guard.text import clean_line, number_in
from loket.people.models import Contact
from loket.portals.models import Portal
from loket.tickets.visibility import explain

MOST_FOUND = 5


def sights_of(ticket, people):
    """For each portal that is on: who of ``people`` sees the ticket there, with the reasons in words."""
    portals = Portal.objects.on().select_related("domain").order_by("pk") if people else []
    return [
        {"portal": portal, "people": [(contact, *explain(contact, ticket, portal)) for contact in people]}
        for portal in portals
    ]


class Question:
    """What the address asks: ``who`` is words of a name or an address, ``reader`` the id of one who was found by them."""

    def __init__(self, request, ticket):
        self.ticket = ticket
        self.who = clean_line(request.GET.get("who", ""), 200)
        self.reader = number_in(request.GET.get("reader", ""))

    @cached_property
    def found(self):
        """Up to six contacts: five are shown, and one more says that there are more."""
        contacts = Contact.objects.select_related("primary_company")
        if self.reader:
            return list(contacts.filter(pk=self.reader))
        return list(contacts.called(self.who).in_order()[: MOST_FOUND + 1]) if self.who else []

    @property
    def choices(self):
        """The contacts to choose from, when the words fit several."""
        return self.found[:MOST_FOUND] if len(self.found) > 1 else []

    @property
    def has_more(self):
        """Whether the words fit more contacts than are shown."""
        return len(self.found) > MOST_FOUND

    @cached_property
    def sights(self):
        """The answer for each portal, when one contact is meant."""
        return sights_of(self.ticket, self.found) if len(self.found) == 1 else []
