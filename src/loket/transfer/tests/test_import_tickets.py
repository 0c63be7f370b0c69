from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command

from loket.conversations import documents
from loket.history.models import Event
from loket.mail.models import Delivery, Letter
from loket.people.models import Contact
from loket.tickets.models import Pipeline, Status, Ticket, TicketCompany, TicketContact

TICKETS = """
    "Ticket ID","Ticket name","Ticket description","Pipeline","Ticket status","Priority","Category","Source","Ticket owner","Create date","Close date","Last activity date","Associated Contact IDs","Associated Contact","Associated Company IDs","Associated Company"
    "501","Printer on fire","It burns.

    Really.","Support","Waiting","High","Product issue","Email","Dora Deskworth","2024-03-05 14:22","","2024-03-06 09:00","101;102","Alice Example (alice@example.com);Bob Example (bob@example.com)","9001","Acme"
    "502","Invoice is wrong","","Support","Closed","","Billing issue","Phone","Somebody Else","2024-03-05 14:22","2024-03-07 10:00","","","Bob Example (bob@example.com)","","Acme"
"""
DUTCH = """
    Ticket-ID;Ticketnaam;Ticketbeschrijving;Pijplijn;Ticketstatus;Prioriteit;Bron;Eigenaar van ticket;Aanmaakdatum;Sluitingsdatum;Gekoppeld contact;Gekoppeld bedrijf
    601;Café gesloten;Het café is dicht;Ondersteuning;Gesloten;Hoog;E-mail;dora@help.example;05-03-2024 14:22;06-03-2024 09:00;Alice Example (alice@example.com);Acme
    602;Vraag;Hoe?;Ondersteuning;Nieuw;Laag;Formulier;;05-03-2024 15:00;;;
    603;Klaar;;Ondersteuning;Afgehandeld;;;;07-03-2024;08-03-2024;;
"""


@pytest.fixture
def tickets(write):
    return write("tickets.csv", TICKETS)


@pytest.fixture
def known(alice, bob):
    """Alice is known by record id and address, Bob by address only, Acme by both."""
    Contact.objects.filter(pk=alice.pk).update(hubspot_id=101)
    type(alice.primary_company).objects.update(hubspot_id=9001)
    return alice, bob


def at(*numbers):
    return datetime(*numbers, tzinfo=UTC)


def test_a_ticket_comes_with_everything_it_had(tickets, imports, known, dora, pipeline):
    alice, bob = known
    report = imports(tickets)
    assert (report["code"], report["tickets"]["created"]) == (0, 2)
    ticket = Ticket.objects.get(hubspot_id=501)
    assert (ticket.subject, ticket.content) == ("Printer on fire", "It burns.\n\nReally.")
    assert (ticket.status.pipeline, ticket.status.label) == (pipeline, "Waiting")
    assert (ticket.priority, ticket.category, ticket.source) == ("HIGH", "PRODUCT_ISSUE", "EMAIL")
    assert (ticket.owner, ticket.requester, ticket.primary_company.name) == (dora, alice, "Acme")
    assert set(ticket.contacts.all()) == {alice, bob}
    assert (ticket.created_at, ticket.closed_at) == (at(2024, 3, 5, 14, 22), None)
    assert ticket.last_activity_at == at(2024, 3, 6, 9)
    assert not ticket.threads.exists()
    assert Event.objects.about(ticket).get().verb == "imported"


def test_a_closed_ticket_and_an_unknown_owner(tickets, imports, known, dora, pipeline):
    report = imports(tickets)
    ticket = Ticket.objects.get(hubspot_id=502)
    assert (ticket.closed_at, ticket.last_activity_at) == (at(2024, 3, 7, 10), at(2024, 3, 7, 10))
    assert (ticket.owner, ticket.requester, ticket.primary_company.name) == (None, known[1], "Acme")
    assert "“Somebody Else” is no agent here" in report["remarks"][0]["text"]


def test_association_rows_carry_the_sort_keys_of_their_ticket(tickets, imports, known, pipeline):
    imports(tickets)
    changed = TICKETS.replace('"Waiting"', '"Closed"').replace('"2024-03-06 09:00"', '"2024-04-01 09:00"')
    for text in (TICKETS, changed):
        with open(tickets, "w") as file:
            file.write(text.replace("\n    ", "\n").strip())
        imports(tickets)
        for rows in (TicketContact, TicketCompany):
            for row in rows.objects.select_related("ticket"):
                assert (row.last_activity_at, row.is_open) == (row.ticket.last_activity_at, not row.ticket.is_closed)
    assert TicketContact.objects.filter(is_open=False).count() == 3


