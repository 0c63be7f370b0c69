"""C1, T2, T4–T8: the list. Filters and search have files of their own."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from loket.conversations import delivery
from loket.history.models import write_note
from loket.portal import listing
from loket.properties.catalogue import catalogue
from loket.properties.models import Definition
from loket.tickets.lists import SHOWABLE
from loket.tickets.models import ListPolicy, SightPolicy, Ticket, WordingPolicy


def subjects(response):
    """The subjects of a list page, in order."""
    found = response.content.decode().split('class="row-link" href="')[1:]
    return [part.split(">", 1)[1].split("</a>")[0] for part in found]


def columns(portal, *names, **more):
    return ListPolicy.of(portal).set({"columns": [{"name": name} | more for name in names]}, by=None)


def test_customers_see_their_own_and_their_companys_tickets(entered, file_ticket, alice, bob, charlie):
    for who in (alice, bob, charlie):
        file_ticket(who, f"{who.first_name}s request")
    assert subjects(entered(alice).get("/support/")) == ["Bobs request", "Alices request"]
    assert subjects(entered(charlie).get("/support/")) == ["Charlies request"]


def test_the_view_menu_narrows_to_ones_own(entered, file_ticket, alice, bob):
    file_ticket(alice, "Alices request")
    file_ticket(bob, "Bobs request")
    browser = entered(alice)
    page = browser.get("/support/").content.decode()
    assert page.index("Organization tickets") < page.index("Owned by me")
    assert subjects(browser.get("/support/?view=own")) == ["Alices request"]


def test_who_sees_only_their_own_gets_no_view_menu(entered, portal, ticket, alice):
    SightPolicy.of(portal).set({"sharing": "own"}, by=None)
    assert "Owned by me" not in entered(alice).get("/support/?view=company").content.decode()


def test_asking_for_ones_own_hides_nothing_where_there_is_no_menu(entered, portal, ticket, charlie):
    SightPolicy.of(portal).set({"sharing": "own"}, by=None)
    ticket.add_participant(charlie, by=charlie)
    assert subjects(entered(charlie).get("/support/?view=own")) == [ticket.subject]


def test_words_of_people_are_text_in_every_cell(entered, file_ticket, alice):
    alice.last_name = "<i>Example</i>"
    alice.save()
    file_ticket(alice, "<b>Fire</b>")
    page = entered(alice).get("/support/").content.decode()
    assert "&lt;b&gt;Fire&lt;/b&gt;" in page
    assert page.count("Alice &lt;i&gt;Example&lt;/i&gt;") >= 2
    assert "<b>Fire" not in page
    assert "<i>Example" not in page


def test_a_new_customer_is_told_what_to_do(entered, form, charlie, ticket):
    page = entered(charlie).get("/support/").content.decode()
    assert "Nothing here yet" in page
    assert f"/support/new/{form.pk}/" in page
    assert ticket.subject not in page


def test_the_recommended_columns_in_order(entered, ticket, alice):
    page = entered(alice).get("/support/").content.decode()
    heads = [part.split("</th>")[0] for part in page.split('<th scope="col"')[1:]]
    words = ["Subject", "Requested by", "Create date", "Ticket owner", "Last activity date", "Status"]
    assert [word in head for word, head in zip(words, heads, strict=True)] == [True] * 6
    assert 'aria-sort="descending"' in page


def test_own_columns_with_own_headings_and_custom_properties(entered, portal, alice, ticket, dora):
    Definition.objects.create(kind="ticket", name="seats", label="Seats", type="number")
    Definition.objects.create(kind="ticket", name="due", label="Due", type="date")
    ticket.change({"seats": "1200", "due": "2026-12-24", "hs_ticket_priority": "HIGH"}, by=dora)
    columns(portal, "hs_ticket_id", "seats", "due", "hs_ticket_priority", "content", heading={"en": "Own <b>words</b>"})
    page = entered(alice).get("/support/").content.decode()
    for word in (">1200<", "24 Dec 2026", "High", "It burns.", "Own &lt;b&gt;words"):
        assert word in page
    assert ticket.subject not in page, "it is no column"


@pytest.mark.parametrize("broken", [
    [{"name": "gone"}, {"name": "subject"}, {"name": ["x"]}, {}], [{"name": "subject", "heading": "x"}] * 30,
])  # fmt: skip
def test_broken_columns_are_left_out(entered, portal, ticket, alice, broken):
    ListPolicy.objects.create(portal=portal, columns=broken)
    page = entered(alice).get("/support/").content.decode()
    assert page.count('<th scope="col"') == 1
    assert ticket.subject in page


@pytest.mark.parametrize(
    "refused", [[], [{"name": "gone"}], [{"name": "subject"}] * 2, [{"name": f"c{n}"} for n in range(11)], "x"]
)
def test_columns_that_make_no_sense_are_not_saved(portal, refused):
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        ListPolicy.of(portal).set({"columns": refused}, by=None)


def test_tickets_go_by_the_portals_own_word(entered, portal, ticket, alice):
    WordingPolicy.of(portal).set({"singular": {"en": "Order"}, "plural": {"en": "Orders"}}, by=None)
    page = entered(alice).get("/support/").content.decode()
    for word in ("<h1>Orders</h1>", "Organization orders", "Search orders"):
        assert word in page


def test_the_newest_activity_comes_first_and_comments_do_not_count(entered, file_ticket, answer, alice, dora):
    first, _second = file_ticket(alice, "First"), file_ticket(alice, "Second")
    browser = entered(alice)
    delivery.comment(first.threads.get(), "Secret plan", by=dora)
    write_note(first, "Secret note", by=dora)
    first.assign(dora, by=dora)
    assert subjects(browser.get("/support/")) == ["Second", "First"]
    answer(first)
    assert subjects(browser.get("/support/")) == ["First", "Second"]


def test_no_internal_word_reaches_the_list(entered, portal, ticket, pipeline, alice, dora):
    delivery.comment(ticket.threads.get(), "Secretplan", by=dora)
    write_note(ticket, "Secretnote", by=dora)
    ticket.assign(dora, by=dora)
    status = pipeline.statuses.create(label="Fraudulent", position=7)
    ticket.move_to(status, by=dora)
    page = entered(alice).get("/support/").content.decode()
    assert "Dora" in page
    assert ">Open<" in page
    for word in ("Secretplan", "Secretnote", "Deskworth", dora.email, "Fraudulent", "Waiting"):
        assert word not in page


def test_under_an_alias_nothing_tells_agents_apart(entered, portal, ticket, alice, dora):
    ticket.assign(dora, by=dora)
    WordingPolicy.of(portal).set({"owner_name": "alias", "owner_alias": {"en": "The crew"}}, by=None)
    page = entered(alice).get("/support/?sort=hubspot_owner_id&hubspot_owner_id.is=Dora").content.decode()
    assert "The crew" in page
    assert "Dora" not in page
    assert "sort=hubspot_owner_id" not in page, "it is no head to sort by"
    assert ticket.subject in page, "neither sorted nor filtered by what is not shown"


def test_statuses_that_customers_know_by_one_name_are_one(entered, portal, file_ticket, pipeline, alice, dora):
    file_ticket(alice, "Suspected").move_to(
        pipeline.statuses.create(label="Fraudulent", customer_label={"en": "In progress"}, position=5), by=dora
    )
    file_ticket(alice, "Trusted").move_to(
        pipeline.statuses.create(label="Honest", customer_label={"en": "In progress"}, position=6), by=dora
    )
    WordingPolicy.of(portal).set({"shows_status_labels": True}, by=None)
    browser = entered(alice)
    response = browser.get("/support/?hs_pipeline_stage.is=In+progress")
    assert set(subjects(response)) == {"Suspected", "Trusted"}
    page = response.content.decode()
    assert page.count('<option value="In progress"') == 1
    assert "Fraudulent" not in page
    assert "Honest" not in page


def test_an_agent_who_left_keeps_the_name_that_was_shown(entered, ticket, alice, dora):
    ticket.assign(dora, by=dora)
    dora.is_active = False
    dora.save()
    assert ">Dora<" in entered(alice).get("/support/").content.decode()


def test_what_was_before_one_was_let_in_is_no_news(entered, ticket, bob, answer):
    browser = entered(bob)
    bob.memberships.update(granted_at=timezone.now())
    assert "is-unread" not in browser.get("/support/").content.decode()
    answer(ticket)
    assert "is-unread" in browser.get("/support/").content.decode()


def test_unread_until_read(entered, file_ticket, ticket, answer, alice, bob):
    browser = entered(alice)
    assert "is-unread" in browser.get("/support/").content.decode()
    browser.get(f"/support/tickets/{ticket.pk}/")
    assert "is-unread" in browser.get("/support/").content.decode(), "a GET writes nothing"
    browser.post(f"/support/tickets/{ticket.pk}/reading/")
    assert "is-unread" not in browser.get("/support/").content.decode()
    answer(ticket)
    assert "is-unread" in browser.get("/support/").content.decode()


def test_sorting_by_what_is_shown_and_nothing_else(entered, file_ticket, alice):
    for subject in ("b", "C", "a"):
        file_ticket(alice, subject)
    browser = entered(alice)
    assert subjects(browser.get("/support/?sort=subject")) == ["a", "b", "C"]
    assert subjects(browser.get("/support/?sort=-subject")) == ["C", "b", "a"]
    assert subjects(browser.get("/support/?sort=hs_lastactivitydate")) == ["b", "C", "a"]
    for nonsense in ("owner__password", "-owner__email", "content", "?", "-", "pk", "--subject", "hs_ticket_priority"):
        assert subjects(browser.get("/support/", {"sort": nonsense})) == ["a", "C", "b"]


def test_pages_hold_25_and_lead_to_and_fro(entered, file_ticket, alice, bob):
    for number in range(53):
        file_ticket([alice, bob][number % 2], f"No {number}")
    browser = entered(alice)
    for sort in ("", "subject", "-createdate", "hubspot_owner_id", "hs_pipeline_stage", "requested_by"):
        pages, address = [], f"/support/?sort={sort}"
        while address:
            response = browser.get(address)
            pages.append(subjects(response))
            address = link(response, "next")
        assert [len(page) for page in pages] == [25, 25, 3], sort
        assert len({subject for page in pages for subject in page}) == 53, sort
        back = browser.get(link(response, "prev"))
        assert subjects(back) == pages[1], sort
        assert subjects(browser.get(link(back, "prev"))) == pages[0], sort


def link(response, way):
    """The address of the pager's link, or ""."""
    import html

    parts = response.content.decode().split(f'rel="{way}" href="')
    return "/support/" + html.unescape(parts[1].split('"')[0]) if len(parts) > 1 else ""


