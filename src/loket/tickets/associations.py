"""Who a ticket is associated with: contacts and companies of its own, and participants."""

from django.db import models

from loket.people.models import Company, Contact


class Association(models.Model):
    """Someone's tie to a ticket, with the ticket's own sort key, so that one index range gives a page of a list."""

    ticket = models.ForeignKey("Ticket", models.CASCADE, db_index=False)
    last_activity_at = models.DateTimeField()
    is_open = models.BooleanField()

    class Meta:
        abstract = True


def association_meta(who):
    """Indexes of one kind of association: unique, newest first, and newest first among open or closed."""
    return {
        "constraints": [models.UniqueConstraint(fields=["ticket", who], name=f"%(class)s_{who}")],
        "indexes": [
            models.Index(fields=[who, "-last_activity_at", "-ticket"], name="%(class)s_newest"),
            models.Index(fields=[who, "is_open", "-last_activity_at", "-ticket"], name="%(class)s_state"),
        ],
    }


class TicketContact(Association):
    """A ticket of this contact's own: "Owned by me"."""

    who = "contact"
    contact = models.ForeignKey(Contact, models.CASCADE, db_index=False)
    Meta = type("Meta", (), association_meta("contact"))


class TicketCompany(Association):
    """A ticket of this company's."""

    who = "company"
    company = models.ForeignKey(Company, models.CASCADE, db_index=False)
    Meta = type("Meta", (), association_meta("company"))


class TicketParticipant(Association):
    """A contact who follows a ticket that is not their own (C9)."""

    who = "contact"
    contact = models.ForeignKey(Contact, models.CASCADE, db_index=False, related_name="+")
    Meta = type("Meta", (), association_meta("contact"))
