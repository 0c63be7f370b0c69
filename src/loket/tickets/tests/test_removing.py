"""Tickets in the spam and in the bin: what customers see of them, and what becomes of them."""

import pytest
from django.core.exceptions import ValidationError

from loket.conversations import delivery
from loket.conversations.models import Message
from loket.history.models import Event
from loket.mail.models import Letter
from loket.tickets.models import SightPolicy, Ticket
from loket.tickets.preview import preview
from loket.tickets.visibility import Sight, explain

PUT_AWAY = ["mark_spam", "discard"]


@pytest.mark.parametrize("deed", PUT_AWAY)
def test_a_ticket_put_away_is_hidden_from_customers_until_it_is_restored(deed, ticket, portal, alice, bob, dora):
    assert Ticket.objects.visible_to(bob, portal).exists()
    getattr(ticket, deed)(by=dora)
    for contact in (alice, bob):
        assert not Ticket.objects.visible_to(contact, portal).exists()
        assert Sight.of(contact, portal).rows(Ticket.objects, ["subject"]) == []
        assert Sight.of(contact, portal).count(Ticket.objects) == 0
        assert not Message.objects.visible_to(contact, portal).exists()
    assert Ticket.objects.visible_to_agent(dora).exists()
    ticket.restore(by=dora)
    assert Ticket.objects.visible_to(alice, portal).get() == ticket
    assert Ticket.objects.visible_to(bob, portal).get() == ticket


def test_why_alice_does_not_see_it_is_said_in_words(ticket, portal, alice, dora):
    ticket.discard(by=dora)
    sees, why = explain(alice, ticket, portal)
    assert not sees
    assert "spam or in the bin" in why[0]
    ticket.restore(by=dora)
    assert explain(alice, ticket, portal)[0]


def test_each_deed_is_done_once_and_told_once(ticket, dora):
    ticket.mark_spam(by=dora)
    since = ticket.removed_at
    ticket.mark_spam(by=dora)
    assert ticket.removed_at == since
    ticket.discard(by=dora)
    ticket.restore(by=dora)
    ticket.restore(by=dora)
    verbs = Event.objects.about(ticket).filter(verb__in=["marked_spam", "discarded", "restored"]).order_by("pk")
    assert [*verbs.values_list("verb", "actor_id")] == [
        (verb, dora.pk) for verb in ("marked_spam", "discarded", "restored")
    ]
    ticket.refresh_from_db()
    assert (ticket.removed_to, ticket.removed_at) == ("", None)


def test_spam_and_bin_each_hold_their_own(file_ticket, alice, dora):
    spam, binned, kept = (file_ticket(alice, subject) for subject in ("Spam", "Binned", "Kept"))
    spam.mark_spam(by=dora)
    binned.discard(by=dora)
    assert Ticket.objects.spam().get() == spam
    assert Ticket.objects.in_bin().get() == binned
    assert Ticket.objects.kept().get() == kept


@pytest.mark.parametrize("deed", PUT_AWAY)
def test_nobody_is_mailed_about_a_ticket_put_away(deed, ticket, dora):
    thread = ticket.threads.get()
    getattr(ticket, deed)(by=dora)
    with pytest.raises(ValidationError, match="put away"):
        delivery.reply(thread, "An answer", by=dora)
    assert not Letter.objects.exists()
    delivery.comment(thread, "Only us", by=dora)
    ticket.restore(by=dora)
    delivery.reply(thread, "An answer", by=dora)
    assert Letter.objects.exists()


def test_new_rules_show_nobody_a_ticket_put_away(ticket, portal, alice, dora):
    rule = {"filterGroups": [{"filters": [{"propertyName": "subject", "operator": "EQ", "value": "nothing"}]}]}
    members = type(alice).objects.all()
    assert preview(portal, SightPolicy(portal=portal, visibility_filter=rule), members).lost.tickets
    ticket.discard(by=dora)
    assert preview(portal, SightPolicy(portal=portal, visibility_filter=rule), members).changes_nothing
