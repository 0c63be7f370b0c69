"""Files of strangers that go up ahead of their form. Only the page that sent a file learns its token, by which it is sent
along or taken off; nobody reads it before it was sent.
"""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from loket.files.models import File
from loket.forms.models import Form
from loket.portal import spam
from loket.portal.uploads import answer_upload, refused


@csrf_exempt
@require_POST
def uploads(request, pk):
    """Let one file wait for the page whose token comes with it."""
    form = Form.objects.public().filter(pk=pk).first()
    if form is None or form.files_element is None:
        return refused(_("This form is not available any more"), 404)
    if spam.uploads_too_often(request):
        return refused(_("Too many files came from here in the last hour. Wait a while, then try again."), 429)
    token = request.POST.get("draft", "")
    if not spam.is_token_of(form, token):
        return refused(_("This page was open for too long. Send it as it is, then attach the file again."), 422)
    return answer_upload(request, form.files_element, uploader=None, draft=spam.draft_of(token))


@csrf_exempt
@require_POST
def create_upload_removal(request, pk, token):
    """Give up an upload that waits."""
    File.objects.give_up([token], None)
    return HttpResponse(status=204)
