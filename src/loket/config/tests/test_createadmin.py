import io

import pytest
from django.core.management import CommandError, call_command

from loket.people.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "Quite-Long-Enough-9"


@pytest.fixture
def typed(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))


def test_the_first_administrator_can_sign_in_with_the_password_from_standard_input(typed):
    call_command("createadmin", "Erin@Example.com", "--first-name", "Erin")
    erin = User.objects.get(email="erin@example.com")
    assert erin.is_agent and erin.is_administrator and erin.is_active
    assert erin.first_name == "Erin"
    assert erin.check_password(PASSWORD)


def test_a_weak_password_makes_nobody(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("12345\n"))
    with pytest.raises(CommandError):
        call_command("createadmin", "erin@example.com")
    assert not User.objects.exists()


def test_a_wrong_address_is_told_in_one_line(typed):
    with pytest.raises(CommandError, match="erin.example.com"):
        call_command("createadmin", "erin.example.com")


def test_somebody_with_an_account_gets_the_rights_and_keeps_the_password(typed):
    User.objects.create_user(email="erin@example.com", password="Another-Long-One-7")
    call_command("createadmin", "erin@example.com")
    erin = User.objects.get(email="erin@example.com")
    assert erin.is_administrator
    assert erin.check_password("Another-Long-One-7")
