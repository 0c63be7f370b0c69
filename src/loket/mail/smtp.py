"""One connection to the mail server, used for a batch of letters; each of its answers is sorted by what it means."""

import re
import selectors
import smtplib
import socket
import ssl
import time
from contextlib import contextmanager, suppress

from loket.guard import outbound
from loket.mail.addresses import one_line

# RFC 5321 4.5.3.2.6: a server may take ten minutes for its last answer; giving up sooner sends the mail twice.
LONGEST_WAIT = 600.0
LOOK_EVERY = 20.0
PIECE = 64 * 1024


class Fault(Exception):
    """``step`` is how far it came: address, connection, encryption, sign_in, sender, recipient or message."""

    def __init__(self, why, step):
        super().__init__(why)
        self.step = step


class Refused(Fault):
    """The server will never take this letter for this recipient."""


class Postponed(Fault):
    """The server did not take this letter now."""


class Gone(Postponed):
    """The connection is closed."""


class Unreachable(Fault):
    """The server takes no letter at all now."""


class LetGo(Exception):
    """The letter is not ours to send any more: cancelled, or in another worker's hands."""


class _Guarded(smtplib.SMTP):
    """The standard library's client over a socket that the outbound guard has checked."""

    def _get_socket(self, host, port, timeout):
        return outbound.connect(host, port, timeout)


class _GuardedTLS(smtplib.SMTP_SSL):
    def _get_socket(self, host, port, timeout):
        return self.context.wrap_socket(outbound.connect(host, port, timeout), server_hostname=host)


