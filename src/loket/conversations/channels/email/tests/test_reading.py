"""Odd mails, made by hand, each as small as the fault it shows: kept, readable, never an exception (trap 16)."""

import base64
import io
import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loket.conversations.channels.email.machines import kind_of_machine
from loket.conversations.channels.email.reading import read
from loket.conversations.pictures import shown


def reading(mail):
    return read(io.BytesIO(mail.encode() if isinstance(mail, str) else mail))


def files(found):
    return [(each.name, b"".join(each.chunks())) for each in found.files]


def body(head, words):
    """The plain text of a mail with these headers and this body (bytes)."""
    return reading(b"From: a@b.example\n" + head.encode() + b"\n\n" + words).body.text


@pytest.mark.parametrize(
    ("head", "words", "text"),
    [
        ("Content-Type: text/plain; charset=utf-8", "Één café".encode(), "Één café"),
        ("Content-Type: text/plain; charset=iso-8859-1", b"\x80 12,50 \x93prijs\x94", "€ 12,50 “prijs”"),
        ("Content-Type: text/plain; charset=us-ascii", "Daniëlle".encode(), "Daniëlle"),
        ("Content-Type: text/plain; charset=utf-8", "Daniëlle".encode("latin-1"), "Daniëlle"),
        ("Content-Type: text/plain; charset=klingon", "Daniëlle".encode("latin-1"), "Daniëlle"),
        ("Content-Type: text/plain; charset=utf-16le", b"gewoon", "gewoon"),
        ("Content-Type: text/plain; charset=unicode_escape", rb"C:\new", r"C:\new"),
        ("Content-Type: text/plain; charset=ks_c_5601-1987", "한국".encode("cp949"), "한국"),
        ("Content-Type: text/plain; charset=gb2312", "銀行".encode("gb18030"), "銀行"),
        ("Content-Type: text/plain", "テスト".encode("iso-2022-jp"), "テスト"),
        ("Content-Transfer-Encoding: quoted-printable", b"Caf=C3=A9 =\nbinnen", "Café binnen"),
        ("Content-Transfer-Encoding: base64", b"SGFs\n*bG8=\nIQ==", "Hallo!"),
        ("Content-Transfer-Encoding: base64", b"SGFsbG8h\nI", "Hallo!"),
        ("Content-Transfer-Encoding: 7bits", b"Hallo", "Hallo"),
        ("Content-Type: text/html", "<meta charset=iso-8859-15><p>caf\xe9".encode("latin-1"), "café"),
        ("Content-Type: text/enriched", b"<bold>Vet</bold> <<niet", "Vet <niet"),
        ("Content-Type: text/plain; format=flowed", b"Dit is een \nregel.\n\n-- \nPiet", "Dit is een regel."),
        ("Content-Type: nonsense", b"Hallo", "Hallo"),
        ("Content-Type: multipart/mixed; boundary=nooit", b"Hallo", "Hallo"),
    ],
)
def test_a_text_is_readable_whatever_it_claims(head, words, text):
    assert body(head, words) == text


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ("=?utf-8?q?Caf=C3=A9?=", "Café"),
        ("=?utf-8?q?Caf=C3?= =?utf-8?q?=A9?=", "Café"),
        ("=?iso-8859-1?Q?vraag_=A3?= over =?utf-8?B?4oKs?=", "vraag £ over €"),
        ("=?utf-8*nl?q?Een vraag?= meer", "Een vraag meer"),
        ("Daniëlle", "Daniëlle"),
        ("=?utf-8?q?half", "=?utf-8?q?half"),
        ("Een\n\tvervolg", "Een vervolg"),
        ("regel\n \n\ten nog een", "regel en nog een"),
    ],
)
def test_a_subject_is_readable(header, text):
    assert reading(f"From: a@b.example\nSubject: {header}\n\nx").subject == text


@pytest.mark.parametrize(
    ("written", "sender"),
    [
        ('"Bakker, Anna" <anna@b.example>', ("Bakker, Anna", "anna@b.example")),
        ("=?utf-8?q?Anna=2C_Bakker?= <anna@b.example>", ("Anna, Bakker", "anna@b.example")),
        ("anna@b.example (Anna)", ("Anna", "anna@b.example")),
        ("Collega's: anna@b.example, piet@b.example;", ("", "anna@b.example")),
        ("undisclosed-recipients:;", ("", "")),
        ("Anna <anna@b.example", ("Anna", "anna@b.example")),
        ("Anna", ("", "")),
        ("<>", ("", "")),
    ],
)
def test_a_sender_is_found(written, sender):
    assert reading(f"From: {written}\n\nx").sender == sender


def test_five_thousand_recipients_are_all_there():
    people = ",\n ".join(f"p{number}@b.example" for number in range(5000))
    assert len(reading(f"From: a@b.example\nTo: {people}\n\nx").addressed("to")) == 5000


