"""A message with its remote pictures, for who asks for them."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from loket.conversations.models import Message
from loket.desk.agents import agent_required
from loket.desk.timelines import words_of
from loket.ui.downloads import PICTURES_POLICY


@agent_required
@require_safe
@csp_override(PICTURES_POLICY)
def show_pictures(request, message_id):
    """One message in sight, its pictures fetched from wherever they lie."""
    messages = Message.objects.visible_to_agent(request.user).select_related("thread")
    message = get_object_or_404(messages, pk=message_id)
    attachments = list(message.attachments.select_related("file"))
    letter = {"name": message.author_name} | words_of(message, attachments, with_remote=True)
    back = reverse("ticket", args=[message.thread.ticket_id]) + f"#message-{message.pk}"
    return render(request, "ui/message_pictures.html", {"letter": letter, "back_url": back})
