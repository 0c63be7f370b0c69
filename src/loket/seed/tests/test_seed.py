"""``loket seed``: what is sown past the verbs is as the verbs would have left it."""

import re
from html import unescape

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F

from loket.conversations.documents import index_tickets
from loket.conversations.models import Message
from loket.history.models import Event
from loket.mail.models import Letter
from loket.people.models import Contact
from loket.search.models import Document
from loket.seed import sowing
from loket.seed.crop import rows_of
from loket.tickets.models import Ticket, TicketCompany, TicketContact, TicketParticipant
from loket.tickets.visibility import Sight


@pytest.fixture
def sown(portal, pipeline):
    sowing.sow(400, 80, 40)
    return Ticket.objects.order_by("pk")


def test_the_sort_keys_on_association_rows_are_the_tickets_own(sown):
    assert TicketParticipant.objects.exists()
    for rows in (TicketContact, TicketCompany, TicketParticipant):
        drifted = rows.objects.exclude(last_activity_at=F("ticket__last_activity_at"))
        assert not drifted.exists()
        assert (
            not rows.objects.exclude(is_open=True, ticket__closed_at=None)
            .exclude(is_open=False, ticket__closed_at__isnull=False)
            .exists()
        )


def test_tickets_obey_the_rules_of_their_verbs(sown):
    assert (
        not sown.exclude(status__is_closed=True, closed_at__isnull=False)
        .exclude(status__is_closed=False, closed_at=None)
        .exists()
    )
    assert not sown.filter(owner__isnull=False, owner__is_agent=False).exists()
    for ticket in sown[:50]:
        first, second, third = Message.objects.filter(thread__ticket=ticket).in_order()
        assert [first.is_incoming, second.is_incoming] == [True, False]
        assert ticket.is_closed or third.is_incoming == (ticket.waiting_since == third.created_at)
        assert third.is_incoming or ticket.waiting_since is None
        assert ticket.content == first.text
        assert ticket.last_activity_at == (ticket.closed_at or third.created_at)
        assert ticket.requester == first.contact
        assert ticket.primary_company == first.contact.primary_company
        verbs = [event.verb for event in Event.objects.about(ticket)]
        assert ("assigned" in verbs, "closed" in verbs) == (ticket.owner is not None, ticket.is_closed)


def test_search_documents_are_what_indexing_anew_would_write(sown):
    before = set(Document.objects.values_list("kind", "record_id", "text", "words"))
    assert len(before) == 2 * 400
    index_tickets(list(sown))
    assert set(Document.objects.values_list("kind", "record_id", "text", "words")) == before


def test_one_company_has_a_tenth_and_one_contact_a_two_hundredth(sown):
    companies = TicketCompany.objects.values("company").annotate(n=Count("pk")).order_by("-n")
    assert 40 <= companies[0]["n"] < 100
    assert sown.values("status").distinct().count() == 3
    busiest = TicketContact.objects.values("contact").annotate(n=Count("pk")).order_by("-n")
    assert busiest[0]["n"] >= 2


def pages(browser):
    """Ids of all tickets of the list, page by page."""
    address = "/support/"
    while address:
        page = browser.get(address).content.decode()
        yield from map(int, re.findall(r'href="/support/tickets/(\d+)/"', page))
        following = re.search(r'href="(\?[^"]*after=[^"]*)"', page)
        address = following and f"/support/{unescape(following[1])}"


def test_one_set_through_every_door_for_a_customer_of_many_tickets(sown, portal, entered):
    large = TicketCompany.objects.values("company").annotate(n=Count("pk")).order_by("-n")[0]["company"]
    contact = Contact.objects.filter(primary_company=large).first()
    expected = set(Ticket.objects.visible_to(contact, portal).values_list("pk", flat=True))
    assert 40 <= len(expected) < 100
    browser = entered(contact)
    listed = list(pages(browser))
    assert len(listed) == len(expected)
    assert set(listed) == expected
    assert {place.pk for (place,) in Sight.of(contact, portal).walk(Ticket.objects, [], chunk=7)} == expected
    exported = b"".join(browser.get("/support/tickets.csv").streaming_content).decode()
    assert exported.count("\r\n") == len(expected) + 1
    for ticket in sown[:100]:
        page = browser.get(f"/support/tickets/{ticket.pk}/")
        assert page.status_code == (200 if ticket.pk in expected else 404)
        found = browser.get(f"/support/?q=%23{ticket.pk}").content.decode()
        assert (f'href="/support/tickets/{ticket.pk}/"' in found) == (ticket.pk in expected)


def test_nobody_is_told(sown):
    assert Message.objects.exists()
    assert not Letter.objects.exists()


def test_stopped_between_it_leaves_whole_tickets_and_a_second_run_adds(portal, pipeline, monkeypatch):
    def stop(done):
        raise KeyboardInterrupt

    monkeypatch.setattr(sowing, "BATCH", 20)
    with pytest.raises(KeyboardInterrupt):
        sowing.sow(50, 10, 3, report=stop)
    assert (Ticket.objects.count(), Message.objects.count()) == (20, 60)
    sowing.sow(15)
    assert (Ticket.objects.count(), Message.objects.count()) == (35, 105)
    assert Contact.objects.count() == 10


def test_the_same_seed_gives_the_same(portal, pipeline):
    sowing.sow(30, 10, 3, seed=4)
    for seed, is_same in ((4, True), (5, False)):
        field = sowing.prepare(seed)
        for ticket in Ticket.objects.all():
            row = rows_of(ticket.pk, 1, field)[Ticket][0]
            assert (row[1:3] == (ticket.subject, ticket.content)) == is_same


def test_without_contacts_there_is_nobody_to_ask(portal):
    with pytest.raises(CommandError, match="--contacts"):
        call_command("seed", tickets=1)
