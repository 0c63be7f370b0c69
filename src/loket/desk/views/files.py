"""Files that came with messages of tickets in sight."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from loket.conversations.models import Attachment, CommentAttachment
from loket.desk.agents import agent_required
from loket.ui.downloads import download, opened


@agent_required
@require_safe
def show_file(request, attachment_id, name):
    """The file as a download, under its own name whatever the address says."""
    file = file_or_404(request, attachment_id)
    return download(opened(file.open), name=file.name, content_type=file.content_type, size=file.size)


@agent_required
@require_safe
def show_comment_file(request, attachment_id, name):
    """A file that came with internal words."""
    found = CommentAttachment.objects.visible_to_agent(request.user).select_related("file")
    file = get_object_or_404(found, pk=attachment_id).file
    return download(opened(file.open), name=file.name, content_type=file.content_type, size=file.size)


@agent_required
@require_safe
def show_preview(request, attachment_id, name):
    """A picture's harmless copy, or a PDF; other files have none."""
    file = file_or_404(request, attachment_id)
    if file.has_preview:
        stream = opened(file.open_preview)
        return download(stream, name="preview.webp", content_type=file.preview_type, size=stream.size, inline=True)
    if file.is_pdf:
        return download(opened(file.open), name=file.name, content_type=file.content_type, size=file.size, inline=True)
    raise Http404


def file_or_404(request, attachment_id):
    """The file of an attachment in the agent's sight."""
    attachments = Attachment.objects.visible_to_agent(request.user).select_related("file")
    return get_object_or_404(attachments, pk=attachment_id).file
