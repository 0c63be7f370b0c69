"""A message with its remote pictures, for who asks for them."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from loket.conversations.models import Message
from loket.portal.letters import author, words
from loket.portal.members import member_required
from loket.ui.downloads import PICTURES_POLICY


@require_safe
@csp_override(PICTURES_POLICY)
@member_required
def message_pictures(request, pk):
    """One message in sight, its pictures fetched from wherever they lie."""
    messages = Message.objects.visible_to(request.member, request.portal).select_related("contact", "thread")
    message = get_object_or_404(messages, pk=pk)
    letter = {"name": author(message)} | words(
        message, list(message.attachments.select_related("file")), with_remote=True
    )
    back = reverse("ticket", args=[message.thread.ticket_id]) + f"#message-{message.pk}"
    return render(request, "ui/message_pictures.html", {"letter": letter, "back_url": back})
