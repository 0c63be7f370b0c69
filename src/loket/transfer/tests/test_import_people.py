import pytest

from loket.access.models import grant
from loket.history.models import Event
from loket.people.models import Company, Contact
from loket.properties.models import Definition

COMPANIES = """
    "Record ID","Company name","Company Domain Name","City","Country/Region","Parent Company","Industry"
    "9001","Acme","https://www.ACME.example/","Utrecht","Netherlands","9002","Rockets"
    "9002","Acme Holding","","","","",""
"""
CONTACTS = """
    "Record ID","First Name","Last Name","Email","Preferred language","Associated Company IDs","Associated Company"
    "101","Alice","Example","Alice@Example.COM","Dutch","9001","Acme"
    "102","Bob","Example","bob@example.com","","9001;9002","Acme;Acme Holding"
"""


@pytest.fixture
def people(write):
    return write("contacts.csv", CONTACTS), write("companies.csv", COMPANIES)


def counts(created=0, updated=0, unchanged=0, refused=0):
    return {"created": created, "updated": updated, "unchanged": unchanged, "refused": refused}


def test_companies_come_before_their_contacts_whatever_the_order_of_the_files(people, imports):
    report = imports(*people)
    assert (report["code"], report["companies"], report["contacts"]) == (0, counts(created=2), counts(created=2))
    acme, holding = Company.objects.order_by("hubspot_id")
    assert (acme.name, acme.domain, acme.city, acme.country) == ("Acme", "www.acme.example", "Utrecht", "Netherlands")
    assert acme.parent == holding
    alice, bob = Contact.objects.order_by("hubspot_id")
    assert (alice.email, alice.name, alice.language) == ("alice@example.com", "Alice Example", "nl")
    assert alice.primary_company == acme
    assert set(bob.companies.all()) == {acme, holding} and bob.primary_company == acme
    assert set(Event.objects.values_list("verb", flat=True)) == {"imported"}
    assert report["ignored_columns"] == {people[1]: ["Industry"]}


def test_the_same_files_again_change_nothing(people, imports):
    imports(*people)
    report = imports(*people)
    assert report["contacts"] == report["companies"] == counts(unchanged=2)
    assert (Contact.objects.count(), Company.objects.count(), Event.objects.count()) == (2, 2, 4)


def test_a_changed_value_is_updated_and_stands_in_the_history(people, imports, write):
    imports(*people)
    changed = write("again.csv", CONTACTS.replace('"Alice","Example"', '"Alicia",""'))
    assert imports(changed)["contacts"] == counts(updated=1, unchanged=1)
    alice = Contact.objects.get(hubspot_id=101)
    assert alice.name == "Alicia Example"  # an empty cell empties nothing
    assert Event.objects.about(alice).last().details == {"firstname": ["Alice", "Alicia"]}


def test_a_contact_who_is_here_already_is_found_by_address(alice, imports, write):
    file = write("contacts.csv", "Record ID,First Name,Email\n7,Alicia,ALICE@example.com")
    assert imports(file)["contacts"] == counts(updated=1)
    alice.refresh_from_db()
    assert (alice.first_name, alice.hubspot_id) == ("Alicia", 7)
    assert alice.primary_company.name == "Acme"


def test_primary_columns_decide_which_company_is_primary(people, imports, write):
    imports(*people)
    file = write(
        "contacts.csv",
        """
        Email,Associated Company IDs,Associated Company IDs (Primary)
        bob@example.com,9001;9002,9002
        """,
    )
    assert imports(file)["contacts"] == counts(updated=1)
    assert Contact.objects.get(email="bob@example.com").primary_company.name == "Acme Holding"


def test_what_a_contact_typed_as_company_makes_them_no_member_of_it(acme, imports, write):
    report = imports(write("contacts.csv", "Email,First Name,Company Name\nmallory@example.com,Mallory,Acme"))
    assert report["ignored_columns"].popitem()[1] == ["Company Name"]
    assert Contact.objects.get().primary_company is None


def test_a_company_is_found_by_name_unless_two_are_called_so(acme, globex, imports, write, reasons):
    Company.objects.create(name="Globex", domain="other.example")
    file = write(
        "contacts.csv",
        """
        Email,Associated Company
        alice@example.com,Acme
        bob@example.com,Globex
        carol@example.com,Hooli
        """,
    )
    report = imports(file)
    assert Contact.objects.get(email="alice@example.com").primary_company == acme
    assert Contact.objects.filter(primary_company=None).count() == 2
    assert reasons(report) == [
        "contacts.csv:3: warning: 2 companies are called “Globex”; imported without",
        "contacts.csv:4: warning: there is no company with “Hooli”; imported without",
    ]
    assert report["code"] == 0


def test_an_unknown_record_id_is_no_company_whatever_its_name(acme, globex, imports, write, reasons):
    type(acme).objects.filter(pk=acme.pk).update(hubspot_id=9001)
    file = write(
        "contacts.csv",
        """
        Email,Associated Company IDs,Associated Company
        alice@example.com,9999,Acme
        bob@example.com,8888,Globex
        """,
    )
    report = imports(file)
    assert not Contact.objects.get(email="alice@example.com").companies.exists()
    assert not Contact.objects.get(email="bob@example.com").companies.exists()
    assert reasons(report) == [
        "contacts.csv:2: warning: there is no company with record ID 9999; imported without",
        "contacts.csv:3: warning: there is no company with record ID 8888; imported without",
    ]


