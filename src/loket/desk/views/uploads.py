"""Uploads: files on their way into a reply."""

from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from loket.desk.agents import agent_required
from loket.files.models import File


@agent_required
@require_POST
def create_upload(request):
    """Store one file of this agent's; it waits a day for a reply that takes it along."""
    upload = request.FILES.get("file")
    if upload is None:
        return JsonResponse({"error": _("Choose a file.")}, status=422)
    try:
        file = File.objects.store(upload, uploader=request.user)
    except ValidationError as error:
        return JsonResponse({"error": error.messages[0]}, status=422)
    return JsonResponse({"token": str(file.token), "name": file.name, "size": file.size}, status=201)
