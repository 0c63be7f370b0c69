"""Who is told of what: news from tickets and conversations becomes notices in the desk and letters to agents."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from loket.conversations.channels.email.models import replies_to
from loket.conversations.models import Comment, Message, said
from loket.history.models import note_written
from loket.mail import outbox
from loket.notices.mentions import mentioned
from loket.notices.models import Kind, Notice, NoticeChoice
from loket.people.models import User
from loket.records.addresses import address_of
from loket.tickets.models import Ticket, changed

SENTENCES = {
    Kind.NEW: gettext_noop("%(who)s filed a new ticket"),
    Kind.ASSIGNED: gettext_noop("%(who)s assigned this ticket to you"),
    Kind.MENTIONED: gettext_noop("%(who)s mentioned you"),
    Kind.REPLIED: gettext_noop("%(who)s replied"),
}


def sentence(kind, who):
    """What happened, in words."""
    return _(SENTENCES[kind]) % {"who": who or _("Loket")}


def listen():
    """Hear what is said, written down and changed."""
    said.connect(on_said, dispatch_uid="notices")
    note_written.connect(on_note, dispatch_uid="notices")
    changed.connect(on_changed, dispatch_uid="notices")


def on_said(message, **_more):
    """A message arrived or left, or a comment was written."""
    ticket = message.thread.ticket
    if ticket is None:
        return
    who, key = message.author_name, f"{type(message).__name__.lower()}:{message.pk}"
    if isinstance(message, Comment):
        tell(Kind.MENTIONED, mentioned(message.text), ticket, key=key, who=who, by=message.agent, text=message.text)
    elif is_first(message, ticket):
        tell(Kind.NEW, followers(message.thread), ticket, key=key, who=who, by=message.agent, text=message.text)
    elif message.is_incoming:
        tell(Kind.REPLIED, keepers(ticket, message.thread), ticket, key=key, who=who, text=message.text)


def on_note(note, **_more):
    """An agent wrote a note; only tickets' notes tell of mentions."""
    ticket = Ticket.objects.filter(pk=note.subject_id).first() if note.subject_kind == "ticket" else None
    by = User.objects.filter(pk=note.actor_id).first() if note.actor_kind == "agent" else None
    if ticket:
        found = mentioned(note.text)
        tell(Kind.MENTIONED, found, ticket, key=f"note:{note.pk}", who=note.actor_name, by=by, text=note.text)


def on_changed(ticket, verb="", by=None, **_more):
    """A ticket was given to an agent."""
    if verb == "assigned" and ticket.owner:
        key = f"assigned:{ticket.pk}:{ticket.modified_at.timestamp()}"
        tell(Kind.ASSIGNED, [ticket.owner], ticket, key=key, who=str(by or ""), by=by)


def is_first(message, ticket):
    """Whether the ticket begins with this message."""
    return not Message.objects.filter(thread__ticket=ticket).exclude(pk=message.pk).exists()


def followers(thread):
    """The agents whose inbox it is."""
    agents = User.objects.agents().select_related("notice_choice")
    return [each for each in agents if NoticeChoice.of(each).follows(thread.inbox_id)]


def keepers(ticket, thread):
    """Who looks after a ticket: its owner, or while it has none those whose inbox it is in."""
    owner = ticket.owner
    return [owner] if owner and owner.is_agent and owner.is_active else followers(thread)


def tell(kind, agents, ticket, *, key, who, by=None, text=""):
    """Tell ``agents``, but for ``by`` who did it, each as they choose; ``text`` is what was written, for the mail."""
    choices = {each: NoticeChoice.of(each) for each in agents if each != by}
    notices = [
        Notice(agent=each, kind=kind, ticket=ticket, actor_name=who[:255], key=key)
        for each, choice in choices.items()
        if kind in choice.in_desk
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    if by_mail := [each for each, choice in choices.items() if kind in choice.by_mail]:
        mail(kind, by_mail, ticket, key=key, who=who, text=text)


def mail(kind, agents, ticket, *, key, who, text):
    """Queue a letter to each of ``agents``, in the installation's own language: agents have none."""
    # An answer to a mention would go to the customer: those mails have no reply address (trap 9).
    thread = None if kind == Kind.MENTIONED else ticket.threads.order_by("created_at", "pk").first()
    back = replies_to(thread.inbox_id, ticket, agents) if thread else {}
    with translation.override(settings.LANGUAGE_CODE):
        context = {
            "sentence": sentence(kind, who),
            "subject": ticket.subject,
            "text": text,
            "may_answer": bool(back),
            "button_url": address_of("desk ticket", None, ticket.pk),
            "button_text": _("Open the ticket"),
            "brand_name": _("Help desk"),
            "language": settings.LANGUAGE_CODE,
        }
        outbox.queue_each(
            [outbox.Envelope((each.name, each.email), f"notice:{key}:{each.pk}", back.get(each)) for each in agents],
            sender=(_("Help desk"), outbox.sender_address(None)),
            subject=f"#{ticket.pk} {ticket.subject} – {context['sentence']}",
            text=render_to_string("notices/mail/notice.txt", context),
            html=render_to_string("notices/mail/notice.html", context),
            about=ticket,
            headers={
                "Auto-Submitted": "auto-generated",
                "X-Auto-Response-Suppress": "All",
                "List-Id": f"<desk.{settings.SITE_URL.hostname}>",
            },
        )
