"""The worker's chore that sends what is due. A row says how far each delivery is, so a killed worker loses nothing.

A delivery is leased, sent outside any transaction, then marked. Only a death between the server's last 250 and the mark
sends a mail again, with the same Message-ID (R2). Deliveries are leased one by one, not a batch at once: a letter that
kills the worker then takes no others with it, and after a kill only one of them waits for its lease to end.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from loket.mail import caps
from loket.mail.addresses import Mailbox
from loket.mail.composition import host_name
from loket.mail.models import PAUSES, Delivery, Outage, Pause, Relay
from loket.mail.signing import signed
from loket.mail.smtp import LetGo, MailServer, Postponed, Refused, Unreachable

BATCH = 50
PAUSE_WHEN_UNREACHABLE = timedelta(minutes=1)

log = logging.getLogger(__name__)


def send_due(relay_id=None):
    """Send up to BATCH deliveries over one connection, to a relay or the installation's mail server.

    Returns how many; 0 too when the server is out of reach.
    """
    relay = Relay.objects.filter(pk=relay_id).first()
    options = relay.options if relay else settings.SMTP
    if not options or (relay_id and not relay) or Pause.objects.current():
        return 0
    with MailServer(options, host_name()) as server:
        for done in range(BATCH):
            delivery = Delivery.objects.through(relay_id).lease(timezone.now())
            if not delivery:
                return done
            if held := caps.cap_on(delivery):
                caps.hold(delivery, held)
                continue
            try:
                send(delivery, server)
            except Unreachable as error:
                hold(delivery, str(error), relay)
                return 0
            if done == 0:
                Outage.objects.end(relay)
    return BATCH


def relay_ids():
    """The relays; each is sent through in a thread of its own, so that none waits for another."""
    return Relay.objects.order_by("pk").values_list("pk", flat=True)


def send(delivery, server):
    """One try. Raises Unreachable when the fault is not the letter's; every other fault is written on the delivery."""
    try:
        hand_over(delivery, server)
    except LetGo:
        return
    except Refused as error:
        delivery.mark_failed(str(error))
    except Postponed as error:
        delivery.mark_postponed(str(error))
    except Unreachable:
        raise
    except Exception as error:
        # A letter that we cannot send at all must not stop the ones behind it.
        log.exception("Mail %s could not be sent", delivery.pk)
        server.drop()
        delivery.mark_postponed(f"A fault of our own: {type(error).__name__}")
    else:
        # Not inside the try: when this fails, the mail is sent all the same.
        delivery.mark_sent()


def hand_over(delivery, server):
    """Speak to the server about one delivery."""
    if delivery.attempts > len(PAUSES) + 1:
        raise Refused("Every try was cut short: the worker ended in the middle of it", "message")
    sender, raw = Mailbox.read(delivery.letter.sender), bytes(delivery.letter.raw)
    try:
        raw = signed(raw, sender.host)
    except ValueError as error:
        raise Postponed(
            "The key for DKIM was locked with another LOKET_SECRET_KEY: make a new one", "message"
        ) from error
    server.hand_over(
        raw,
        sender=sender.wire,
        recipient=Mailbox.read(delivery.address).wire,
        still_ours=delivery.renew,
    )


def hold(delivery, error, relay):
    """Let all that is due through this server wait: not each letter is to wait out the same time-out. One a minute asks
    again.
    """
    now = timezone.now()
    delivery.mark_postponed(error)
    Outage.objects.begin(error, relay)
    log.warning("Mail waits: %s", error)
    waiting = Delivery.objects.through(relay and relay.pk).due(now).order_by()
    waiting.update(next_try_at=now + PAUSE_WHEN_UNREACHABLE, error=error[:300])
