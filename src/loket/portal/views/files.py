"""Files: sent up one by one, and given out only through sight (C6)."""

import re
from functools import partial

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from loket.conversations.models import Attachment
from loket.files.models import File
from loket.forms.models import FormLink
from loket.portal.members import member_required
from loket.portal.uploads import answer_upload, refused
from loket.ui.downloads import download, opened

DRAFT = re.compile(r"[0-9a-z-]{0,100}")


def signed_out(request):
    """A script asks: a redirect to a page would tell it nothing."""
    return refused(_("You are signed out. Sign in again in another tab, then try once more."), 401)


@require_POST
@partial(member_required, signed_out=signed_out)
def uploads(request):
    """Store one file until a message claims it; it waits in the draft that the page names."""
    draft = request.POST.get("draft", "")
    if not DRAFT.fullmatch(draft):
        return refused(_("No file came with the request."), 400)
    return answer_upload(request, files_element(request), uploader=request.member, draft=draft)


def files_element(request):
    """What the form that the upload is for says of files; None for a reply, or when the form is gone."""
    pk = request.GET.get("form", "")
    link = next((each for each in FormLink.of(request.portal) if str(each.form_id) == pk), None)
    return link.form.files_element if link else None


@require_POST
@partial(member_required, signed_out=signed_out)
def create_upload_removal(request, token):
    """Give up an upload that waits: no reload brings it back."""
    File.objects.give_up([token], request.member)
    return HttpResponse(status=204)


def file_or_404(request, pk):
    """The file of an attachment, when the member may read its message here."""
    found = Attachment.objects.visible_to(request.member, request.portal).select_related("file")
    return get_object_or_404(found, pk=pk).file


@require_safe
@member_required
def file(request, pk, name):
    """The file as a download; ``name`` is for people, the id counts."""
    found = file_or_404(request, pk)
    return download(opened(found.open), name=found.name, content_type=found.content_type, size=found.size)


@require_safe
@member_required
def file_preview(request, pk, name):
    """A picture encoded anew, or a PDF in a sandbox; other files have none."""
    found = file_or_404(request, pk)
    if found.has_preview:
        stream = opened(found.open_preview)
        return download(stream, name=found.name, content_type=found.preview_type, size=stream.size, inline=True)
    if found.is_pdf:
        return download(
            opened(found.open), name=found.name, content_type=found.content_type, size=found.size, inline=True
        )
    raise Http404
