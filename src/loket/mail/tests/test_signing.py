"""DKIM: what is signed is what arrives, and only by a key that the DNS was seen to hold."""

import re

import dkim
import pytest

from loket.history.models import Event
from loket.mail.models import SigningKey
from loket.mail.outbox import queue
from loket.mail.sender import send_due


@pytest.fixture
def key(db):
    """A key of the domain that mail of the installation is from."""
    made = SigningKey.objects.make("testserver", by=None)
    made.begin(by=None)
    return made


def is_signed(raw, key):
    """Whether an independent verifier, which knows the record of ``key``, finds the signature right."""
    texts = {f"{key.host}.": key.text}
    return dkim.verify(raw, dnsfunc=lambda name, timeout=5: texts.get(name.decode(), "").encode() or None)


ODD = "Hoi 👩‍👩‍👧 שלום עולם\n.\n..\nFrom here\n" + "x" * 2000 + "\n\nend \n\n\n"


def test_what_arrives_is_signed(server, key):
    letter = queue(to="Zoë <zoe@bücher.example>", subject="Hé 🎫 " + "long " * 40, text=ODD, html="<p>ë</p>")
    send_due()
    [(_to, raw)] = server.taken
    assert raw.endswith(bytes(letter.raw))
    assert raw.startswith(b"DKIM-Signature: ")
    assert is_signed(raw, key)
    assert max(map(len, raw.split(b"\r\n"))) <= 998


@pytest.mark.parametrize(("was", "to"), [(b"Please pay", b"Please stay"), (b"Subject: x", b"Subject: y")])
def test_what_was_changed_on_the_way_is_not(server, key, was, to):
    queue(to="alice@example.com", subject="x", text="Please pay")
    send_due()
    assert is_signed(server.taken[0][1], key)
    assert not is_signed(server.taken[0][1].replace(was, to), key)


def test_a_key_that_the_dns_was_never_seen_to_hold_signs_nothing(server, db):
    SigningKey.objects.make("testserver", by=None)
    letter = queue(to="alice@example.com", subject="x", text="x")
    send_due()
    assert server.taken[0][1] == bytes(letter.raw)


def test_a_key_of_another_domain_signs_nothing(server, key):
    letter = queue(to="alice@example.com", subject="x", text="x", sender="help@other.example")
    send_due()
    assert server.taken[0][1] == bytes(letter.raw)


def test_the_old_key_signs_until_the_new_one_is_seen(server, key):
    new = SigningKey.objects.make("testserver", by=None)
    for by in (key, new):
        new.begin(by=None) if by == new else None
        queue(to="alice@example.com", subject="x", text="x")
        send_due()
        assert re.search(rb"s=([^;]+);", server.taken[-1][1])[1].decode() == by.selector


def test_of_two_keys_that_were_never_seen_the_newest_stays(key):
    first, second = (SigningKey.objects.make("testserver", by=None) for _ in range(2))
    assert set(SigningKey.objects.all()) == {key, second}
    assert first.selector != second.selector


def test_the_private_half_stands_in_no_row_or_history(key):
    stored = str([*SigningKey.objects.values(), *Event.objects.values()])
    assert "PRIVATE" not in stored
    assert key.public in stored


def test_a_key_locked_with_another_secret_makes_mail_wait_and_says_so(server, key, settings):
    settings.SECRET_KEY = "another" * 10
    letter = queue(to="alice@example.com", subject="x", text="x")
    send_due()
    assert letter.deliveries.get().state == "queued"
    assert "make a new one" in letter.deliveries.get().error
