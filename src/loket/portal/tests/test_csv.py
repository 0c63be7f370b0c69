"""C3: the export is the current view, whole."""

import csv
import io
import tracemalloc
from types import SimpleNamespace

import pytest
from django.utils import translation

from loket.conversations import delivery
from loket.portal import export
from loket.properties.models import Definition
from loket.tickets.models import ListPolicy, WordingPolicy


def table(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_the_file_is_utf8_with_a_mark_and_rfc4180(entered, file_ticket, alice):
    file_ticket(alice, 'Crème "brûlée", burnt')
    response = entered(alice).get("/support/tickets.csv")
    raw = b"".join(response.streaming_content)
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.decode("utf-8-sig").split("\r\n")[1].startswith('"Crème ""brûlée"", burnt",Alice Example,')
    assert raw.endswith(b"\r\n")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="Tickets 20')


def test_exactly_the_current_view_all_its_pages_in_its_order(
    entered, file_ticket, alice, bob, charlie, dora, monkeypatch
):
    monkeypatch.setattr("loket.portal.export.CHUNK", 7)
    for number in range(40):
        ticket = file_ticket([alice, bob][number % 2], f"Order {number:02}")
        if number % 4 == 0:
            ticket.close(by=dora)
    file_ticket(charlie, "Order of a stranger")
    file_ticket(alice, "Something else")
    browser = entered(alice)
    view = "?view=own&status=closed&subject.has=order&sort=-subject"
    rows = table(browser.get(f"/support/tickets.csv{view}"))
    assert [row[0] for row in rows] == ["Subject", *(f"Order {number:02}" for number in range(36, -1, -4))]
    page = browser.get(f"/support/{view}").content.decode()
    assert page.index("Order 36") < page.index("Order 00")
    assert f'href="/support/tickets.csv{view.replace("&", "&amp;")}' in page or "tickets.csv?" in page
    assert len(table(browser.get("/support/tickets.csv"))) == 42


def test_a_search_is_exported_too(entered, file_ticket, alice):
    file_ticket(alice, "Espresso", "Too cold")
    file_ticket(alice, "Filter", "Too hot")
    assert [row[0] for row in table(entered(alice).get("/support/tickets.csv?q=cold"))] == ["Subject", "Espresso"]


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1", "=cmd|' /C calc'!A0", '"=1"'])
def test_no_cell_is_a_formula_headings_neither(entered, portal, file_ticket, alice, formula):
    file_ticket(alice, formula)
    ListPolicy.objects.create(portal=portal, columns=[{"name": "subject", "heading": {"en": "=HYPERLINK(1)"}}])
    head, row = table(entered(alice).get("/support/tickets.csv"))
    assert head == ["'=HYPERLINK(1)"]
    assert row[0].startswith("'")


def test_kinds_of_value(entered, portal, ticket, alice, dora):
    for name, kind in (("balance", "number"), ("due", "date"), ("seen", "datetime"), ("vip", "bool")):
        Definition.objects.create(kind="ticket", name=name, label=name, type=kind)
    ticket.change({"balance": "-12.50", "due": "2026-12-24", "seen": "2026-11-23T14:30", "vip": "true"}, by=dora)
    names = ["hs_ticket_id", "balance", "due", "seen", "vip", "hs_ticket_priority", "content"]
    ListPolicy.objects.create(portal=portal, columns=[{"name": name} for name in names])
    row = table(entered(alice).get("/support/tickets.csv"))[1]
    assert row == [str(ticket.pk), "-12.5", "2026-12-24", "2026-11-23 14:30:00", "Yes", "", "It burns."]


def test_the_words_are_the_portals_language_and_names(entered, portal, ticket, alice, monkeypatch):
    portal.domain.language = "nl"
    portal.domain.save()
    WordingPolicy.of(portal).set({"plural": {"nl": "Bestellingen"}}, by=None)
    ListPolicy.objects.create(portal=portal, columns=[{"name": "hs_pipeline_stage", "heading": {"nl": "Stand"}}])
    monkeypatch.setattr("loket.tickets.policies.STATES", (("open", LanguageTold()), ("closed", "x")))
    with translation.override("en"):
        response = entered(alice).get("/support/tickets.csv")
        assert table(response) == [["Stand"], ["nl"]]
    assert 'filename="Bestellingen' in response.headers["Content-Disposition"]


class LanguageTold:
    """A label that tells the language it is asked in."""

    def __str__(self):
        return translation.get_language()


def test_no_internal_word_is_exported(entered, ticket, answer, pipeline, alice, dora):
    answer(ticket)
    ticket.assign(dora, by=dora)
    delivery.comment(ticket.threads.get(), "Secretplan", by=dora)
    ticket.move_to(pipeline.statuses.create(label="Fraudulent", position=7), by=dora)
    text = str(table(entered(alice).get("/support/tickets.csv")))
    assert "'Dora'" in text
    assert "'Open'" in text
    for word in ("Secretplan", "Deskworth", dora.email, "Fraudulent"):
        assert word not in text


def test_charlie_exports_nothing_of_alices(entered, ticket, charlie):
    assert len(table(entered(charlie).get("/support/tickets.csv"))) == 1


def test_each_part_goes_through_sight_again(entered, file_ticket, alice, monkeypatch):
    monkeypatch.setattr("loket.portal.export.CHUNK", 5)
    tickets = [file_ticket(alice, f"No {number}") for number in range(20)]
    stream = entered(alice).get("/support/tickets.csv").streaming_content
    text = next(stream) + next(stream)
    for ticket in tickets:
        ticket.dissociate_contact(alice, by=None)
        ticket.dissociate_company(alice.primary_company, by=None)
    text += b"".join(stream)
    assert text.decode().count("No ") == 5


def test_memory_does_not_grow_with_the_rows():
    def peak(count):
        column = SimpleNamespace(heading="Subject", writer=lambda: str)
        lines = (SimpleNamespace(values=[f"Subject {number}"]) for number in range(count))
        tracemalloc.start()
        for _part in export.as_csv(SimpleNamespace(columns=[column], walk=lambda chunk: lines)):
            pass
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    assert peak(20_000) < 1.2 * peak(4_000)