class MailServer:
    """A mail server, connected to when the first letter comes. ``options`` is ``settings.SMTP`` or ``Relay.options``.

    With ``guarded`` among them, the host goes past the outbound guard: an administrator typed it.
    ``patience`` are the seconds to wait for its last answer, when not LONGEST_WAIT. ``name`` is the host name to greet
    with: the machine's own would stand in the Received header of every mail.
    """

    def __init__(self, options, name, patience=None):
        self.options = options
        self.name = name
        self.patience = patience
        self.smtp = None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self.smtp:
            with suppress(OSError):  # whatever it says now, our letters are marked already
                self.smtp.quit()
            self.drop()

    def drop(self):
        """Close without a word: in the middle of a message a QUIT would become part of it."""
        smtp, self.smtp = self.smtp, None
        if smtp:
            smtp.close()

    def hand_over(self, raw, *, sender, recipient, still_ours):
        """Give one message to the server; returns when the server has taken it.

        ``raw`` are the message's bytes, ``sender`` and ``recipient`` bare addresses. ``still_ours`` is asked before the
        message leaves and while it does; False means it must not. Raises Refused, Postponed, Unreachable or LetGo.
        """
        reused = self.smtp is not None
        try:
            self._announce(raw, sender, recipient)
        except Gone:
            # A connection that was open may be closed behind our back, or take only so many letters.
            if not reused:
                raise
            self._announce(raw, sender, recipient)
        if not still_ours():
            self._reset()
            raise LetGo
        self._hand_body(raw, still_ours)

    def _open(self):
        step = "connection"
        try:
            self.smtp = self._connect()
            if self.options["use_tls"]:
                step = "encryption"
                self.smtp.starttls(context=ssl.create_default_context())
            self.smtp.ehlo_or_helo_if_needed()
            step = "sign_in"
            self._sign_in()
        except OSError as error:
            self.drop()
            raise Unreachable(why_not_open(error), step_of(error, step)) from error

    def _connect(self):
        """A connection; its greeting is read."""
        is_guarded, more = self.options.get("guarded"), {}
        kind = _Guarded if is_guarded else smtplib.SMTP
        if self.options["use_ssl"]:
            kind = _GuardedTLS if is_guarded else smtplib.SMTP_SSL
            more["context"] = ssl.create_default_context()
        return kind(
            self.options["host"],
            self.options["port"],
            local_hostname=self.name,
            timeout=self.options["timeout"],
            **more,
        )

    def _sign_in(self):
        if not self.options["username"]:
            return
        if self.options["password"] is None:
            raise Locked
        self.smtp.login(self.options["username"], self.options["password"])

    def _announce(self, raw, sender, recipient):
        if not self.smtp:
            self._open()
        needs_utf8 = not (sender + recipient).isascii() or not raw.partition(b"\r\n\r\n")[0].isascii()
        if needs_utf8 and not self.smtp.has_extn("smtputf8"):
            raise Refused("The mail server takes no addresses with letters outside ASCII (SMTPUTF8)", "recipient")
        with self._breaks("The connection to the mail server broke", "sender"):
            said = self.smtp.mail(sender, ["SMTPUTF8", "BODY=8BITMIME"] if needs_utf8 else [])
            self._expect(said, Postponed, "sender")
            self._expect(self.smtp.rcpt(recipient), Refused, "recipient")

    def _hand_body(self, raw, still_ours):
        body = re.sub(rb"(?m)^\.", b"..", raw) + (b"" if raw.endswith(b"\r\n") else b"\r\n")
        with self._breaks("The connection broke while the mail was handed over: it may arrive twice", "message"):
            self._expect(self.smtp.docmd("DATA"), Refused, "message")
            for start in range(0, len(body), PIECE):
                if start and not still_ours():
                    self.drop()
                    raise LetGo
                self.smtp.send(body[start : start + PIECE])
            self.smtp.send(b".\r\n")
            self._wait_for_last_answer(still_ours)
            self._expect(self.smtp.getreply(), Refused, "message")

    def _wait_for_last_answer(self, still_ours):
        end = time.monotonic() + (self.patience or LONGEST_WAIT)
        with selectors.DefaultSelector() as selector:
            selector.register(self.smtp.sock, selectors.EVENT_READ)
            while not getattr(self.smtp.sock, "pending", int)() and not selector.select(LOOK_EVERY):
                if time.monotonic() > end:
                    raise TimeoutError
                still_ours()

    def _expect(self, answer, refused, step):
        """Go on after a 2xx or 3xx ``answer``; a 5xx one raises ``refused``."""
        code, text = answer
        if 200 <= code < 400:
            return
        said = one_line(f"{code} {text.decode('utf-8', 'replace')}")[:200]
        if code in (-1, 421):
            self.drop()
            raise Gone(said if code == 421 else "The mail server said something that is no SMTP", step)
        self._reset()
        raise refused(said, step) if code >= 500 else Postponed(said, step)

    def _reset(self):
        try:
            self.smtp.rset()
        except OSError:
            self.drop()

    @contextmanager
    def _breaks(self, what, step):
        """Turn any fault of the connection into Gone."""
        try:
            yield
        except OSError as error:
            self.drop()
            raise Gone(f"{what} ({type(error).__name__})", step) from error


class Locked(OSError):
    """The password cannot be read: it was locked with another LOKET_SECRET_KEY."""


def step_of(error, reached):
    """The step at which a connection failed, when it was at ``reached``."""
    if isinstance(error, (outbound.Forbidden, outbound.Unknown, socket.gaierror)):
        return "address"
    return "encryption" if isinstance(error, ssl.SSLError) else reached


def why_not_open(error):
    """One line for the administrator; never the server's words about a sign-in, which may repeat it."""
    match error:
        case smtplib.SMTPAuthenticationError():
            return f"The mail server refused the sign-in ({error.smtp_code})"
        case smtplib.SMTPResponseException():
            text = error.smtp_error
            text = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
            return one_line(f"The mail server answered {error.smtp_code} {text}")[:250]
        case smtplib.SMTPNotSupportedError():
            return "The mail server does not offer the encryption or sign-in that is set"
        case ssl.SSLCertVerificationError():
            return f"The certificate of the mail server cannot be trusted: {error.verify_message}"
        case ssl.SSLError():
            return f"No encryption could be agreed with the mail server: {error.reason or type(error).__name__}"
        case outbound.Forbidden() | outbound.Unknown():
            return str(error)
        case Locked():
            return "The password was locked with another LOKET_SECRET_KEY: set it again"
        case _:
            return f"Cannot reach the mail server: {error.strerror or type(error).__name__}"
