import pytest

from loket.portals.models import Domain, Portal

pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    return Domain.objects.create(host="testserver")


def test_without_a_portal_the_front_page_leads_to_the_desk(client):
    response = client.get("/")
    assert (response.status_code, response["Location"]) == (302, "/desk/")


def test_with_one_portal_it_leads_there(client, home):
    Portal.objects.create(name="Support", slug="support", domain=home, is_on=True)
    assert client.get("/")["Location"] == "/support/"


@pytest.mark.parametrize("is_on", [True, False])
def test_with_two_or_none_that_is_on_it_leads_to_the_desk(client, home, is_on):
    for slug in ("support", "orders"):
        Portal.objects.create(name=slug, slug=slug, domain=home, is_on=is_on)
    assert client.get("/")["Location"] == "/desk/"


def test_on_a_customers_domain_the_desk_is_never_offered(client):
    Domain.objects.create(host="help.example.com")
    response = client.get("/", headers={"host": "help.example.com"})
    assert response.status_code == 404
    assert b"desk" not in response.content


def test_an_unknown_host_is_refused(client):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
