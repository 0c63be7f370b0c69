"""What a letter is when it is put in the outbox."""

from email import message_from_bytes, policy

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as trials
from hypothesis import strategies as st

from loket.mail.composition import body_of, clean_text
from loket.mail.models import Delivery, Letter
from loket.mail.outbox import queue
from loket.portals.models import Portal

ODD_TEXT = "Hoi 👩‍👩‍👧 שלום עולם\n.\n..\nFrom here\n" + "x" * 2000 + "\n" + "ë" * 2000 + "\nend\n"
INJECTIONS = [
    "Hi\r\nBcc: eve@evil.example",
    "Hi\nBcc: eve@evil.example",
    "Hi\rBcc: e",
    "Hi\x00\x0b\x0c\x85\u2028Bcc: e",
    "Hi\n\nbody",
]
NAMES = ["Date", "From", "To", "Subject", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"]


def read(letter):
    return message_from_bytes(bytes(letter.raw), policy=policy.default)


def lines_of(part):
    """The text of ``part``; lines end with CRLF on the wire."""
    return part.get_content().replace("\r\n", "\n")


def test_a_letter_has_the_headers_it_needs_and_no_more(db):
    letter = queue(to="Alice <alice@example.com>", subject="Hello", text="x")
    message = read(letter)
    assert sorted(message.keys()) == sorted(NAMES)
    assert message["From"] == "Support <support@testserver>"
    assert message["To"] == "Alice <alice@example.com>"
    assert message["Message-ID"] == letter.message_id
    assert letter.message_id.endswith("@testserver>")


def test_what_was_given_is_read_back(db):
    letter = queue(to="a@example.com", subject="🎫 שלום " + "lang " * 60, text=ODD_TEXT, html="<p>ë 👍</p>")
    message = read(letter)
    assert message["Subject"] == ("🎫 שלום " + "lang " * 60).strip()
    assert lines_of(message.get_body(["plain"])) == ODD_TEXT
    assert lines_of(message.get_body(["html"])) == "<p>ë 👍</p>\n"
    assert message.get_content_type() == "multipart/alternative"
    lines = bytes(letter.raw).split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert bytes(letter.raw).isascii()
    assert b"\n" not in bytes(letter.raw).replace(b"\r\n", b"")


@trials(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300))
def test_any_text_is_read_back(text):
    assert lines_of(body_of(text)).removesuffix("\n") == clean_text(text).removesuffix("\n")