def multipart(*parts, kind="mixed", boundary="grens"):
    inside = "".join(f"--{boundary}\n{part}\n" for part in parts)
    return f"From: a@b.example\nContent-Type: multipart/{kind}; boundary={boundary}\n\n{inside}--{boundary}--\n"


def test_both_forms_of_an_alternative_are_used_and_files_are_kept_in_order():
    inner = "Content-Type: multipart/alternative; boundary=i\n\n--i\n\nPlat\n--i\nContent-Type: text/html\n\n<b>Rijk</b>\n--i--"
    found = reading(
        multipart(inner, "Content-Disposition: attachment; filename=een.txt\n\n1", "Content-Type: a/b; name=twee\n\n2")
    )
    assert (found.body.text, found.body.html.strip()) == ("Plat", "<b>Rijk</b>")
    assert files(found) == [("een.txt", b"1"), ("twee", b"2")]


@pytest.mark.parametrize(
    "mail",
    [
        multipart("\nHallo", "Content-Disposition: attachment; filename=a.txt\n\nHi").replace("--grens--\n", ""),
        multipart("\nHallo", "Content-Disposition: attachment; filename=a.txt\n\nHi").replace(
            "grens\n\n--", "grens\n--", 1
        ),
        multipart("\nHallo", "Content-Disposition: attachment; filename=a.txt\n\nHi").replace(
            "grens\n\n--", "grens\nVoorwoord\n--", 1
        ),
        multipart("\nHallo", "Content-Disposition: attachment; filename=a.txt\n\nHi").replace(
            "; boundary", "\n boundary", 1
        ),
        multipart("\nHallo", "Content-Disposition: attachment; filename=a.txt\n\nHi").replace("\n", "\r"),
        multipart("\nHallo", "Content-Disposition: attachment; filename=a.txt\n\nHi").replace("\n", "\r\n"),
        "From x Mon Jan  1 10:00:00 2026\n"
        + multipart("\nHallo", "Content-Disposition: attachment; filename=a.txt\n\nHi"),
    ],
    ids=["no end", "no empty line", "preamble in the headers", "no semicolon", "CR", "CRLF", "mbox"],
)
def test_a_broken_multipart_gives_its_parts_all_the_same(mail):
    found = reading(mail)
    assert found.body.text == "Hallo"
    assert [(name, content.strip()) for name, content in files(found)] == [("a.txt", b"Hi")]


@pytest.mark.parametrize(
    ("parameter", "name"),
    [
        ('filename="plan.pdf"', "plan.pdf"),
        ("filename=plan van mij.pdf", "plan van mij.pdf"),
        ("filename*=utf-8''caf%C3%A9.pdf", "café.pdf"),
        ("filename*0*=utf-8''caf%C3; filename*1*=%A9; filename*2=.pdf", "café.pdf"),
        ('filename="=?utf-8?q?caf=C3=A9.pdf?="', "café.pdf"),
        ("filename", "file-1"),
    ],
)
def test_a_file_name_is_read(parameter, name):
    found = reading(multipart(f"Content-Type: a/b\nContent-Disposition: attachment; {parameter}\n\nx"))
    assert files(found)[0][0] == name


def test_a_mail_within_a_mail_is_kept_whole_as_a_file():
    inside = "From: c@d.example\nSubject: Binnen\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\nDiep\n--i--"
    found = reading(multipart("\nZie bijlage", f"Content-Type: message/rfc822\n\n{inside}"))
    assert found.body.text == "Zie bijlage"
    assert files(found) == [("Binnen.eml", inside.encode())]


def test_parts_of_a_cut_mail_and_references_to_outside_are_kept():
    found = reading(
        multipart("Content-Type: message/partial; number=1\n\nDeel", "Content-Type: message/external-body\n\nElders")
    )
    assert [content for _name, content in files(found)] == [b"Deel", b"Elders"]


def tnef(*attributes):
    """A winmail.dat of (level, tag, bytes)."""
    out = struct.pack("<IH", 0x223E9F78, 1)
    for level, tag, value in attributes:
        out += struct.pack("<BII", level, tag, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)
    return out


def winmail(content):
    encoded = base64.b64encode(content).decode()
    return multipart(
        f"Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n{encoded}"
    )


def test_winmail_dat_is_unpacked():
    content = tnef(
        (1, 0x0002800C, b"Hallo uit Outlook\0"), (2, 0x00069002, b"\0" * 14), (2, 0x0006800F, b"inhoud"),
        (2, 0x00018010, b"plan.txt\0"),
    )  # fmt: skip
    found = reading(winmail(content))
    assert (found.body.text, files(found)) == ("Hallo uit Outlook", [("plan.txt", b"inhoud")])


def test_a_winmail_dat_that_is_cut_off_is_kept_with_what_it_held():
    content = tnef(
        (2, 0x00069002, b"\0" * 14),
        (2, 0x0006800F, b"inhoud"),
        (2, 0x00018010, b"plan.txt\0"),
        (2, 0x0006800F, b"x" * 99),
    )
    names = [name for name, _content in files(reading(winmail(content[:-50])))]
    assert names == ["winmail.dat", "plan.txt"]
    assert files(reading(winmail(b"geen"))) == [("winmail.dat", b"geen")]


