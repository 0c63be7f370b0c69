"""Comments: what only the team reads."""

from django.core.exceptions import ValidationError
from django.views.decorators.http import require_POST

from loket.conversations import delivery
from loket.desk.agents import agent_required, ticket_or_404
from loket.desk.composers import draft_key, note_sent
from loket.desk.forms import CommentForm
from loket.desk.views.tickets import render_ticket, to_ticket


@agent_required
@require_POST
def create_comment(request, ticket_id):
    """Put a comment on the conversation. There is no way from here to a reply."""
    ticket = ticket_or_404(request, ticket_id)
    form = CommentForm(request.POST)
    if form.is_valid() and (comment := written(form, ticket, by=request.user)):
        note_sent(request, draft_key(request.user, ticket, form.kind))
        return to_ticket(request, ticket.pk, f"#comment-{comment.pk}")
    return render_ticket(request, ticket, bound=form, status=422)


def written(form, ticket, *, by):
    """The comment that ``form`` made, or None with the form's errors."""
    try:
        thread = delivery.conversation_of(ticket)
    except ValidationError as error:
        form.add_error(None, error)
        return None
    return delivery.comment(thread, form.cleaned_data["text"], by=by, token=form.key(by, ticket))