@trials(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(subject=st.text(max_size=200), name=st.text(max_size=100), header=st.text(max_size=300))
def test_no_text_adds_or_breaks_a_header(db, subject, name, header):
    letter = queue(
        to=(name, "a@example.com"), sender=(name, "b@example.com"), subject=subject, text="x", headers={"X-A": header}
    )
    head = bytes(letter.raw).partition(b"\r\n\r\n")[0]
    names = [line.partition(b":")[0].decode() for line in head.split(b"\r\n") if line[:1] not in (b" ", b"\t")]
    assert sorted(names) == sorted([*NAMES, "X-A"])
    assert head.isascii()
    message = read(letter)
    assert [address.addr_spec for address in message["To"].addresses] == ["a@example.com"]


@pytest.mark.parametrize("text", INJECTIONS)
def test_line_breaks_in_names_subjects_and_headers_inject_nothing(db, text):
    letter = queue(
        to=(text, "alice@example.com"), subject=text, text="x", sender=(text, "us@example.com"), reply_to=(text, "us@example.com"),
        headers={"Auto-Submitted": text}, references=[f"<a@b> {text}"], in_reply_to=text,
    )  # fmt: skip
    message = read(letter)
    assert "Bcc" not in message
    assert message["Subject"].startswith("Hi ")
    assert set(message.keys()) == {*NAMES, "Reply-To", "Auto-Submitted", "References"}
    assert [str(address) for address in letter.deliveries.all()] == ["alice@example.com"]


@pytest.mark.parametrize("subject", ["=?utf-8?q?a=0D=0ABcc:_eve?=", "=?utf-8?b?8J+YgA==?=", "=?x?", "?= =?"])
def test_encoded_words_that_somebody_typed_stay_what_was_typed(db, subject):
    letter = queue(to=(subject, "a@example.com"), subject=subject, text="x")
    assert letter.subject == subject
    assert read(letter)["Subject"] == subject
    assert read(letter)["To"].addresses[0].display_name == subject


@pytest.mark.parametrize(
    "name", ['Eve" <eve@evil.example>, "', "a\\", "Smith, John", "<eve@evil.example>", "x@y.example, Bob"]
)
def test_a_display_name_cannot_become_an_address(db, name):
    letter = queue(to=(name, "alice@example.com"), subject="x", text="x")
    addresses = read(letter)["To"].addresses
    assert [(address.display_name, address.addr_spec) for address in addresses] == [(name, "alice@example.com")]


@pytest.mark.parametrize(
    "address",
    ["", "alice", "a@b@c.example x", "a@x.example, b@y.example", "a b@x.example", "a@x..example", "a@-", "@x.example"],
)
def test_what_is_no_address_fails_alone_and_in_sight(db, address):
    letter = queue(to=["bob@example.com", address], subject="x", text="x")
    assert dict(letter.deliveries.values_list("address", "state")) == {"bob@example.com": "queued", address: "failed"}
    assert "To: bob@example.com\r\n" in bytes(letter.raw).decode()


@pytest.mark.parametrize("name", ["Bcc", "from", "Content-Type", "X A", "X:\r\nBcc", "MIME-Version", ""])
def test_headers_of_our_own_cannot_be_given(db, name):
    with pytest.raises(ValueError, match="Not a header"):
        queue(to="a@example.com", subject="x", text="x", headers={name: "x"})
    assert not Letter.objects.exists()


def test_a_thread_is_named_by_whole_message_ids(db):
    long = "<" + "a" * 200 + "@mail.example>"
    letter = queue(
        to="a@example.com",
        subject="x",
        text="x",
        in_reply_to=long,
        references=[f"<{n}@x.example>" for n in range(50)] + [long],
    )
    head = bytes(letter.raw).decode()
    assert f"In-Reply-To: {long}\r\n" in head
    kept = head.partition("References: ")[2].partition("Content-")[0].split()
    assert kept[0] == "<0@x.example>"
    assert kept[-1] == long
    assert len(kept) == 31


def test_a_letter_is_undone_with_its_cause(db):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        queue(to="a@example.com", subject="x", text="x")
        assert Delivery.objects.count() == 1
        raise ZeroDivisionError
    assert not Letter.objects.exists()


def test_one_event_makes_one_letter(db, monkeypatch):
    first = queue(to="a@example.com", subject="x", text="x", key="ticket/1/closed")
    assert queue(to="a@example.com", subject="y", text="y", key="ticket/1/closed") == first
    queue(to="a@example.com", subject="x", text="x", key="ticket/2/closed")
    assert Letter.objects.count() == Delivery.objects.count() == 2


def test_of_two_at_once_the_first_letter_stays(db, monkeypatch):
    """The second one does not see the first when it looks, only when it writes."""
    first = queue(to="a@example.com", subject="x", text="x", key="k")
    looks = []
    filtered = Letter.objects.filter
    blind = lambda **rule: looks.append(rule) or (Letter.objects.none() if len(looks) == 1 else filtered(**rule))  # noqa: E731
    monkeypatch.setattr(Letter.objects, "filter", blind)
    assert queue(to="b@example.com", subject="y", text="y", key="k") == first
    assert len(looks) == 2
    assert Delivery.objects.get().address == "a@example.com"


def test_a_message_id_is_used_once(db):
    letter = queue(to="a@example.com", subject="x", text="x", message_id="<fixed@example.com>")
    assert read(letter)["Message-ID"] == "<fixed@example.com>"
    with pytest.raises(IntegrityError), transaction.atomic():
        queue(to="a@example.com", subject="x", text="x", message_id="<fixed@example.com>")
    with pytest.raises(ValueError, match="Not a Message-ID"):
        queue(to="a@example.com", subject="x", text="x", message_id="<a@b>\r\nBcc: x")


def test_letters_are_found_by_what_they_are_about_and_to_whom(db):
    portal = Portal(pk=7)
    letter = queue(to=["alice@example.com"], subject="x", text="x", about=portal)
    queue(to="b@example.com", subject="x", text="x", about=Portal(pk=8))
    assert list(Letter.objects.about(portal)) == [letter]
    assert [delivery.letter for delivery in Delivery.objects.about(portal)] == [letter]
    assert list(Letter.objects.addressed_to("alice@example.com")) == [letter]


def test_text_that_no_database_holds_is_cleaned(db):
    letter = queue(to="a@example.com", subject="a\0b\ud800", text="a\0b\ud800\r\nc")
    letter.refresh_from_db()
    assert (letter.subject, letter.text) == ("a b", "ab?\nc")


def test_to_nobody_is_a_letter_that_goes_nowhere(db):
    letter = queue(to=[], subject="x", text="x")
    assert not letter.deliveries.exists()
