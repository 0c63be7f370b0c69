"""A mail server with a script, on the loopback, for what real servers do only on bad days."""

import re
import socket
import threading
import time
from contextlib import suppress

CUT = "cut"


class ScriptedServer:
    """Takes everything, unless ``answers[verb]``, called with the command's argument, gives another answer or CUT.

    Verbs are those of SMTP, and CONNECT and END (after the message). ``taken`` holds (recipients, bytes) of each message
    that it answers for; ``commands`` all it was told, ``connections`` counts.
    """

    def __init__(self):
        self.answers = {}
        self.taken = []
        self.commands = []
        self.connections = 0
        self.extensions = ["SMTPUTF8", "8BITMIME"]
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def script(self, verb, *answers):
        """Give ``answers`` in turn (None: the usual one), then the usual ones."""
        left = list(answers)
        self.answers[verb] = lambda argument: left.pop(0) if left else None

    def serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.speak, args=(client,), daemon=True).start()

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def speak(self, client):
        with client, client.makefile("rwb") as lines, suppress(OSError, ValueError):
            self.converse(lines)

    def converse(self, lines):
        recipients = []
        if not self.answer(lines, "CONNECT", "", "220 ready"):
            return
        for line in lines:
            verb, _, argument = line.decode().strip().partition(" ")
            verb = verb.upper()
            self.commands.append(f"{verb} {argument}".strip())
            if verb == "EHLO":
                usual = "\r\n".join(["250-scripted", *(f"250-{name}" for name in self.extensions), "250 HELP"])
            else:
                usual = {"DATA": "354 go", "QUIT": "221 bye", "AUTH": "235 welcome"}.get(verb, "250 ok")
            said = self.answer(lines, verb, argument, usual)
            if not said or verb == "QUIT":
                return
            if verb == "MAIL":
                recipients = []
            elif verb == "RCPT" and said.startswith("2"):
                recipients.append(re.search("<(.*)>", argument)[1])
            elif verb == "DATA" and said.startswith("3") and not self.take(lines, recipients):
                return

    def take(self, lines, recipients):
        body = b""
        while (line := lines.readline()) != b".\r\n":
            if not line:
                return False
            body += line[1:] if line.startswith(b".") else line
        message = (list(recipients), body)
        said = self.answer(lines, "END", message, "250 taken", before=lambda: self.taken.append(message))
        return bool(said)

    def answer(self, lines, verb, argument, usual, before=None):
        said = self.answers.get(verb, lambda argument: None)(argument) or usual
        if said == CUT:
            return None
        if before and said.startswith("2"):
            before()
        lines.write(said.encode() + b"\r\n")
        lines.flush()
        return None if said.startswith("421") else said


def slowly(seconds, said):
    """An answer that takes its time."""

    def answer(argument):
        time.sleep(seconds)
        return said

    return answer