def test_uuencoded_files_in_a_text_are_taken_out():
    found = reading('From: a@b.example\n\nHier is het:\n\nbegin 644 hoi.txt\n$:&]I"@  \n`\nend\n\nGroet')
    assert "begin" not in found.body.text
    assert files(found)[0][0] == "hoi.txt"


def test_a_text_too_long_to_show_is_kept_as_a_file():
    found = reading(b"From: a@b.example\n\n" + b"lang verhaal\n" * 400_000)
    assert len(found.body.text) <= 1_000_000
    assert len(files(found)[0][1]) == 13 * 400_000


def test_html_that_shows_nothing_is_kept_as_a_file():
    assert (
        files(reading("From: a@b.example\nContent-Type: text/html\n\n<title>Alles staat hier"))[0][0] == "text-1.html"
    )


@pytest.mark.parametrize(
    "html",
    [
        '<p>Nieuw</p><div class="gmail_quote">Op ma schreef Dora:<blockquote>Oud</blockquote></div>',
        '<p>Nieuw</p><blockquote type="cite">Oud</blockquote>',
        '<p>Nieuw</p><hr id="stopSpelling"><p>Oud</p>',
        '<p>Nieuw</p><div style="border-top:solid #E1E1E1 1.0pt"><p><b>Van:</b> Dora</p></div><p>Oud</p>',
        '<p>Nieuw</p><div class="moz-signature">Oud</div>',
    ],
)
def test_history_and_signature_in_html_are_folded_not_lost(html):
    found = reading(f"From: a@b.example\nContent-Type: text/html\n\n{html}").body
    assert found.text == "Nieuw"
    assert "Oud" in found.quoted
    assert "Oud" not in found.html


def test_an_answer_below_the_quote_is_not_folded():
    html = '<p>Zie onder</p><blockquote type="cite">Vraag?</blockquote><p>Antwoord</p>'
    found = reading(f"From: a@b.example\nContent-Type: text/html\n\n{html}").body
    assert (found.quoted, "Antwoord" in found.html) == ("", True)


def test_a_signature_in_plain_text_is_folded_not_lost():
    found = reading("From: a@b.example\n\nHallo\n\n-- \nPiet\nBakker\n").body
    assert (found.text, "Bakker" in found.quoted) == ("Hallo", True)


def test_pictures_are_only_marks_until_they_are_shown():
    html = '<p>Hoi<img src="cid:a@b" alt="Logo"><img src="//spy.example/x.png"><img src="javascript:x"><img width="1" src="http://t.example"></p>'
    found = reading(f"From: a@b.example\nContent-Type: text/html\n\n{html}").body
    assert "<img" not in found.html
    assert [picture.get("cid") or picture.get("url") for picture in found.pictures] == [
        "a@b",
        "https://spy.example/x.png",
    ]
    found.pictures[0]["file"] = 0
    page = shown(found.html, found.pictures, ["/files/1"])
    assert 'src="/files/1"' in page
    assert "spy.example" not in page
    assert "spy.example" in shown(found.html, found.pictures, ["/files/1"], with_remote=True)


def test_marks_in_a_mail_are_not_ours():
    found = reading("From: a@b.example\nContent-Type: text/html\n\n\ue0f00\ue0f1<img src='cid:a'>".encode()).body
    assert found.html.count("\ue0f0") == 1


@pytest.mark.parametrize(
    "mail",
    [
        b"From: a@b.nl\n" + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(10_000)),
        b"From: a@b.nl\n" + b"Content-Type: message/rfc822\n\n" * 10_000,
        b"From: a@b.nl\nContent-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\nhoi\n" * 20_000,
        b"From: a@b.nl\nContent-Type: text/html\n\n" + b"<blockquote " * 40_000,
        b"From: a@b.nl\nContent-Type: text/html\n\n" + b"<img '" * 40_000,
        b"From: " + b"((((" * 40_000 + b"\n\nx",
        b"Content-Type: text/plain" + b";x=\"" * 40_000 + b"\n\nx",
        b"Subject: " + b"=?utf-8?q?" * 20_000 + b"\n\nx",
    ],
    ids=["depth", "nested", "parts", "tags", "images", "comments", "parameters", "words"],
)  # fmt: skip
def test_a_hostile_mail_takes_no_longer_than_its_size(mail):
    began = time.process_time()
    found = reading(mail)
    assert found.sender and isinstance(found.subject, str)
    assert kind_of_machine(found) == ""
    assert time.process_time() - began < 4


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"Content-Type: multipart/mixed; boundary=x\n\n--x\n", b"Content-Type: text/html\n\n"]),
)
def test_no_mail_ever_raises(rubbish, head):
    found = reading(b"From: a@b.nl\n" + head + rubbish)
    files(found)
    kind_of_machine(found)
    found.fingerprint()
    "".join((found.subject, found.body.html, found.body.quoted, found.body.text)).encode()
