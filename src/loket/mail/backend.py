"""Django's mail backend (``MAILERS``): accounts' and Django's own mails land in the same outbox."""

import copy

from django.core.mail.backends.base import BaseEmailBackend

from loket.mail.composition import MIME, is_ours
from loket.mail.outbox import Envelope, Sheet, post


class OutboxBackend(BaseEmailBackend):
    """Puts messages in the outbox as private letters: a body may hold a sign-in link."""

    def send_messages(self, email_messages):
        """Returns how many are written down; they are sent when the transaction around is committed."""
        for message in email_messages:
            keep(message)
        return len(email_messages)


def keep(message):
    """Write one ``django.core.mail.EmailMessage`` into the outbox."""
    given = {name.lower(): (name, str(value)) for name, value in message.extra_headers.items()}
    sheet = Sheet(
        body_of(message),
        subject=message.subject,
        text=message.body,
        sender=given.get("from", (None, message.from_email))[1],
        headers=dict(pair for name, pair in given.items() if not is_ours(name)),
        private=True,
        message_id=given.get("message-id", (None, None))[1],
    )
    reply_to = message.reply_to[0] if message.reply_to else None
    post(sheet, [Envelope([*message.to, *message.cc], reply_to=reply_to, hidden=message.bcc)])


def body_of(message):
    """The MIME body of ``message``. Its headers are written by composition.py, which knows no machine's name."""
    bare = copy.copy(message)
    bare.subject, bare.to, bare.cc, bare.reply_to, bare.from_email = "", [], [], [], "nobody@localhost"
    bare.extra_headers = {"Message-ID": "<none@localhost>", "Date": "Thu, 01 Jan 1970 00:00:00 +0000"}
    body = bare.message(policy=MIME)
    for name in list(body):
        if not name.lower().startswith(("content-", "mime-")):
            del body[name]
    return body
