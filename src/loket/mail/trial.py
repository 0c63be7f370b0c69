"""A test mail, sent at once and past the outbox, to see how far a mail server lets it come."""

from loket.mail.addresses import Mailbox
from loket.mail.composition import MIME, body_of, host_name, new_message_id, write
from loket.mail.models import Letter
from loket.mail.signing import signed
from loket.mail.smtp import MailServer, Postponed, Refused, Unreachable

# Somebody looks at a page meanwhile.
PATIENCE = 10
STEPS = ("address", "connection", "encryption", "sign_in", "sender", "recipient", "message")


def tried(options, *, sender, recipient, subject, text):
    """Send one mail: [(step, "ok", "failed" or "" when it was not reached, why)]. Raises ValueError for no address."""
    sender, recipient = Mailbox.read(sender), Mailbox.read(recipient)
    letter = Letter(message_id=new_message_id(), subject=subject)
    raw = write(letter, body_of(text).as_bytes(policy=MIME), to=[recipient], sender=sender)
    try:
        with MailServer(options, host_name(), PATIENCE) as server:
            server.hand_over(
                signed(raw, sender.host), sender=sender.wire, recipient=recipient.wire, still_ours=lambda: True
            )
    except (Refused, Postponed, Unreachable) as fault:
        return how_far(STEPS, fault)
    return how_far(STEPS)


def how_far(steps, fault=None):
    """[(step, "ok", "failed" or "" when it was not reached, why)] of ``steps``, which ``fault`` ended at its ``step``."""
    at = steps.index(fault.step) if fault else len(steps)
    return [
        (step, "ok" if n < at else "failed" if n == at else "", str(fault) if n == at else "")
        for n, step in enumerate(steps)
    ]
