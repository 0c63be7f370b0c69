"""Requests that no page should have to think about: refused at the edge, with a plain 4xx (never a fault)."""

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.http.request import UnreadablePostError
from django.utils.http import parse_header_parameters
from django.utils.translation import gettext as _

from loket.guard.text import storable

LONGEST_ADDRESS = 8 * 1024
LARGEST_HEADERS = 64 * 1024
# Room for the form's own fields beside the files of a message.
_FIELDS = 2 * 1024 * 1024
_FORM = "application/x-www-form-urlencoded"


class InputMiddleware:
    """Answers 4xx to what is too large, malformed, or holds text that a database cannot store.

    The body of a multipart form is left alone, so that uploads stay streams; its fields are checked by form fields.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        try:
            return _refusal(request) or self.get_response(request)
        except UnreadablePostError:
            return _cut_short()

    def process_exception(self, request, exception):
        """A body that ends too early is no fault of ours, also when a view reads it."""
        return _cut_short() if isinstance(exception, UnreadablePostError) else None


class InputRequest(WSGIRequest):
    """For ``application.request_class``: a hostile Content-Type makes Django's own fail before middleware can answer.

    It raises for a broken one, and takes “zlib” for an encoding of text. Here a broken one is noted for the middleware,
    and the encoding is always the default, as the middleware refuses others.
    """

    is_malformed = False

    def _set_content_type_params(self, meta):
        try:
            self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except (ValueError, LookupError, TypeError, AttributeError, IndexError):
            self.is_malformed, self.content_type, self.content_params = True, "", {}


def largest_body():
    """How many bytes a request may bring: one message with all its files."""
    return settings.ATTACHMENT_MAX_BYTES * settings.ATTACHMENT_MAX_COUNT + _FIELDS


def _plain(status, words):
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")


def _cut_short():
    return _plain(400, _("The request ended too early."))


def _refusal(request):
    """The answer to a request that goes no further, or None. Raises SuspiciousOperation, which Django answers by 400."""
    meta = request.META
    if getattr(request, "is_malformed", False):
        return _plain(400, _("The request's content type cannot be read."))
    if len(request.path) + len(meta.get("QUERY_STRING", "")) > LONGEST_ADDRESS:
        return _plain(414, _("The address is too long."))
    if sum(len(key) + len(str(value)) for key, value in meta.items() if key.startswith("HTTP_")) > LARGEST_HEADERS:
        return _plain(431, _("The request's headers are too large."))
    return _refuse_body(request) or _refuse_text(request)


def _refuse_body(request):
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if not (length.isascii() and length.isdigit()) or len(length) > 18:
        return _plain(400, _("The request's length is not a number."))
    if int(length) > largest_body():
        return _plain(413, _("The files are too large together. Send fewer or smaller files."))
    # Python knows “encodings” that are none, and some that make unstorable text out of plain bytes.
    if request.content_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        return _plain(415, _("Only UTF-8 is understood."))
    return None


def _refuse_text(request):
    """Look at path, query, cookies (which may spell NUL as an octal escape) and the fields of a plain form."""
    texts = [request.path, request.path_info, *request.COOKIES.keys(), *request.COOKIES.values()]
    forms = [request.GET, request.POST] if request.content_type == _FORM else [request.GET]
    for form in forms:
        for name, values in form.lists():
            texts += [name, *values]
    if not all(map(storable, texts)):
        return _plain(400, _("The request holds characters that cannot be stored."))
    return None
