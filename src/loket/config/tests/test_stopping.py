"""SIGTERM: what was begun is finished, what was sent is answered."""

import threading
import time

import pytest

from loket.config.tests.installation import LostError, RefusedError, Visitor, await_truth

pytestmark = pytest.mark.installation


class Writer(threading.Thread):
    """Alice in one of her tabs, replying without pause until nobody listens."""

    def __init__(self, alice):
        super().__init__()
        self.tab = Visitor(alice.port)
        self.tab.cookies = dict(alice.cookies)
        self.acknowledged, self.lost = [], []

    def run(self):
        while True:
            text = f"Reply {self.name} {len(self.acknowledged)}"
            try:
                self.tab.get("/support/tickets/1/")
                self.tab.hidden.pop("upload", None)  # What another tab is sending at this moment is not this one's.
                answer = self.tab.post("/support/tickets/1/replies/", {"text": text}, [("note.txt", text.encode())])
            except LostError as error:
                self.lost.append(repr(error.__cause__))
                return
            except RefusedError:
                return
            assert answer.status == 302, answer.text
            self.acknowledged.append(text)


def test_a_server_that_is_told_to_stop_answers_all_that_it_was_sent(install):
    installation = install()
    server = installation.serve()
    alice = Visitor(installation.port).sign_in("alice@example.com")
    writers = [Writer(alice) for _ in range(6)]
    for writer in writers:
        writer.start()
    await_truth(lambda: all(writer.acknowledged for writer in writers))
    began = time.monotonic()
    assert installation.stop(server) == 0
    assert time.monotonic() - began < 10
    for writer in writers:
        writer.join(30)
    assert [writer.lost for writer in writers] == [[]] * len(writers)

    installation.serve()
    page = alice.get("/support/tickets/1/?whole").text
    for text in (text for writer in writers for text in writer.acknowledged):
        assert page.count(f"<p>{text}</p>") == 1


def test_a_worker_that_is_told_to_stop_finishes_its_letter_and_is_not_missed(install, mail_server):
    installation = install(EMAIL_URL=f"smtp://127.0.0.1:{mail_server.port}")
    installation.serve()
    assert '"worker": "silent"' in Visitor(installation.port).get("/readyz").text
    handed_over, go_on = threading.Event(), threading.Event()
    mail_server.answers["END"] = lambda argument: handed_over.set() or (go_on.wait(10) and None)
    worker = installation.start("worker")
    await_truth(lambda: installation.answers("/readyz"))
    installation.run(
        "shell", "-v0", "-c", "from loket.mail.outbox import queue; queue(to='a@example.com', subject='x', text='x')"
    )
    assert handed_over.wait(10)
    worker.terminate()
    time.sleep(0.3)
    assert worker.poll() is None
    go_on.set()
    assert worker.wait(10) == 0
    assert '"state": "sent"' in installation.run("mail", "outbox", "--json")
    assert '"worker": "silent"' in Visitor(installation.port).get("/readyz").text


def test_figures_are_those_of_all_processes_of_the_server(install):
    installation = install()
    installation.serve("--workers", "2")
    visitor = Visitor(installation.port)
    for _ in range(20):
        visitor.get("/support/sign-in/")
    assert 'loket_requests_total{door="portal",status="2xx"} 20.0' in visitor.get("/metrics").text
