"""How much mail leaves in an hour, in all and to one address: what goes over waits, so that a loop ends as a queue.

Private letters, such as sign-in codes, are not held: how many there may be is limited where they are asked for, and an hour
later they are of no use.
"""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from loket.mail.models import Delivery

WINDOW = timedelta(hours=1)
LOOK_AGAIN = timedelta(minutes=5)
WHY = {
    Delivery.Held.ADDRESS: "More mails to this address in an hour than may be: it may be a loop",
    Delivery.Held.ALL: "More mails in an hour than may be: it may be a loop",
}


def cap_on(delivery):
    """Why ``delivery`` must wait (a ``Delivery.Held``); "" when it may leave."""
    if delivery.letter.is_private:
        return ""
    sent = Delivery.objects.sent_since(timezone.now() - WINDOW)
    if is_reached(sent.filter(address=delivery.address), settings.MAIL_PER_ADDRESS):
        return Delivery.Held.ADDRESS
    return Delivery.Held.ALL if is_reached(sent, settings.MAIL_PER_HOUR) else ""


def is_reached(deliveries, most):
    """Whether there are ``most`` of them, counting no further."""
    return deliveries.order_by()[:most].count() >= most


def hold(delivery, held):
    """Let a leased delivery wait, with all others that are due and meet the same cap."""
    delivery.put_back()
    others = Delivery.objects.queued().filter(letter__is_private=False, next_try_at__lte=timezone.now())
    if held == Delivery.Held.ADDRESS:
        others = others.filter(address=delivery.address)
    rows = others.unleased(timezone.now())
    rows.update(held=held, error=WHY[held], next_try_at=timezone.now() + LOOK_AGAIN)
