"""Where answers to mails about tickets go."""

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone

from loket.people.models import Contact
from loket.tickets.models import Ticket


class ReplyAddress(models.Model):
    """The secret that stands in the Reply-To of one person's mails about one ticket: who writes to it is in its place.

    A row with a random token, not a signature: it can be revoked, and outlives a change of LOKET_SECRET_KEY.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="reply_addresses")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="+")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    token = models.CharField(max_length=32, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "contact"], name="reply_address_contact"),
            models.UniqueConstraint(fields=["ticket", "agent"], name="reply_address_agent"),
        ]

    def __str__(self):
        return f"{self.ticket_id}: {self.contact or self.agent}"

    @classmethod
    def of(cls, ticket, *, contact=None, agent=None):
        """The one row for this ticket and person."""
        made, _new = cls.objects.get_or_create(
            ticket=ticket, contact=contact, agent=agent, defaults={"token": new_token()}
        )
        return made

    @classmethod
    def tokens(cls, ticket, agents):
        """{agent's id: their token for this ticket}, made where they have none."""
        there = cls.objects.filter(ticket=ticket, agent__in=agents)
        found = dict(there.values_list("agent", "token"))
        if new := [cls(ticket=ticket, agent=agent, token=new_token()) for agent in agents if agent.pk not in found]:
            cls.objects.bulk_create(new, ignore_conflicts=True)
            found = dict(there.all().values_list("agent", "token"))
        return found


def new_token():
    """A token of 26 hexadecimal digits: capitals may be folded away, as some mail servers do."""
    return secrets.token_hex(13)