@pytest.mark.parametrize("nonsense", [
    {"after": "nonsense"}, {"before": "."}, {"after": "WyJkYXRl:1:x"}, {"view": "all"}, {"status": "x"}, {"q": "'\"<b>"},
    {"after": "9" * 5000}, {"createdate.from": "yesterday"}, {"subject.has": "x" * 5000}, {"unknown": "1"},
    {"q": "x" * 5000}, {"hs_pipeline_stage.is": "3"}, {"createdate.to": "9999-12-31"}, {"createdate.from": "0001-01-01"},
])  # fmt: skip
def test_nonsense_in_the_address_is_no_fault(entered, ticket, alice, nonsense):
    assert entered(alice).get("/support/", nonsense).status_code == 200
    assert entered(alice).get("/support/tickets.csv", nonsense).status_code == 200


def test_a_cursor_of_another_sort_leads_to_the_first_page(entered, file_ticket, alice):
    for number in range(30):
        file_ticket(alice, f"{number:02}")
    browser = entered(alice)
    following = link(browser.get("/support/?sort=subject"), "next")
    assert subjects(browser.get(following.replace("sort=subject", "sort=-createdate")))[0] == "29"


def test_a_cursor_from_before_a_setting_changed_leads_to_the_first_page(entered, portal, file_ticket, alice):
    for number in range(30):
        file_ticket(alice, f"{number:02}")
    browser = entered(alice)
    for is_on in (True, False):
        following = link(browser.get("/support/?sort=hs_pipeline_stage"), "next")
        WordingPolicy.of(portal).set({"shows_status_labels": is_on}, by=None)
        answer = browser.get(following)
        assert answer.status_code == 200
        assert subjects(answer)[0] == "00"


