"""Answers that carry a stored file. The one place that decides how a browser may treat a customer's file (C6)."""

import re

from django.http import FileResponse, Http404, HttpResponse
from django.utils.csp import CSP
from django.utils.http import content_disposition_header

# As an attachment these cannot run in the portal's origin, and phones open them with the right program.
HARMLESS = re.compile(
    r"image/(png|jpeg|gif|webp)|application/(pdf|zip|json|msword|vnd\.(openxmlformats-officedocument|oasis|ms-)[\w.+-]+)"
    r"|text/(plain|csv|calendar)|audio/[\w.+-]+|video/[\w.+-]+"
)
SHOWN = re.compile(r"image/(png|jpeg|gif|webp)|application/pdf")
ATTACHED_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
IMAGE_POLICY = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
# No "sandbox" here: browsers' own PDF viewers do not start in one. Scripts stay off all the same.
PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
# For a page that shows a mail with its remote pictures: nothing but pictures and our own looks.
PICTURES_POLICY = {
    "default-src": [CSP.NONE],
    "img-src": [CSP.SELF, "https:", "http:"],
    "style-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "form-action": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
}
# Control characters, path separators, and the marks that turn "fdp.exe" into "exe.pdf".
UNWANTED = re.compile(r"[\x00-\x1f\x7f-\x9f/\\\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")
NAME_LENGTH = 150
LASTING = "public, max-age=31536000, immutable"


def download(stream, *, name, content_type, size, inline=False):
    """A ``FileResponse`` with the bytes of ``stream`` (``size`` of them), closed by Django when sent.

    Always an attachment; ``inline`` is for callers who hold a re-encoded image or a PDF, other types are attached all
    the same. ``Content-Disposition`` follows RFC 6266 and 5987.
    """
    content_type = (content_type or "").partition(";")[0].strip().lower()
    inline = inline and bool(SHOWN.fullmatch(content_type))
    if not HARMLESS.fullmatch(content_type):
        content_type = "application/octet-stream"
    response = FileResponse(stream, content_type=content_type)
    response.headers["Content-Length"] = str(size)
    response.headers["Content-Disposition"] = content_disposition_header(not inline, safe_name(name))
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Security-Policy"] = policy_for(content_type, inline)
    return response


def lasting_picture(file):
    """A stored ``file`` that is a re-encoded picture which anybody may see, at an address whose bytes never change.

    Raises Http404 for None.
    """
    if file is None:
        raise Http404
    named = {"name": file.name, "content_type": file.content_type, "size": file.size}
    response = download(opened(file.open), inline=True, **named)
    response.headers["Cache-Control"] = LASTING
    return response


def stylesheet(css, *, is_lasting):
    """``css`` as an answer; ``is_lasting`` when its address changes with it, so that browsers may keep it for a year."""
    response = HttpResponse(css, content_type="text/css; charset=utf-8")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = LASTING if is_lasting else "private, no-store"
    return response


def opened(open_file):
    """The stream that ``open_file()`` gives. Raises Http404 where the bytes are gone, as for a row that is gone."""
    try:
        return open_file()
    except FileNotFoundError as error:
        raise Http404 from error


def policy_for(content_type, inline):
    """The content security policy of one file."""
    if not inline:
        return ATTACHED_POLICY
    return PDF_POLICY if content_type == "application/pdf" else IMAGE_POLICY


def safe_name(name):
    """``name`` without what could leave a folder, split a header or hide its ending; at most 150 characters."""
    name = UNWANTED.sub(" ", str(name or "")).strip(" .")
    if not name:
        return "file"
    stem, dot, ending = name.rpartition(".")
    if len(name) > NAME_LENGTH and stem and len(ending) <= 10:
        return stem[: NAME_LENGTH - len(ending) - 1] + dot + ending
    return name[:NAME_LENGTH]
