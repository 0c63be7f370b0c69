"""What a domain publishes so that its mail is believed, as the DNS has it."""

import pytest

from loket.mail.models import SigningKey
from loket.mail.publishing import checked, wanted

KEY = SigningKey(domain="help.acme.example", selector="loket-abc", public="A" * 392)


def state(nameserver, kind, texts):
    [record] = [each for each in wanted("help.acme.example", "mail.example.com", KEY) if each.kind == kind]
    nameserver.texts = texts if isinstance(texts, dict) else {record.host: texts}
    return checked(record).state


@pytest.mark.parametrize("kind", ["SPF", "DKIM", "DMARC"])
def test_what_was_published_as_it_is_shown_is_found(nameserver, kind):
    texts = {each.host: [each.text] for each in wanted("help.acme.example", "mail.example.com", KEY)}
    assert state(nameserver, kind, texts) == "ok"


@pytest.mark.parametrize(
    ("kind", "texts", "expected"),
    [
        ("SPF", [], "missing"),
        ("SPF", ["google-site-verification=1", "v=spf10 -all"], "missing"),
        ("SPF", ["V=SPF1 include:_spf.example.com -all"], "ok"),
        ("SPF", ["v=spf1 mx ~all", "v=spf1 -all"], "wrong"),
        ("SPF", ["v=spf1 mx +all"], "wrong"),
        ("SPF", ["v=spf1 mx all"], "wrong"),
        ("DKIM", [], "missing"),
        ("DKIM", ["v=DKIM1; k=rsa; p=" + "B" * 392], "wrong"),
        ("DKIM", ["p = " + "A" * 200 + " " + "A" * 192 + " ; k=rsa"], "ok"),
        ("DMARC", [], "missing"),
        ("DMARC", ["v=DMARC1; sp=none"], "wrong"),
        ("DMARC", ["v=DMARC1; p=reject; rua=mailto:x@acme.example"], "ok"),
        ("DMARC", ["v=DMARC1; p=none", "v=DMARC1; p=reject"], "wrong"),
        ("DMARC", {"_dmarc.acme.example": ["v=DMARC1;p=quarantine"]}, "ok"),
        ("DMARC", {"_dmarc.example": ["v=DMARC1;p=quarantine"]}, "missing"),
    ],
)
def test_what_stands_there_is_judged(nameserver, kind, texts, expected):
    assert state(nameserver, kind, texts) == expected


def test_a_dns_that_does_not_answer_is_told_from_a_record_that_is_missing(nameserver):
    nameserver.is_broken = True
    assert state(nameserver, "SPF", []) == "unknown"


def test_an_empty_key_is_no_key(nameserver):
    assert state(nameserver, "DKIM", ["v=DKIM1; p="]) == "wrong"


def test_without_a_key_there_is_no_record_for_it():
    assert [each.kind for each in wanted("acme.example", "", None)] == ["SPF", "DMARC"]


@pytest.mark.parametrize(
    ("server", "text"),
    [
        ("mail.example.com", "v=spf1 a:mail.example.com ~all"),
        ("192.0.2.1", "v=spf1 ip4:192.0.2.1 ~all"),
        ("2001:db8::1", "v=spf1 ip6:2001:db8::1 ~all"),
        ("", "v=spf1 mx ~all"),
    ],
)
def test_spf_names_the_server_by_name_or_address(server, text):
    assert wanted("acme.example", server, None)[0].text == text