def test_every_column_has_a_next_page(entered, file_ticket, alice):
    for number in range(30):
        file_ticket(alice, f"{number:02}")
    browser = entered(alice)
    for sort in ("subject", "requested_by", "-createdate", "hubspot_owner_id", "-hs_pipeline_stage"):
        page = browser.get(f"/support/?sort={sort}")
        assert {*subjects(page), *subjects(browser.get(link(page, "next")))} == {f"{n:02}" for n in range(30)}, sort


def test_the_last_modified_date_is_no_customers_to_see(entered, portal, ticket, alice):
    """It moves with every comment and note, so it tells of internal work (T6)."""
    policy = ListPolicy(portal=portal, columns=[{"name": "subject"}, {"name": "hs_lastmodifieddate"}])
    with pytest.raises(ValidationError):
        policy.clean()
    policy.save()
    browser = entered(alice)
    for address in ("", "tickets.csv", f"tickets/{ticket.pk}/", "?sort=hs_lastmodifieddate"):
        answer = browser.get(f"/support/{address}")
        assert "modified" not in answer.getvalue().decode().lower()
    hidden = browser.get("/support/?hs_lastmodifieddate.from=2999-01-01").content.decode()
    assert f">{ticket.subject}</a>" in hidden


def test_a_property_is_hidden_until_it_is_named_here(db):
    assert set(catalogue("ticket")) - SHOWABLE == {"hs_lastmodifieddate"}, (
        "decide for a new one, then name it here or there"
    )


