"""``loket mail receive``: the pipe of a mail server, which is told by the exit code."""

import io
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from loket.config.management.commands import mail as command
from loket.conversations.channels.email.models import EmailChannel, Mail
from loket.conversations.channels.email.tests.writing import eml


@pytest.fixture
def channel(inbox, pipeline):
    return EmailChannel.objects.create(inbox=inbox, address="help@loket.example")


@pytest.fixture
def pipe(monkeypatch):
    def pipe(content, **options):
        monkeypatch.setattr(command.sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))
        call_command("mail", "receive", **options)

    return pipe


def test_a_mail_by_the_pipe_becomes_a_ticket(pipe, channel):
    pipe(eml(Subject="Door de pijp"))
    assert Mail.objects.get().ticket.subject == "Door de pijp"


def test_an_inbox_without_a_channel_takes_mail_too(pipe, inbox, pipeline):
    pipe(eml(), inbox="Help desk")
    assert Mail.objects.get().state == "taken"


@pytest.mark.parametrize("options", [{"inbox": "No such"}, {}])
def test_what_cannot_be_stored_is_to_be_tried_again(pipe, db, options):
    with pytest.raises(CommandError) as failure:
        pipe(eml(), **options)
    assert failure.value.returncode == 75


def test_an_empty_pipe_is_no_mail(pipe, channel):
    with pytest.raises(CommandError) as failure:
        pipe(b"")
    assert failure.value.returncode == 75
    assert not Mail.objects.exists()


def test_a_database_out_of_reach_means_try_again(pipe, channel, monkeypatch):
    def away(*args, **options):
        raise DatabaseError("secret words")

    monkeypatch.setattr(command, "store", away)
    with pytest.raises(CommandError) as failure:
        pipe(eml())
    assert failure.value.returncode == 75
    assert "secret" not in str(failure.value)


def test_a_mail_that_cannot_be_read_is_stored_all_the_same(pipe, channel, monkeypatch):
    monkeypatch.setattr("loket.conversations.channels.email.taking.read", lambda stream: 1 / 0)
    pipe(eml())
    assert Mail.objects.get().state == "waiting"
