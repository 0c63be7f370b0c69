"""The section *Agents*: who is of the team, and which rights they have."""

import re

import pytest

from loket.history.models import Event
from loket.mail.models import Letter
from loket.people.models import User

PASSWORD = "correct horse battery"
LIST = 5


@pytest.fixture
def invite(settings_desk):
    def invite(address="frank@help.example", **more):
        names = {"first_name": "Frank", "last_name": "Field"}
        return settings_desk.post("/desk/settings/agents/new/", {"email": address} | names | more)

    return invite


@pytest.fixture
def save(settings_desk):
    """Send an agent's form as it was shown, changed; None leaves a field out."""

    def save(agent, browser=settings_desk, **changes):
        address = f"/desk/settings/agents/{agent.pk}/"
        form = browser.get(address).context["form"]
        shown = {name: form[name].value() for name in form.fields}
        values = {name: "on" if value is True else value for name, value in (shown | changes).items()}
        return browser.post(address, {name: value for name, value in values.items() if value not in (None, False)})

    return save


def link_in(letter):
    return re.search(r"http://testserver(/desk/\S+)", letter.text).group(1)


def test_an_invited_agent_sets_a_password_and_comes_in(invite, client, erin):
    assert invite(may_set="on").status_code == 302
    frank = User.objects.get(email="frank@help.example")
    assert (frank.name, frank.is_agent, frank.may_set, frank.is_administrator) == ("Frank Field", True, True, False)
    letter = Letter.objects.get()
    assert letter.is_private and "frank@help.example" in letter.to and erin.name in letter.subject
    asked = client.get(link_in(letter), follow=True)
    assert client.post(asked.redirect_chain[-1][0], {"password": PASSWORD}).status_code == 302
    assert "works no more" in client.get(link_in(letter), follow=True).content.decode()
    assert client.post("/desk/sign-in/", {"login": frank.email, "password": PASSWORD}).status_code == 302
    assert client.get("/desk/views/mine/").status_code == 200


def test_the_desk_never_shows_the_link(invite, settings_desk):
    invite()
    letter = Letter.objects.get()
    key = link_in(letter).split("/")[-2]
    assert key not in settings_desk.get(f"/desk/outbox/{letter.pk}/").content.decode()
    assert all(key not in str(event.details) for event in Event.objects.all())


def test_a_member_who_becomes_an_agent_stays_a_member(invite, entered, alice, client):
    browser = entered(alice)
    assert invite(alice.email).status_code == 302
    assert browser.get("/support/").status_code == 200
    assert client.post("/desk/sign-in/", {"login": alice.email, "password": PASSWORD}).status_code == 302
    assert client.get("/desk/views/mine/").status_code == 200
    assert "password-reset" not in Letter.objects.get().text


def test_a_member_who_is_an_agent_no_more_stays_a_member(invite, entered, settings_desk, alice):
    browser = entered(alice)
    invite(alice.email)
    user = User.objects.get(contact=alice)
    settings_desk.post(f"/desk/settings/agents/{user.pk}/retirement/")
    assert browser.get("/support/").status_code == 200


@pytest.mark.parametrize("address", ["nobody", "a\x00@b.example", "", "x" * 300 + "@b.example"])
def test_a_wrong_address_is_told_beside_it_and_the_rest_is_kept(invite, address, erin):
    answer = invite(address, first_name="Typed")
    assert answer.status_code == 422
    assert answer.context["form"].errors["email"]
    assert 'value="Typed"' in answer.content.decode()
    assert list(User.objects.all()) == [erin]


def test_an_agent_is_not_invited_twice(invite, dora, settings_desk):
    assert "is an agent already" in invite("Dora@Help.example").context["form"].errors["email"][0]
    settings_desk.post(f"/desk/settings/agents/{dora.pk}/retirement/")
    assert "activate them again" in invite("dora@help.example").context["form"].errors["email"][0]
    assert not Letter.objects.exists()


def test_the_invitation_is_sent_again_only_while_no_password_is_set(invite, settings_desk, dora):
    invite()
    frank = User.objects.get(email="frank@help.example")
    assert settings_desk.post(f"/desk/settings/agents/{frank.pk}/invitation/").status_code == 302
    assert Letter.objects.count() == 2
    assert settings_desk.post(f"/desk/settings/agents/{dora.pk}/invitation/").status_code == 404


def test_rights_and_names_are_changed_and_told_with_who_gave_them(save, settings_desk, dora, erin):
    assert save(dora, first_name="Theodora", may_set=True).status_code == 302
    dora.refresh_from_db()
    assert (dora.first_name, dora.may_set, dora.is_administrator) == ("Theodora", True, False)
    told = Event.objects.about(dora).get()
    assert (told.actor_name, told.details["may_set"]) == (erin.name, [False, True])
    page = settings_desk.get(f"/desk/settings/agents/{dora.pk}/").content.decode()
    assert "Customer Portal settings: off → on" in page


def test_a_right_taken_away_counts_at_the_next_request(save, at_desk, dora):
    save(dora, is_administrator=True)
    browser = at_desk(dora)
    assert browser.get("/desk/settings/agents/").status_code == 200
    save(dora, is_administrator=None)
    assert browser.get("/desk/settings/agents/").status_code == 403


def test_nobody_takes_the_right_from_themselves(save, settings_desk, erin, dora):
    save(dora, is_administrator=True)
    assert "another administrator can" in settings_desk.get(f"/desk/settings/agents/{erin.pk}/").content.decode()
    save(erin, is_administrator=None, first_name="Erina")
    settings_desk.post(f"/desk/settings/agents/{erin.pk}/retirement/")
    erin.refresh_from_db()
    assert (erin.first_name, erin.is_administrator, erin.is_agent) == ("Erina", True, True)


def test_an_agent_out_of_use_is_refused_and_their_name_stays(settings_desk, at_desk, dora, ticket, erin):
    ticket.assign(dora, by=erin)
    browser = at_desk(dora)
    assert browser.get("/desk/views/mine/").status_code == 200
    settings_desk.post(f"/desk/settings/agents/{dora.pk}/retirement/")
    assert browser.get("/desk/views/mine/")["Location"] == "/desk/access-denied/"
    assert "Dora Deskworth" in settings_desk.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    settings_desk.post(f"/desk/settings/agents/{dora.pk}/return/")
    assert at_desk(dora).get("/desk/views/mine/").status_code == 200
    verbs = Event.objects.about(dora).values_list("verb", flat=True)
    assert list(verbs) == ["retired", "reinstated"]


@pytest.mark.parametrize("path", ["", "new/", "1/"])
def test_the_portals_right_alone_does_not_open_them(at_desk, dora, path):
    dora.may_set = True
    dora.save()
    assert at_desk(dora).get(f"/desk/settings/agents/{path}").status_code == 403


def test_a_members_account_is_no_agents_page(settings_desk, entered, alice):
    entered(alice)
    user = User.objects.get(contact=alice)
    assert settings_desk.get(f"/desk/settings/agents/{user.pk}/").status_code == 404
    assert settings_desk.post(f"/desk/settings/agents/{user.pk}/return/").status_code == 404
    user.refresh_from_db()
    assert not user.is_agent


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_whatever_its_rows(settings_desk, rows, django_assert_num_queries):
    for number in range(rows - 1):
        User.objects.create_user(email=f"{number}@help.example", is_agent=True)
    with django_assert_num_queries(LIST):
        settings_desk.get("/desk/settings/agents/")
