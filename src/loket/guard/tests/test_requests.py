from io import BytesIO

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import re_path

from loket.guard.requests import InputMiddleware, InputRequest, largest_body

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"


def echo(request, **path):
    return HttpResponse(repr((request.POST, request.FILES, request.GET)))


@pytest.fixture
def answer(settings):
    """The status a page behind the middleware answers with, or a fault."""
    settings.MIDDLEWARE = ["loket.guard.requests.InputMiddleware"]
    settings.ROOT_URLCONF = (re_path("", echo),)
    settings.DEBUG = False
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
    handler = WSGIHandler()

    def ask(path="/", method="GET", body=b"", **extra):
        environ = RequestFactory()._base_environ(REQUEST_METHOD=method, PATH_INFO=path)
        environ |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body)), **extra}
        return handler.get_response(InputRequest(environ)).status_code

    return ask


def test_an_ordinary_request_passes(answer):
    assert answer("/support/", QUERY_STRING="q=caf%C3%A9", HTTP_COOKIE="a=b; c=d") == 200
    assert answer(method="POST", body=b"a=1&b=2", CONTENT_TYPE=FORM) == 200
    assert answer(method="POST", body=b"a=1", CONTENT_TYPE=FORM + "; charset=UTF-8") == 200


@pytest.mark.parametrize(
    "extra",
    [
        {"path": "/a\x00b/"},
        {"QUERY_STRING": "q=a%00b"},
        {"QUERY_STRING": "%00=a"},
        {"HTTP_COOKIE": 'session="\\000abcdefgh"'},
        {"method": "POST", "body": b"a=%00", "CONTENT_TYPE": FORM},
        {"method": "POST", "body": b"a=1&" * 5001, "CONTENT_TYPE": FORM},
        {"method": "POST", "body": b"a=" + b"x" * 1_100_000, "CONTENT_TYPE": FORM},
        {"method": "POST", "body": b"nonsense", "CONTENT_TYPE": "multipart/form-data"},
        {"method": "POST", "body": b"--b\r\n", "CONTENT_TYPE": "multipart/form-data; boundary=é"},
        {"method": "POST", "body": b"a=1", "CONTENT_TYPE": FORM, "CONTENT_LENGTH": "-5"},
        {"method": "POST", "body": b"a=1", "CONTENT_TYPE": FORM, "CONTENT_LENGTH": "x"},
        {"CONTENT_TYPE": "text/plain; a=" + "x" * 11_000},
        {"CONTENT_TYPE": "text/plain; charset*=nonsense''x"},
    ],
)
def test_what_cannot_be_read_or_stored_is_a_bad_request(answer, extra):
    assert answer(**extra) == 400


@pytest.mark.parametrize(
    "charset", ["zlib", "rot13", "base64", "unicode_escape", "utf-7", "utf-16", "nonsense", "é", "\x00"]
)
@pytest.mark.parametrize("kind", [FORM, MULTIPART])
def test_other_encodings_are_refused(answer, charset, kind):
    body = b"a=\\ud800" if kind == FORM else b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\\ud800\r\n--b--'
    assert answer(method="POST", body=body, CONTENT_TYPE=f"{kind}; charset={charset}", QUERY_STRING="q=%C3") == 415


def test_what_is_too_large_says_so(answer):
    assert answer("/" + "a" * 9000) == 414
    assert answer(QUERY_STRING="q=" + "a" * 9000) == 414
    assert answer(HTTP_X_LONG="a" * 1_000_000) == 431
    too_large = str(largest_body() + 1)
    assert answer(method="POST", CONTENT_TYPE=MULTIPART, CONTENT_LENGTH=too_large) == 413


def test_a_multipart_body_is_left_to_the_view(settings):
    seen = []
    request = RequestFactory().post("/", {"file": BytesIO(b"x")})
    InputMiddleware(lambda request: seen.append(request._read_started))(request)
    assert seen == [False]


class Broken(BytesIO):
    def read(self, *args):
        raise OSError("gone")


@pytest.mark.parametrize("kind", [FORM, MULTIPART])
def test_a_sender_who_goes_away_is_no_fault(answer, kind):
    extra = {"CONTENT_TYPE": kind, "CONTENT_LENGTH": "100", "wsgi.input": Broken()}
    assert answer(method="POST", **extra) == 400