@pytest.mark.parametrize("tickets", [1, 3])
def test_the_number_of_queries_does_not_grow(entered, file_ticket, alice, dora, django_assert_num_queries, tickets):
    for number in range(tickets):
        file_ticket(alice, f"No {number}").assign(dora, by=dora)
    browser = entered(alice)
    browser.get("/support/")  # what is the same for all is known from here on
    with django_assert_num_queries(8):
        browser.get("/support/")
    with django_assert_num_queries(11):  # what is in sight besides is asked for the filters' options, once for each way
        browser.get("/support/?hubspot_owner_id.is=Dora")


def test_too_many_to_sort_by_a_column_stay_by_last_activity_and_the_page_says_so(
    entered, file_ticket, alice, dora, monkeypatch
):
    monkeypatch.setattr(listing, "MOST_SORTED", 2)
    for subject in ("B", "A", "C"):
        file_ticket(alice, f"{subject}-ticket")
    browser = entered(alice)
    page = browser.get("/support/?sort=subject")
    assert "are too many to sort by this column" in page.content.decode()
    assert subjects(page) == ["C-ticket", "A-ticket", "B-ticket"]
    Ticket.objects.get(subject="C-ticket").close(by=dora)
    page = browser.get("/support/?sort=subject&status=open")
    assert "too many" not in page.content.decode() and subjects(page) == ["A-ticket", "B-ticket"]
    assert "too many" not in browser.get("/support/?sort=hs_lastactivitydate").content.decode()


def test_counts_of_all_open_and_closed(entered, file_ticket, alice, dora):
    for number in range(26):
        ticket = file_ticket(alice, f"No {number}")
        if number % 3 == 0:
            ticket.close(by=dora)
    browser = entered(alice)
    for address in ("/support/", "/support/?status=closed", "/support/?status=open"):
        page = browser.get(address).content.decode()
        found = [part.split("<")[0] for part in page.split('<span class="count">')[1:]]
        assert found == ["26", "17", "9"]


def test_counts_stop_at_999(entered, portal, ticket, alice, monkeypatch):
    monkeypatch.setattr("loket.portal.listing.MOST_COUNTED", 0)
    page = entered(alice).get("/support/?status=open").content.decode()
    assert '<span class="count">0+</span>' in page


def test_the_portals_name_is_in_the_tab(entered, ticket, alice):
    assert "<title>Acme Support</title>" in entered(alice).get("/support/").content.decode()
