import io
import threading

import pytest

from loket.config.bodies import WholeBodies


def echo(environ, start_response):
    start_response("200 OK", [])
    return [environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))]


class Answer:
    status = None

    def __call__(self, status, headers):
        self.status = status


def ask(application, **environ):
    answer = Answer()
    return b"".join(application(environ, answer)), answer


class Trickle(io.BytesIO):
    """A sender of one byte at a time."""

    def read(self, size=-1):
        return super().read(1)


def test_a_body_arrives_whole_however_slowly_it_was_sent():
    application = WholeBodies(echo, most=100, at_once=1)
    body, answer = ask(application, **{"wsgi.input": Trickle(b"hello"), "CONTENT_LENGTH": "5"})
    assert (body, answer.status) == (b"hello", "200 OK")


def test_a_body_without_a_stated_length_gets_one():
    application = WholeBodies(echo, most=100, at_once=1)
    body, _ = ask(application, **{"wsgi.input": io.BytesIO(b"hello"), "HTTP_TRANSFER_ENCODING": "chunked"})
    assert body == b"hello"


@pytest.mark.parametrize("length", [{"CONTENT_LENGTH": "101"}, {"HTTP_TRANSFER_ENCODING": "chunked"}])
def test_what_is_larger_than_anything_we_take_never_reaches_django(length):
    application = WholeBodies(echo, most=100, at_once=1)
    body, answer = ask(application, **{"wsgi.input": io.BytesIO(b"x" * 101)}, **length)
    assert answer.status == "413 Content Too Large"
    assert b"x" * 50 not in body


def test_whoever_sends_slowly_keeps_nobody_waiting():
    begun, sent = threading.Event(), threading.Event()

    class Stuck:
        def read(self, size):
            begun.set()
            sent.wait(2)
            return b""

    application = WholeBodies(echo, most=100, at_once=1)
    sender = threading.Thread(target=ask, args=[application], kwargs={"wsgi.input": Stuck(), "CONTENT_LENGTH": "5"})
    sender.start()
    begun.wait(2)
    assert ask(application, **{"wsgi.input": io.BytesIO(b"")})[1].status == "200 OK"
    assert sender.is_alive()
    sent.set()
    sender.join()
