"""What stands between the web server and Django: a slow or endless request must not take a place from the others."""

import time
from tempfile import SpooledTemporaryFile

from loket.config.places import Places

CHUNK = 64 * 1024
KEPT_IN_MEMORY = 256 * 1024


class TooLargeError(Exception):
    """The request's body is larger than anything that a page here sends."""


class WholeBodies:
    """A WSGI application that calls ``application`` only with bodies that have arrived whole, ``at_once`` at a time.

    Whoever sends a byte a minute then holds a waiting thread, but neither a database connection nor one of the places
    where work is done. Bodies over ``most`` bytes are answered 413 without being read.
    """

    def __init__(self, application, *, most, at_once):
        self.application = application
        self.most = most
        self.places = Places(at_once)

    def __call__(self, environ, start_response):
        try:
            receive(environ, self.most)
        except TooLargeError:
            start_response("413 Content Too Large", [("Content-Type", "text/plain"), ("Connection", "close")])
            return [b"This is larger than anything that can be sent here.\n"]
        environ["loket.arrived_at"] = time.perf_counter()
        with self.places.taken():
            return self.application(environ, start_response)


def receive(environ, most):
    """Put the body, whole, into ``environ``; bodies without a stated length get one. Raises TooLargeError."""
    stated = environ.get("CONTENT_LENGTH", "")
    if stated in ("", "0") and "HTTP_TRANSFER_ENCODING" not in environ:
        return
    if stated.isdigit() and int(stated) > most:
        raise TooLargeError
    body, size = SpooledTemporaryFile(KEPT_IN_MEMORY), 0  # noqa: SIM115 - it goes with the environ
    while chunk := environ["wsgi.input"].read(CHUNK):
        size += len(chunk)
        if size > most:
            raise TooLargeError
        body.write(chunk)
    body.seek(0)
    environ["wsgi.input"] = body
    environ["CONTENT_LENGTH"] = str(size)