def test_the_same_file_again_changes_nothing_and_a_changed_one_updates(
    tickets, imports, known, dora, write, found_by_agents
):
    imports(tickets)
    assert imports(tickets)["tickets"] == {"created": 0, "updated": 0, "unchanged": 2, "refused": 0}
    again = imports(write("again.csv", TICKETS.replace("It burns.", "It smokes.")))
    assert again["tickets"] == {"created": 0, "updated": 1, "unchanged": 1, "refused": 0}
    assert found_by_agents("smokes") == {Ticket.objects.get(hubspot_id=501).pk}
    assert found_by_agents("burns") == set()


def test_activity_since_the_export_stays_the_last_activity(tickets, imports, known, pipeline):
    imports(tickets)
    ticket = Ticket.objects.get(hubspot_id=501)
    ticket.touch(at(2025, 1, 1))
    imports(tickets)
    ticket.refresh_from_db()
    assert ticket.last_activity_at == at(2025, 1, 1)


def test_a_new_status_closes_the_ticket_and_stands_in_the_history(tickets, imports, known, pipeline, write):
    imports(tickets)
    changed = TICKETS.replace('"Waiting","High"', '"Closed","Low"').replace("2024-03-06 09:00", "2024-03-09 09:00")
    imports(write("again.csv", changed))
    ticket = Ticket.objects.get(hubspot_id=501)
    assert (ticket.is_closed, ticket.closed_at, ticket.last_activity_at) == (True, *[at(2024, 3, 9, 9)] * 2)
    assert Event.objects.about(ticket).last().details == {
        "hs_ticket_priority": ["HIGH", "LOW"],
        "hs_pipeline_stage": ["Waiting", "Closed"],
    }


def test_tickets_without_id_are_one_by_subject_and_create_date(imports, write, db, reasons):
    file = write(
        "tickets.csv",
        """
        Ticket name,Create date,Ticket status
        Printer,2024-03-05 14:22,New
        Printer,2024-03-06 14:22,New
        Printer,2024-03-05 14:22,Closed
        Printer,,New
        """,
    )
    report = imports(file)
    assert report["tickets"] == {"created": 2, "updated": 1, "unchanged": 0, "refused": 1}
    assert "neither a ticket ID nor a create date" in reasons(report)[0]
    assert imports(file)["tickets"]["created"] == 0
    assert Ticket.objects.count() == 2


WITHOUT_ID = "Ticket name,Create date,Ticket description,Associated Contact,Associated Company"


def test_two_people_who_wrote_the_same_in_one_minute_have_a_ticket_each(
    imports, write, pipeline, portal, alice, charlie
):
    file = write(
        "tickets.csv",
        f"""
        {WITHOUT_ID}
        Printer,2024-03-05 14:22,Alices words,alice@example.com,Acme
        Printer,2024-03-05 14:22,Charlies words,charlie@example.com,Initech
        Printer,2024-03-05 14:22,Nobodys words,,
        """,
    )
    assert imports(file)["tickets"]["created"] == 3
    assert imports(file)["tickets"]["unchanged"] == 3
    for who, words in ((alice, "Alices words"), (charlie, "Charlies words")):
        assert [each.content for each in Ticket.objects.visible_to(who, portal)] == [words]


def test_a_ticket_found_by_its_name_gets_nobody_new(imports, write, pipeline, portal, alice, charlie):
    line = "Printer,2024-03-05 14:22,Alices words,alice@example.com"
    imports(write("tickets.csv", f"{WITHOUT_ID}\n{line},Acme"))
    imports(write("more.csv", f"{WITHOUT_ID}\n{line};charlie@example.com,Initech"))
    imports(write("less.csv", f"{WITHOUT_ID}\n{line},"))
    first, second = Ticket.objects.order_by("pk")
    assert list(first.contacts.all()) == [alice]
    assert first not in Ticket.objects.visible_to(charlie, portal)
    assert second in Ticket.objects.visible_to(charlie, portal)


def test_a_row_with_an_unknown_name_is_not_taken_for_another_ticket(imports, write, pipeline, alice, reasons):
    file = write(
        "tickets.csv",
        f"""
        {WITHOUT_ID}
        Printer,2024-03-05 14:22,Alices words,alice@example.com,
        Printer,2024-03-05 14:22,Secret words,unknown@example.com,
        """,
    )
    report = imports(file)
    assert (report["tickets"]["created"], report["tickets"]["refused"]) == (1, 1)
    assert "another ticket has its name and create date" in reasons(report)[0]
    assert Ticket.objects.get().content == "Alices words"


def test_a_dutch_export_of_windows_with_semicolons(imports, write, known, dora):
    imports(write("tickets.csv", DUTCH, encoding="cp1252"))
    cafe, question, done = Ticket.objects.order_by("hubspot_id")
    assert (cafe.subject, cafe.priority, cafe.source, cafe.owner) == ("Café gesloten", "HIGH", "EMAIL", dora)
    assert (cafe.created_at, cafe.closed_at) == (at(2024, 3, 5, 14, 22), at(2024, 3, 6, 9))
    assert (cafe.requester, cafe.primary_company.name) == (known[0], "Acme")
    assert (question.source, question.is_closed) == ("FORM", False)
    assert done.closed_at == at(2024, 3, 8)
    statuses = Status.objects.filter(pipeline__name="Ondersteuning").values_list("label", "is_closed")
    assert list(statuses) == [("Nieuw", False), ("Gesloten", True), ("Afgehandeld", True)]


