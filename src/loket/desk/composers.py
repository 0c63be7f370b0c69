"""The two composers of a ticket. Reply and comment are two forms with two addresses, tokens and drafts: what is stored
is what was shown."""

from dataclasses import dataclass

from django.conf import settings
from django.forms import Form
from django.urls import reverse

from loket.desk.forms import CommentForm, ReplyForm

SENT = "sent"


@dataclass
class Composer:
    """One composer for the template; the one that is not shown is hidden, and cannot be sent."""

    form: Form
    action: str
    tab_url: str
    draft: str
    is_shown: bool
    uploads: list

    max_bytes = settings.ATTACHMENT_MAX_BYTES
    max_count = settings.ATTACHMENT_MAX_COUNT

    @property
    def kind(self):
        return self.form.kind


def composers(request, ticket, pane, bound=None):
    """Both composers; ``bound`` is the form that came back with errors, and is the one shown.

    A ticket that was put away takes no replies: it has the comment only, and what somebody was typing.
    """
    kinds = [CommentForm] if ticket.is_removed and bound is None else [ReplyForm, CommentForm]
    asked = request.GET.get("write")
    shown = bound.kind if bound else asked if asked in [each.kind for each in kinds] else kinds[0].kind
    forms = [bound if bound and bound.kind == each.kind else each() for each in kinds]
    return [composer(request, ticket, pane, form, shown) for form in forms]


def composer(request, ticket, pane, form, shown):
    """The composer of ``form``."""
    noun = {"reply": "ticket-replies", "comment": "ticket-comments"}[form.kind]
    return Composer(
        form=form,
        action=reverse(noun, args=[ticket.pk]) + pane.suffix,
        tab_url=pane.ticket_address(ticket.pk, write=form.kind) + "#composer",
        draft=draft_key(request.user, ticket, form.kind),
        is_shown=form.kind == shown,
        uploads=form.kept(request.user) if form.kind == ReplyForm.kind and form.is_bound else [],
    )


def draft_key(agent, ticket, kind):
    """What the browser keeps a draft under."""
    return f"{kind}:{agent.pk}:{ticket.pk}"


def note_sent(request, draft):
    """Have the next page drop the draft of what was sent."""
    request.session[SENT] = draft


def take_sent(request):
    """The draft to drop, said once."""
    return request.session.pop(SENT, "") if SENT in request.session else ""