def test_refused_rows_are_told_and_the_others_imported(imports, write, reasons):
    file = write(
        "contacts.csv",
        f"""
        Record ID,Email,First Name
        1,alice@example,Alice
        2,bob@example.com,{"B" * 151}
        1.2E+11,carol@example.com,Carol
        ,,Nobody
        4,charlie@example.com
        5,dora@example.com,Do\0ra
        6,erin@example.com,Erin
        7,erin@example.com,Erin's double
        """,
    )
    report = imports(file)
    assert report["code"] == 1
    assert report["contacts"] == counts(created=1, refused=7)
    assert Contact.objects.get().hubspot_id == 6
    assert reasons(report) == [
        "contacts.csv:2: refused: “alice@example” is not an e-mail address.",
        "contacts.csv:3: refused: “First name” has more than 150 characters",
        "contacts.csv:4: refused: “1.2E+11” is no record ID; spreadsheet programs shorten long numbers.",
        "contacts.csv:5: refused: it has neither an e-mail address nor a record ID",
        "contacts.csv:6: refused: 2 columns, where the headings have 3",
        "contacts.csv:7: refused: it holds characters that cannot be stored",
        "contacts.csv:9: refused: the address erin@example.com belongs to another contact",
    ]


def test_a_company_export_may_name_domains_only(imports, write):
    assert imports(write("companies.csv", "Record ID,Company Domain Name\n1,acme.example"))["companies"]["created"] == 1
    assert Company.objects.get().name == "acme.example"


def test_the_address_of_somebody_with_an_account_stays(alice, portal, imports, write, reasons):
    grant(alice, portal, by=None)
    Contact.objects.filter(pk=alice.pk).update(hubspot_id=101)
    report = imports(write("contacts.csv", "Record ID,Email,First Name\n101,new@example.com,Alicia"))
    alice.refresh_from_db()
    assert (alice.email, alice.first_name) == ("alice@example.com", "Alicia")
    assert "has an account" in reasons(report)[0]


def test_custom_properties_are_found_by_label_or_name(imports, write):
    tiers = [{"value": "g", "label": "Gold"}, {"value": "s", "label": "Silver"}]
    for name, label, kind, options in [
        ("tier", "Tier", "choice", tiers),
        ("since", "Customer since", "date", []),
        ("vip", "VIP", "bool", []),
        ("seats", "Seats", "number", []),
    ]:
        Definition.objects.create(kind="contact", name=name, label=label, type=kind, options=options)
    file = write(
        "contacts.csv",
        """
        Email,TIER,Customer since,vip,Seats
        alice@example.com,Gold,31/12/2023,Ja,12.50
        bob@example.com,Lead,1/2/2024,false,x
        carol@example.com,Tin,1/2/2024,false,3
        """,
    )
    report = imports(file)
    alice, carol = Contact.objects.order_by("email")
    assert alice.custom == {"tier": "g", "since": "2023-12-31", "vip": "true", "seats": "12.5"}
    assert carol.custom == {"since": "2024-02-01", "vip": "false", "seats": "3"}
    assert [each["text"] for each in report["remarks"]] == [
        "“Lead” is no option of “Tier”; left as it was",
        "“Tin” is no option of “Tier”; left as it was",
    ]


def test_a_company_without_record_id_is_one_by_name_and_domain(imports, write):
    file = write(
        "companies.csv",
        """
        Company name,Company domain name,City
        Acme,acme.example,Utrecht
        Acme,acme.test,Delft
        ,hooli.example,
        ,,
        ,,Nowhere
        """,
    )
    assert imports(file)["companies"] == counts(created=3, refused=1)
    assert imports(file)["companies"] == counts(unchanged=3, refused=1)
    assert set(Company.objects.values_list("name", "city")) == {
        ("Acme", "Utrecht"), ("Acme", "Delft"), ("hooli.example", ""),
    }  # fmt: skip


@pytest.mark.parametrize("domain", ["", "acme.test"])
def test_a_company_of_the_same_name_is_another_one_unless_its_domain_is_equal(imports, write, acme, domain):
    report = imports(write("companies.csv", f"Record ID,Company name,Company domain name\n9009,Acme,{domain}"))
    assert report["companies"] == counts(created=1)
    acme.refresh_from_db()
    assert (acme.hubspot_id, acme.domain) == (None, "acme.example")
    imports(write("companies.csv", "Record ID,Company name,Company domain name\n9010,Acme,ACME.example"))
    acme.refresh_from_db()
    assert acme.hubspot_id == 9010


def test_a_row_that_only_names_a_known_company_is_refused(imports, write, acme, reasons):
    report = imports(write("companies.csv", "Company name,City\nAcme,Delft"))
    assert report["companies"] == counts(refused=1)
    assert "another company is called “Acme”" in reasons(report)[0]


def test_an_address_is_not_the_one_of_a_contact_with_another_record_id(imports, write, alice, pipeline, reasons):
    Contact.objects.filter(pk=alice.pk).update(hubspot_id=101)
    named = "Alice Example (alice@example.com)"
    file = write("tickets.csv", f"Ticket ID,Ticket name,Associated Contact IDs,Associated Contact\n1,A,999,{named}")
    assert "there is no contact with record ID 999" in reasons(imports(file))[0]
    assert not alice.tickets.exists()


def test_a_company_is_never_its_own_ancestor(imports, write, reasons):
    file = write(
        "companies.csv",
        """
        Record ID,Name,Parent Company
        1,Acme,Globex
        2,Globex,1
        3,Hooli,Hooli
        4,Umbrella,99
        """,
    )
    report = imports(file)
    assert report["companies"] == counts(created=4)
    assert Company.objects.get(name="Acme").parent.name == "Globex"
    assert Company.objects.filter(parent=None).count() == 3
    assert [line.partition(": ")[0] for line in reasons(report)] == [
        "companies.csv:3", "companies.csv:4", "companies.csv:5",
    ]  # fmt: skip