def test_internal_names_and_ids_of_hubspots_first_pipeline(imports, write, db):
    file = write(
        "tickets.csv",
        """
        hs_object_id\tsubject\ths_pipeline\ths_pipeline_stage\ths_ticket_priority\tcreatedate
        1\tPrinter\t0\t1\tHIGH\t1709648520000
        2\tPaper\t0\t4\t\t1709648520000
        """,
        encoding="utf-16",
    )
    imports(file)
    first, second = Ticket.objects.order_by("hubspot_id")
    assert (first.status.label, first.priority, first.created_at) == ("New", "HIGH", at(2024, 3, 5, 14, 22))
    assert (second.status.label, second.is_closed) == ("Closed", True)
    assert Pipeline.objects.get().name == "Support Pipeline"


def test_tickets_that_name_no_pipeline_go_where_told(imports, write, pipeline):
    imports(write("tickets.csv", "Ticket ID,Ticket name\n1,Printer"), "--pipeline", "Old tickets")
    assert Ticket.objects.get().status.pipeline.name == "Old tickets"
    imports(write("tickets.csv", "Ticket ID,Ticket name,Ticket status\n2,Paper,new (support)"))
    assert Ticket.objects.get(hubspot_id=2).status == pipeline.first_open()


def test_nobody_is_told(tickets, imports, known, dora):
    imports(tickets)
    assert Ticket.objects.count() == 2
    assert not Letter.objects.exists() and not Delivery.objects.exists()


def test_an_imported_contact_who_is_let_in_sees_their_tickets_and_charlie_does_not(
    tickets, imports, portal, pipeline, write, charlie
):
    contacts = write("contacts.csv", "Record ID,Email,First Name,Associated Company\n101,alice@example.com,Alice,Acme")
    companies = write("companies.csv", "Record ID,Company name\n9001,Acme")
    imports(tickets, contacts, companies)
    call_command("createmember", "alice@example.com", stdout=StringIO())
    alice = Contact.objects.get(email="alice@example.com")
    assert alice.memberships.exists()
    assert set(Ticket.objects.visible_to(alice, portal)) == set(Ticket.objects.all())
    assert not Ticket.objects.visible_to(charlie, portal).exists()


def test_an_imported_ticket_is_found_like_any_other(tickets, imports, known, pipeline, found_by_agents):
    imports(tickets)
    ticket = Ticket.objects.get(hubspot_id=501)
    document = documents.engine.Document.objects
    bulk = set(document.filter(record_id=ticket.pk).values_list("kind", "text", "words"))
    documents.index_ticket(ticket)
    assert set(document.filter(record_id=ticket.pk).values_list("kind", "text", "words")) == bulk
    assert found_by_agents("burns") == {ticket.pk}
    assert documents.engine.find("ticket", "burns", tokens=[f"contact:{known[0].pk}"]) == [ticket.pk]


def test_nobody_gets_a_ticket_because_of_a_name(imports, write, known, reasons):
    report = imports(write("tickets.csv", "Ticket ID,Ticket name,Associated Contact\n1,Printer,Alice Example"))
    assert not TicketContact.objects.exists()
    assert "there is no contact with “Alice Example”" in reasons(report)[0]


def test_a_pipeline_whose_name_cannot_be_stored_is_not_made(imports, write, pipeline):
    report = imports(write("tickets.csv", "Ticket ID,Ticket name,Pipeline,Ticket status\n1,Printer,Sup\0port,Ne\0w"))
    assert report["tickets"]["refused"] == 1
    assert Pipeline.objects.get() == pipeline


def test_refused_tickets(imports, write, pipeline, reasons):
    file = write(
        "tickets.csv",
        f"""
        Ticket ID,Ticket name,Ticket description,Create date,Associated Contact IDs
        1,,No name,2024-01-01,
        2,{"S" * 501},,2024-01-01,
        3,Text,{"T" * 65_537},2024-01-01,
        4,Date,,2024-02-30,
        5,Far,,2024-01-01 25:00,
        99999999999999999999,Huge,,2024-01-01,
        7,Unknown contact,,2024-01-01,999;x
        8,Unknown contact,,2024-01-01,999
        9,Never closed,"the end
        """,
    )
    report = imports(file)
    assert report["tickets"] == {"created": 1, "updated": 0, "unchanged": 0, "refused": 8}
    assert [line.partition(": ")[0].rpartition(":")[2] for line in reasons(report)] == list("23456789") + ["10"]
    assert reasons(report)[7] == ("tickets.csv:9: warning: there is no contact with record ID 999; imported without")
    assert "never closed" in reasons(report)[8]
