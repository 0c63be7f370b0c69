"""Files that go up ahead of what they belong to, one by one: how uploads.js is answered."""

from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.utils.translation import gettext as _

from loket.files.models import File


def refused(words, status):
    """Why a file does not go up."""
    return JsonResponse({"error": str(words)}, status=status)


def answer_upload(request, element, *, uploader, draft):
    """Let the file that came wait in ``draft``. ``element`` is what a form says of its files; None for a reply."""
    upload = request.FILES.get("file")
    if upload is None:
        return refused(_("No file came with the request."), 400)
    try:
        largest = element.max_bytes if element else None
        file = File.objects.store(upload, uploader=uploader, draft=draft, largest=largest)
        if element:
            refuse_at_once(file, element)
    except ValidationError as error:
        return refused(" ".join(error.messages), 413 if error.code == "too_large" else 422)
    return JsonResponse({"token": str(file.token), "name": file.name, "size": file.size}, status=201)


def refuse_at_once(file, element):
    """Give up a file that the form would refuse; raises the ValidationError."""
    try:
        element.refuse(file)
    except ValidationError:
        file.erase()
        raise
