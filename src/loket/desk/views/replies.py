"""Replies: what the customer gets."""

from django.core.exceptions import ValidationError
from django.views.decorators.http import require_POST

from loket.conversations import delivery
from loket.desk.agents import agent_required, ticket_or_404
from loket.desk.composers import draft_key, note_sent
from loket.desk.forms import ReplyForm
from loket.desk.views.tickets import render_ticket, to_ticket


@agent_required
@require_POST
def create_reply(request, ticket_id):
    """Send a reply in the conversation that customers see; what is wrong is said, and nothing typed is lost."""
    ticket = ticket_or_404(request, ticket_id)
    form = ReplyForm(request.POST)
    form.is_valid()
    form.take_files(request)
    if form.is_valid() and (message := sent(form, ticket, by=request.user)):
        note_sent(request, draft_key(request.user, ticket, form.kind))
        return to_ticket(request, ticket.pk, f"#message-{message.pk}")
    return render_ticket(request, ticket, bound=form, status=422)


def sent(form, ticket, *, by):
    """The message that ``form`` made, or None with the form's errors."""
    try:
        thread = delivery.conversation_of(ticket)
        return delivery.reply(
            thread,
            form.cleaned_data["text"],
            by=by,
            token=form.key(by, ticket),
            files=form.files_taken,
            cc=form.cleaned_data["cc"],
        )
    except ValidationError as error:
        form.add_error(None, error)
        return None
