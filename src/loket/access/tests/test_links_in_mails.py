"""Links in mails (trap 30) are built from what an administrator has set, whatever the request says of its host."""

from email import message_from_bytes
from email.policy import default

import pytest

from loket.access import codes, forgotten, registrations
from loket.access.models import PasswordRequest, Registration, SignInCode, grant
from loket.access.policies import AccessPolicy
from loket.mail.models import Letter

FORGED = {"X-Forwarded-Host": "evil.example", "X-Original-Host": "evil.example", "Forwarded": "host=evil.example"}
DEEDS = {"password-reset/": forgotten.answer_due, "register/": registrations.mail_due, "sign-in/code/": codes.mail_due}


@pytest.fixture
def opened(portal, alice):
    """Anyone may register; Alice is a member."""
    grant(alice, portal, by=None)
    return AccessPolicy.objects.create(portal=portal, mode="open")


@pytest.mark.parametrize("path", DEEDS)
def test_headers_about_another_host_change_no_link(opened, alice, client, path):
    address = "zoe@example.com" if path == "register/" else alice.email
    client.post(f"/support/{path}", {"email": address}, headers=FORGED)
    DEEDS[path]()
    letter = Letter.objects.get()
    assert "http://testserver/support/" in letter.text
    html = message_from_bytes(bytes(letter.raw), policy=default).get_body(("html", "plain")).get_content()
    assert "http://testserver/support/" in html
    assert "evil" not in letter.text + html


@pytest.mark.parametrize("path", DEEDS)
def test_a_forged_host_is_refused_and_nothing_is_noted(opened, alice, client, path):
    answer = client.post(f"/support/{path}", {"email": alice.email}, headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert not any(model.objects.exists() for model in (PasswordRequest, Registration, SignInCode))


def test_an_agents_link_leads_to_the_desk_of_the_installation(dora, client):
    client.post("/desk/password-reset/", {"email": dora.email}, headers=FORGED)
    forgotten.answer_due()
    assert "http://testserver/desk/password-reset/" in Letter.objects.get().text
    assert (
        client.post("/desk/password-reset/", {"email": dora.email}, headers={"host": "evil.example"}).status_code == 400
    )


def test_an_address_with_a_port_of_its_own_is_no_other_host(opened, alice, client):
    client.post("/support/password-reset/", {"email": alice.email}, headers={"host": "testserver:8443"})
    forgotten.answer_due()
    assert "http://testserver/support/" in Letter.objects.get().text
