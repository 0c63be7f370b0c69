"""How a letter is written down as an RFC 5322 message: our own headers over a MIME body.

The headers are not left to ``email.message``: it reads encoded words in a subject that somebody typed, and turns long
Message-IDs into encoded words, which breaks threads.
"""

import re
import secrets
import textwrap
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime

from django.conf import settings
from django.utils import timezone
from django.utils.encoding import punycode

from loket.mail.addresses import encoded, one_line

# Every line is 7-bit and short, so no server on the way needs to rewrite the body.
MIME = policy.SMTP.clone(cte_type="7bit")
LONGEST_LINE = 998
PLAIN = {"maintype": "application", "subtype": "octet-stream"}
HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,70}\Z")
MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,500}>")
MOST_REFERENCES = 30
OURS = {"from", "sender", "to", "cc", "bcc", "subject", "date", "message-id", "reply-to", "in-reply-to", "references"}


def is_ours(name):
    """Whether the header ``name`` is written here and cannot be given from outside."""
    return name.lower() in OURS or name.lower().startswith(("content-", "mime-"))


def host_name():
    """The host that Message-IDs and greetings name: the installation's public one, never the machine's own."""
    host = punycode(settings.SITE_URL.hostname)
    return f"[IPv6:{host}]" if ":" in host else host


def new_message_id():
    """A Message-ID made of randomness only."""
    return f"<{secrets.token_hex(16)}@{host_name()}>"


def message_ids(text):
    """The well-formed Message-IDs in ``text`` (a string, or several), in order."""
    return MESSAGE_ID.findall(text if isinstance(text, str) else " ".join(text))


def clean_text(text):
    """``text`` as both databases and mail can hold it: no NUL, no lone surrogates, line feeds only."""
    text = str(text).replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    return text.replace("\r\n", "\n").replace("\r", "\n")


@dataclass(frozen=True)
class Enclosure:
    """A file that goes along. With ``cid`` it is a picture that the HTML shows as ``cid:…``."""

    name: str
    content_type: str
    content: bytes
    cid: str = ""

    @property
    def place(self):
        """What ``email.message`` wants to know of it."""
        main, _slash, sub = self.content_type.partition("/")
        kind = {"maintype": main, "subtype": sub} if sub and main not in ("multipart", "message") else PLAIN
        return kind | {"filename": one_line(self.name)}


def body_of(text, html=None, files=()):
    """A MIME body with ``text``, when given ``html`` as its alternative, and ``files`` (``Enclosure``)."""
    body = EmailMessage(policy=MIME)
    body.set_content(clean_text(text))
    if html:
        body.add_alternative(clean_text(html), subtype="html")
        page = body.get_payload()[1]
        for file in files:
            if file.cid:
                page.add_related(file.content, cid=f"<{file.cid}>", disposition="inline", **file.place)
    for file in files:
        if not (html and file.cid):
            body.add_attachment(file.content, **file.place)
    return body


def unstructured(name, value):
    """``value`` folded for the header ``name``; encoded only where it must be."""
    lines = textwrap.wrap(value, 76, initial_indent=" " * len(name), break_long_words=False, break_on_hyphens=False)
    if not value.isascii() or "=?" in value or any(len(line) > LONGEST_LINE - 2 for line in lines):
        return encoded(value)
    return "\r\n ".join(lines).lstrip(" ")


def write(letter, content, *, to, sender, reply_to=None, in_reply_to=None, references=(), headers=None):
    """The bytes of ``letter`` with the MIME body ``content``. ``to`` is a list of Mailbox, ``sender`` and ``reply_to`` one."""
    lines = [
        ("Date", format_datetime(timezone.now())),
        ("From", sender.header),
        ("To", ",\r\n ".join(mailbox.header for mailbox in to) or "undisclosed-recipients:;"),
        ("Subject", unstructured("Subject", letter.subject)),
        ("Message-ID", letter.message_id),
    ]
    if reply_to:
        lines.append(("Reply-To", reply_to.header))
    for name, ids in (("In-Reply-To", in_reply_to or ""), ("References", references)):
        known = message_ids(ids)
        if known:
            # The first names the thread, the last ones the place in it (RFC 5322 3.6.4).
            lines.append((name, "\r\n ".join(known[:1] + known[1:][-MOST_REFERENCES:])))
    for name, value in (headers or {}).items():
        if is_ours(name) or not HEADER_NAME.match(name):
            raise ValueError(f"Not a header to be given: {one_line(name)[:100]}")
        lines.append((name, unstructured(name, one_line(value))))
    head = "".join(f"{name}: {value}\r\n" for name, value in lines)
    return head.encode() + content
