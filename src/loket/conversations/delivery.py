"""The one way out: every word of a conversation that leaves goes through here into the outbox."""

from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from loket.conversations.channels.email.models import reply_to
from loket.conversations.models import Channel, Comment, CommentAttachment, Inbox, Message, Thread, said
from loket.files.models import File
from loket.guard.markup import from_markdown
from loket.history.models import record
from loket.mail import outbox
from loket.mail.models import Delivery
from loket.people.models import Contact
from loket.portals.models import Portal
from loket.records.addresses import address_of
from loket.tickets.models import Ticket, WordingPolicy


def reply(thread, text, *, by, token=None, files=(), letter=None, kept=(), told=()):
    """An agent's answer: stored, shown in the portal and mailed, in one transaction. Sent twice it is one message.

    ``text`` is Markdown; ``files`` are tokens of uploads by the agent. An answer by mail brings ``letter`` and ``kept``
    instead, as in ``Incoming``; ``told`` are addresses that its writer has mailed already.
    Raises ValidationError for a refused file, and with the code "removed" where the ticket lies in the spam or bin.
    """
    try:
        with transaction.atomic():
            message = write_reply(thread, text, by=by, token=token, letter=letter)
            message.attach([*File.objects.claim(files, by), *kept])
            tell_of_reply(message, told)
            return message
    except IntegrityError:
        earlier = Message.objects.filter(token=token, agent=by).first() if token else None
        if earlier is None:
            raise
        return earlier


def write_reply(thread, text, *, by, token, letter):
    """Store the message."""
    thread.ticket = Ticket.objects.held(thread.ticket_id)
    if thread.ticket.is_removed:
        raise ValidationError(
            _("This ticket was put away, so customers do not see it. Restore it first."), code="removed"
        )
    words = {"html": from_markdown(text), "text": text}
    if letter:
        words = {name: getattr(letter, name) for name in ("html", "text", "quoted", "pictures")}
    return Message.objects.create(
        thread=thread,
        agent=by,
        is_incoming=False,
        author_name=by.name,
        channel=Channel.EMAIL if letter else Channel.DESK,
        token=token,
        **words,
    )


def tell_of_reply(message, told):
    """Tell history and search, and queue the mails."""
    thread = message.thread
    if thread.is_shown:
        thread.ticket.touch(message.created_at)
    record(thread.ticket, "replied", by=message.agent)
    said.send(Message, message=message)
    if thread.is_shown:
        for contact in listeners(thread.ticket):
            if contact.email not in told:
                mail_reply(message, contact)


def comment(thread, text, *, by, token=None, letter=None, kept=()):
    """An agent's internal words. Nobody is told and no customer's list moves. Sent twice it is one comment.

    Internal words that came by mail bring ``letter`` and ``kept``, and may be by nobody we know (None).
    """
    values = {"thread": thread, "agent": by, "author_name": by.name if by else ""}
    values |= (
        {"html": letter.html + letter.quoted, "text": letter.text}
        if letter
        else {"html": from_markdown(text), "text": text}
    )
    with transaction.atomic():
        # What search knows of a ticket is written anew from all its words: one at a time, or the last forgets the other's.
        thread.ticket = Ticket.objects.held(thread.ticket_id)
        if not token:
            made, is_new = Comment.objects.create(**values), True
        else:
            made, is_new = Comment.objects.get_or_create(token=token, defaults=values)
        if is_new:
            CommentAttachment.objects.bulk_create(
                CommentAttachment(comment=made, file=file, position=position) for position, file in enumerate(kept)
            )
            said.send(Comment, message=made)
    return made


def conversation_of(ticket):
    """The conversation that customers see (T9); a ticket without one gets one in the first help desk.

    Raises ValidationError when there is no inbox at all.
    """
    return Thread.objects.shown().filter(ticket=ticket).in_order().last() or open_conversation(ticket)


@transaction.atomic
def open_conversation(ticket):
    """The first conversation of ``ticket``; of two who open one at one moment, the second gets the first one's."""
    ticket = Ticket.objects.held(ticket.pk)
    if thread := Thread.objects.shown().filter(ticket=ticket).in_order().last():
        return thread
    inbox = Inbox.objects.order_by("-is_help_desk", "pk").first()
    if inbox is None:
        raise ValidationError(_("There is no inbox yet for this conversation. Make one in the settings first."))
    return Thread.objects.open(ticket=ticket, inbox=inbox, contact=ticket.requester, is_shown=True)


def listeners(ticket):
    """The ticket's contacts and participants who have an address: those who are told (C8), never a whole company."""
    own = Contact.objects.filter(ticketcontact__ticket=ticket)
    participants = Contact.objects.filter(pk__in=ticket.ticketparticipant_set.values("contact"))
    return (own | participants).exclude(email=None).distinct().order_by("pk")


def portal_for(contact, thread):
    """Where ``contact`` can read ``thread``: the portal it was filed in, else the first where they see its ticket."""
    portals = sorted(
        Portal.objects.on().select_related("domain").order_by("pk"), key=lambda each: each.pk != thread.portal_id
    )
    seen = (each for each in portals if Ticket.objects.visible_to(contact, each).filter(pk=thread.ticket_id).exists())
    return next(seen, None)


def mail_reply(message, contact):
    """Queue the mail that tells ``contact`` of an agent's answer; none when they see the ticket in no portal."""
    thread = message.thread
    portal = portal_for(contact, thread)
    if portal is None:
        return
    wording = WordingPolicy.of(portal)
    with translation.override(portal.language):
        context = {
            "message": message,
            "author": wording.agent_name(message.agent),
            "ticket": thread.ticket,
            "called": wording.called(),
            "portal": portal,
            "button_url": address_of("ticket", portal, thread.ticket_id),
            "button_text": _("Read and answer"),
            "brand_name": portal.name,
            "language": portal.language,
            "files": [each.file for each in message.attachments.select_related("file")],
        }
        outbox.queue(
            to=contact.email,
            sender=(f"{context['author']} – {portal.name}", parseaddr(settings.MAIL_FROM)[1]),
            subject=f"Re: {thread.ticket.subject} (#{thread.ticket_id})",
            text=render_to_string("conversations/mail/reply.txt", context),
            html=render_to_string("conversations/mail/reply.html", context),
            about=thread.ticket,
            key=f"reply:{message.pk}:{contact.pk}",
            reply_to=reply_to(thread.inbox, thread.ticket, contact=contact),
        )


def undelivered(messages):
    """{message id: ((address, why), …)}: whom the mails of these answers did not reach. One query."""
    tickets = {message.thread.ticket_id for message in messages}
    ids, found = {message.pk for message in messages}, {}
    failed = Delivery.objects.failed().filter(letter__about_kind="ticket", letter__about_id__in=tickets)
    for key, address, why in failed.values_list("letter__key", "address", "error").order_by("pk") if ids else ():
        kind, _colon, rest = (key or "").partition(":")
        number = rest.partition(":")[0]
        if kind == "reply" and number.isdecimal() and int(number) in ids:
            found[int(number)] = (*found.get(int(number), ()), (address, why))
    return found
