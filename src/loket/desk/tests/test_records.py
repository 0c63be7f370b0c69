"""The record pages of contacts and companies."""

import pytest

from loket.access.models import grant
from loket.conversations import delivery
from loket.people.models import Company
from loket.properties.models import Definition

CONTACT, COMPANY = 23, 21


def test_a_contact_shows_properties_companies_tickets_and_what_was_said(
    desk, carol, acme, globex, portal, file_ticket, dora
):
    Definition.objects.create(kind="contact", name="shoe", label="Shoe size", type="number")
    carol.custom = {"shoe": "39"}
    carol.save()
    ticket = file_ticket(carol, "Carol’s ticket")
    delivery.reply(ticket.threads.get(), "Hello Carol", by=dora)
    grant(carol, portal, by=dora)
    page = desk.get(f"/desk/contacts/{carol.pk}/")
    words = page.content.decode()
    assert dict(page.context["properties"])["Shoe size"] == "39"
    assert "Carol’s ticket" in words
    assert "Hello Carol" in words
    assert "Dora Deskworth gave access to Acme Support" in words
    assert [str(each) for each in page.context["companies"]] == ["Acme", "Globex"]
    assert words.count("Primary</span>") == 1
    assert words.index("Globex") < words.index("Primary</span>")


def test_a_company_shows_people_tickets_and_what_was_said(desk, ticket, bob, carol, acme):
    acme.parent = Company.objects.create(name="World Inc")
    acme.save()
    page = desk.get(f"/desk/companies/{acme.pk}/")
    assert [each.first_name for each in page.context["contacts"]] == ["Alice", "Bob", "Carol"]
    assert page.content.decode().count("Primary</span>") == 2
    assert "World Inc" in page.content.decode()
    assert "It burns." in page.content.decode()


def test_the_newest_comes_first(desk, ticket, answer, alice):
    answer(ticket, "Later")
    page = desk.get(f"/desk/contacts/{alice.pk}/").content.decode()
    assert page.index("Later") < page.index("It burns.")


def test_a_contact_without_anything_says_so(desk, db):
    from loket.people.models import Contact

    contact = Contact.objects.create()
    page = desk.get(f"/desk/contacts/{contact.pk}/").content.decode()
    for words in ("In no company.", "No tickets.", "May enter no portal.", "Nothing yet"):
        assert words in page


@pytest.mark.parametrize("address", ["contacts/999/", "companies/999/", f"contacts/{'9' * 30}/"])
def test_a_record_that_is_not_there_is_not_found(desk, address):
    assert desk.get(f"/desk/{address}").status_code == 404


def test_names_are_never_markup(desk, ticket, alice, acme):
    alice.first_name = acme.name = "<script>alert(1)</script>"
    alice.save()
    acme.save()
    for address in (f"contacts/{alice.pk}/", f"companies/{acme.pk}/", f"tickets/{ticket.pk}/"):
        assert "<script>alert" not in desk.get(f"/desk/{address}").content.decode()


def test_a_customer_reads_no_record(entered, alice, acme, ticket, form):
    browser = entered(alice)
    browser.cookies["loket_desk"] = browser.cookies["loket_portal"].value
    for address in (f"contacts/{alice.pk}/", f"companies/{acme.pk}/"):
        assert browser.get(f"/desk/{address}").status_code == 302


@pytest.mark.parametrize("rows", [1, 3])
def test_a_record_takes_the_same_queries_whatever_it_holds(
    desk, file_ticket, alice, acme, answer, rows, django_assert_num_queries
):
    for number in range(rows):
        answer(file_ticket(alice, f"Ticket {number}"))
    desk.get(f"/desk/contacts/{alice.pk}/")
    with django_assert_num_queries(CONTACT):
        desk.get(f"/desk/contacts/{alice.pk}/")
    with django_assert_num_queries(COMPANY):
        desk.get(f"/desk/companies/{acme.pk}/")
