"""Addresses: one stored form, and nobody's address becomes another's."""

import pytest
from django.core.exceptions import ValidationError

from loket.people.addresses import clean_address, same_address
from loket.people.models import Contact, User


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Alice@Example.COM ", "alice@example.com"),
        ("alice@example.com.", "alice@example.com"),
        ("alice+orders@example.com", "alice+orders@example.com"),
        ("jörg@bücher.example", "jörg@xn--bcher-kva.example"),
    ],
)
def test_one_form(typed, stored):
    assert clean_address(typed) == stored
    assert same_address(typed, stored)


@pytest.mark.parametrize("look_alike", ["\u212aevin@example.com", "ſam@example.com"])
def test_look_alikes_stay_themselves(look_alike):
    assert clean_address(look_alike) not in ("kevin@example.com", "sam@example.com")


@pytest.mark.parametrize(
    "wrong",
    ["", "alice", "@example.com", "alice@", "a b@example.com", "alice＠example.com", "alice@exa mple.com",
     "a\x00@example.com", "é\x07@example.com", "x" * 250 + "@example.com", "alice@" + "x" * 64 + ".com"],
)  # fmt: skip
def test_what_is_no_address_is_refused(wrong):
    with pytest.raises(ValidationError):
        clean_address(wrong)
    assert not same_address(wrong, "alice@example.com")


def test_records_keep_the_one_form(db):
    assert Contact.objects.create(email="Alice@Example.com").email == "alice@example.com"
    assert User.objects.create_user(email="Dora@Example.com").email == "dora@example.com"
    assert Contact.objects.create(email="").email is None
