"""Who may enter, and with which link they set a password."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from loket.access.models import grant, may_enter, revoke
from loket.access.passwords import StrengthValidator
from loket.people.models import Contact, User


def test_granting_twice_is_once_and_makes_one_account(alice, portal):
    assert grant(alice, portal, by=None) == grant(alice, portal, by=None)
    assert may_enter(alice, portal)
    assert not User.objects.get(email="alice@example.com").has_usable_password()
    revoke(alice, portal, by=None)
    assert not may_enter(alice, portal)


def test_who_has_no_address_cannot_be_a_member(portal):
    with pytest.raises(ValidationError, match="no e-mail address"):
        grant(Contact.objects.create(first_name="Ann"), portal, by=None)


def test_an_imported_contact_gets_a_link_and_comes_in_by_it(alice, portal, client, capsys):
    call_command("createmember", "Alice@Example.com")
    link = capsys.readouterr().out.strip()
    assert link.startswith("http://testserver/support/password-reset/")
    path = link.removeprefix("http://testserver")
    page = client.get(path, follow=True)
    form = page.redirect_chain[-1][0]
    assert client.post(form, {"password": "short"}).status_code == 200
    assert client.post(form, {"password": "a long enough phrase"}).status_code == 302
    assert client.get(path).context["token_fail"], "the link works once"
    signed_in = client.post("/support/sign-in/", {"login": "alice@example.com", "password": "a long enough phrase"})
    assert signed_in.headers["Location"] == "/support/"


def test_a_stranger_to_the_command_is_told_what_to_do(portal):
    with pytest.raises(CommandError, match="Import or add them first"):
        call_command("createmember", "nobody@example.com")


@pytest.mark.parametrize(
    ("password", "is_good"),
    [
        ("Abcdef1!", True),
        ("abcdefg1", False),
        ("abcdefghi1", True),
        ("abcdefghij", False),
        ("abcdefghijkl", True),
        ("", False),
    ],
)
def test_the_rule_for_passwords(password, is_good):
    try:
        StrengthValidator().validate(password)
        assert is_good
    except ValidationError:
        assert not is_good


def test_a_password_is_not_part_of_the_address():
    with pytest.raises(ValidationError, match="part of your e-mail"):
        StrengthValidator().validate("christopher-robin", User(email="christopher-robin@example.com"))
