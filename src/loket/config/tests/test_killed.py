"""R2: killed at any step, nothing that was acknowledged is lost and nothing is there twice.

A child of the test does the deed and kills itself before its n-th statement or commit, for every n there is.
"""

import os
import signal
import traceback
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from loket.conversations.models import Message
from loket.files.models import File
from loket.mail import outbox
from loket.mail.models import Delivery
from loket.mail.sender import send_due

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]

MOST_STEPS = 120


class Fuse:
    """Kills this process, as ``kill -9`` does, when it has burnt ``length`` times."""

    def __init__(self, length):
        self.left = length
        self.wrapper = connections["default"]
        self.wrapper._commit = self.commit

    def burn(self):
        self.left -= 1
        if self.left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def execute(self, execute, *rest):
        """A wrapper for statements."""
        self.burn()
        return execute(*rest)

    def commit(self):
        """In the place of the connection's own: between the last statement and its being kept, and just after."""
        self.burn()
        BaseDatabaseWrapper._commit(self.wrapper)
        self.burn()


def done_whole(deed, step):
    """Do ``deed`` in a child that dies at ``step``; whether it came to its end."""
    close()
    child = os.fork()
    if child == 0:
        fuse = Fuse(step)
        try:
            with connection.execute_wrapper(fuse.execute):
                deed()
        except BaseException:  # noqa: BLE001 - a child must never go on as a second test run
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return not os.WIFSIGNALED(status)


def close():
    """No connection may be shared with a child."""
    connections.close_all()
    if connection.vendor == "postgresql":
        connection.close_pool()


def through_all_steps(deed):
    """Do ``deed(step)`` with a kill at step 0, 1, 2 …, until it comes to its end; yields each step."""
    for step in range(MOST_STEPS):
        is_done = done_whole(partial(deed, step), step)
        yield step, is_done
        if is_done:
            return
    pytest.fail("it has too many steps")


def test_a_reply_with_a_file_is_there_whole_or_not_at_all_and_once_after_a_second_try(entered, alice, ticket, settings):
    # Each killed try may leave a file that waits, as an upload of hers that she never sent would.
    settings.ATTACHMENT_MAX_COUNT = MOST_STEPS
    browser = entered(alice)
    address = f"/support/tickets/{ticket.pk}/replies/"

    def send(step):
        file = SimpleUploadedFile("note.txt", f"file {step}".encode())
        fields = {"text": f"Reply {step}", "token": f"token-{step}", "files": file}
        assert browser.post(address, fields).status_code == 302

    steps = 0
    for step, is_acknowledged in through_all_steps(send):
        steps += 1
        replies = Message.objects.filter(text=f"Reply {step}")
        before = replies.count()
        assert before == 1 if is_acknowledged else before in (0, 1)
        assert all(whole(reply, step) for reply in replies)
        send(step)  # as people do after a lost answer
        assert whole(replies.get(), step)
    assert steps > 10


def whole(reply, step):
    """Whether the file came with the message, with its bytes."""
    attachments = list(reply.attachments.select_related("file"))
    return [each.file.open().read() for each in attachments] == [f"file {step}".encode()]


def test_a_reply_sent_twice_with_its_file_leaves_no_file_that_nothing_claims_for_ever(entered, alice, ticket):
    browser = entered(alice)
    for _ in range(2):
        fields = {"text": "x", "token": "t", "files": SimpleUploadedFile("a.txt", b"a")}
        browser.post(f"/support/tickets/{ticket.pk}/replies/", fields)
    # Unclaimed ones wait for the purge; the message has its own.
    assert File.objects.exclude(claimed_at=None).count() == 1


def test_an_answer_of_an_agent_is_mailed_once_however_it_was_cut_short(at_desk, dora, alice, ticket):
    browser = at_desk(dora)

    def answer(step):
        fields = {"text": f"Answer {step}", "token": f"token-{step}"}
        assert browser.post(f"/desk/tickets/{ticket.pk}/replies/", fields).status_code == 302

    for step, _is_acknowledged in through_all_steps(answer):
        before = Message.objects.filter(text=f"Answer {step}").count()
        mailed = Delivery.objects.filter(letter__text__contains=f"Answer {step}\n")
        assert mailed.count() == before  # the words and the mail of them stand or fall together
        answer(step)
        assert mailed.count() == Message.objects.filter(text=f"Answer {step}").count() == 1


def test_a_letter_is_sent_once_unless_the_end_came_between_taking_and_noting(mail_server, settings):
    settings.SMTP = {
        "host": "127.0.0.1", "port": mail_server.port, "username": "", "password": "", "use_tls": False, "use_ssl": False,
        "timeout": 5,
    }  # fmt: skip
    outbox.queue(to="alice@example.com", subject="Hello", text="Hello")
    for step, is_done in through_all_steps(lambda step: send_due()):
        was_taken, was_noted = bool(mail_server.taken), Delivery.objects.get().state == "sent"
        Delivery.objects.queued().update(leased_until=None, next_try_at="2020-01-01T00:00:00Z")
        close()
        send_due()
        assert Delivery.objects.get().state == "sent"
        assert len(mail_server.taken) == (2 if was_taken and not was_noted else 1), step
        assert was_noted or not is_done
        ids = {raw.partition(b"Message-ID: ")[2].partition(b"\r\n")[0] for _, raw in mail_server.taken}
        assert len(ids) == 1  # a second copy carries the same Message-ID
        mail_server.taken.clear()
        Delivery.objects.update(state="queued", sent_at=None, next_try_at="2020-01-01T00:00:00Z", attempts=0)
