"""The wording of a domain's consent, its export, and the card on the contact's page (A10)."""

import pytest

from loket.access.models import ConsentWording


@pytest.fixture
def own(page, portal):
    return page(f"domains/{portal.domain_id}/consent/")


def test_the_wording_is_saved_and_told_in_history(own):
    assert own.save(**{"text-en": "We keep\nyour tickets.", "link": "https://acme.example/privacy"}).status_code == 302
    wording = ConsentWording.objects.get()
    assert (wording.text, wording.version) == ({"en": "We keep\nyour tickets."}, 1)
    assert "Address of the link: – → https://acme.example/privacy" in own.text()


def test_a_required_box_needs_words(own):
    answer = own.save(is_required="on", **{"text-en": "Kept words"})
    assert answer.status_code == 422
    assert "Kept words" in answer.content.decode()


@pytest.mark.parametrize("link", ["javascript:alert(1)", "not a link", "https://" + "x" * 600])
def test_a_link_that_is_none_is_refused(own, link):
    assert "link" in own.save(link=link).context["form"].errors


def test_erin_reads_on_the_contacts_page_and_in_the_file_what_alice_agreed_to(own, alice, portal, settings_desk):
    own.save(**{"text-en": "We keep your tickets.", "box-en": "=I agree"})
    alice.first_name = "=cmd"
    alice.save()
    ConsentWording.objects.get().note(alice, has_ticked=True)
    card = settings_desk.get(f"/desk/contacts/{alice.pk}/").content.decode()
    assert "We keep your tickets." in card
    assert "Box ticked" in card
    answer = settings_desk.get(f"/desk/settings/domains/{portal.domain_id}/consents.csv")
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeffgiven_at,contact,email,")
    assert ",'=cmd Example,alice@example.com,testserver,1,en,We keep your tickets.,'=I agree,yes" in text


def test_dora_without_the_right_sees_neither(at_desk, dora, portal):
    desk = at_desk(dora)
    for path in ("consent/", "consents.csv"):
        assert desk.get(f"/desk/settings/domains/{portal.domain_id}/{path}").status_code == 403
