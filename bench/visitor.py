"""A browser without a screen: one connection that is kept, cookies, forms."""

import re
import time
from http.client import HTTPConnection
from urllib.parse import urlencode

IDLE_SECONDS = 2


class Visitor:
    """``get`` and ``post`` give (status, body); anything but 200, 204 and 302 raises."""

    def __init__(self, port):
        self.port, self.cookies, self.secret = port, {}, ""
        self.asked_at = time.monotonic()
        self.connection = HTTPConnection("localhost", port, timeout=120)

    def twin(self):
        """Another connection of the same person."""
        other = Visitor(self.port)
        other.cookies, other.secret = dict(self.cookies), self.secret
        return other

    def get(self, path, **headers):
        return self._ask("GET", path, None, headers)

    def post(self, path, **fields):
        """Send a form, with the secret of the last page that was opened by ``open``."""
        body = urlencode({"csrfmiddlewaretoken": self.secret} | fields)
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def open(self, path):
        """Read a page for the sake of its forms; the text."""
        text = self.get(path)[1].decode()
        self.secret = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text)[1]
        return text

    def sign_in(self, door, email, password):
        """Sign in at ``door``, such as ``/desk/``."""
        self.open(f"{door}sign-in/")
        status, _body = self.post(f"{door}sign-in/", login=email, password=password)
        if status != 302:
            raise PermissionError(f"{email} cannot sign in at {door}")
        return self

    def _ask(self, method, path, body, headers):
        if time.monotonic() - self.asked_at > IDLE_SECONDS:
            self.connection.close()  # the server will have done so; the next request opens it again
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.connection.request(method, path, body, {"Cookie": cookies} | headers)
        answer = self.connection.getresponse()
        content = answer.read()
        self.asked_at = time.monotonic()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status not in (200, 204, 302):
            raise RuntimeError(f"{method} {path} answered {answer.status}")
        return answer.status, content
