"""T4: one and the same set of tickets through every door of the portal, for each of the cast, under each rule."""

import csv
import io
import re
from collections import Counter

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from loket.conversations import delivery
from loket.conversations.models import Attachment, Message
from loket.files.models import File
from loket.mail.models import Letter
from loket.tickets.models import SightPolicy, Ticket

NOT_B = {"filterGroups": [{"filters": [{"propertyName": "subject", "operator": "NOT_CONTAINS_TOKEN", "value": "bob"}]}]}
BROKEN = {"filterGroups": [{"filters": [{"propertyName": "gone", "operator": "EQ", "value": "1"}]}]}
ALICES = {"filterGroups": [{"filters": [{"propertyName": "firstname", "operator": "EQ", "value": "Alice"}]}]}
RULES = {
    "company": ({"sharing": "company"}, {"alice": "abn", "bob": "abn", "carol": "c", "charlie": "hd"}),
    "own": ({"sharing": "own"}, {"alice": "an", "bob": "b", "carol": "c", "charlie": "hd"}),
    "filter": (
        {"sharing": "filter", "sharing_filter": ALICES},
        {"alice": "abn", "bob": "b", "carol": "c", "charlie": "hd"},
    ),
    "hidden": (
        {"sharing": "company", "visibility_filter": NOT_B},
        {"alice": "an", "bob": "an", "carol": "c", "charlie": "hd"},
    ),
    "broken": (
        {"sharing": "company", "visibility_filter": BROKEN},
        {"alice": "", "bob": "", "carol": "", "charlie": ""},
    ),
}


@pytest.fixture
def tickets(file_ticket, cast, dora):
    """a and n are Alice's (n is closed), b Bob's, c Carol's, h Charlie's; in d, of nobody's company, Charlie takes part.

    s lies in the spam and x in the bin; both are Alice's.
    """
    people = {"a": cast.alice, "n": cast.alice, "b": cast.bob, "c": cast.carol, "h": cast.charlie}
    people |= {"s": cast.alice, "x": cast.alice}
    made = {}
    for letter, who in people.items():
        token = File.objects.store(SimpleUploadedFile(f"file-{letter}.txt", b"words"), uploader=who).token
        made[letter] = file_ticket(who, f"Ticket {letter} of {who.first_name}", "The walrus sings", files=(token,))
    made["n"].close(by=dora)
    made["s"].mark_spam(by=dora)
    made["x"].discard(by=dora)
    made["d"] = file_ticket(cast.carol, "Ticket d", "The walrus sings")
    made["d"].dissociate_contact(cast.carol, by=None)
    made["d"].dissociate_company(cast.carol.primary_company, by=None)
    made["d"].add_participant(cast.charlie, by=None)
    return made


def by_list(browser, tickets):
    page = browser.get("/support/?status=all").content.decode()
    return re.findall(r'href="/support/tickets/(\d+)/"', page)


def by_csv(browser, tickets):
    text = b"".join(browser.get("/support/tickets.csv").streaming_content).decode("utf-8-sig")
    subjects = [row["Subject"] for row in csv.DictReader(io.StringIO(text))]
    return [ticket.pk for subject in subjects for ticket in tickets.values() if ticket.subject == subject]


def by_search(browser, tickets):
    page = browser.get("/support/?q=walrus").content.decode()
    return re.findall(r'href="/support/tickets/(\d+)/"', page)


def by_detail(browser, tickets):
    return [each.pk for each in tickets.values() if browser.get(f"/support/tickets/{each.pk}/").status_code == 200]


def by_live(browser, tickets):
    path = "/support/tickets/{}/live/?after=0"
    return [each.pk for each in tickets.values() if browser.get(path.format(each.pk)).status_code == 200]


def by_reading(browser, tickets):
    path = "/support/tickets/{}/reading/"
    return [each.pk for each in tickets.values() if browser.post(path.format(each.pk)).status_code != 404]


def by_reply(browser, tickets):
    """Empty replies: those in sight are told so beside the field."""
    path = "/support/tickets/{}/replies/"
    return [each.pk for each in tickets.values() if browser.post(path.format(each.pk), {"text": ""}).status_code != 404]


def by_files(browser, tickets):
    found = []
    for attachment in Attachment.objects.select_related("message__thread", "file"):
        if browser.get(f"/support/files/{attachment.pk}/{attachment.file.name}").status_code == 200:
            found.append(attachment.message.thread.ticket_id)
    return found


DOORS = [by_list, by_csv, by_search, by_detail, by_live, by_reading, by_reply]


@pytest.mark.parametrize("rule", RULES)
def test_one_and_the_same_set_through_every_door(rule, portal, tickets, cast, entered):
    settings, expected = RULES[rule]
    SightPolicy.of(portal).set({k: v for k, v in settings.items() if v is not BROKEN}, by=None)
    SightPolicy.objects.filter(portal=portal).update(**settings)
    for name, letters in expected.items():
        contact, browser = getattr(cast, name), entered(getattr(cast, name))
        wanted = Counter(tickets[letter].pk for letter in letters)
        assert Counter(Ticket.objects.visible_to(contact, portal).values_list("pk", flat=True)) == wanted
        for door in DOORS:
            assert Counter(map(int, door(browser, tickets))) == wanted, f"{name} {door.__name__}"
        seen = Message.objects.visible_to(contact, portal).values_list("thread__ticket", flat=True)
        assert set(seen) == set(wanted)
        with_file = {tickets[letter].pk for letter in letters if letter != "d"}
        assert set(by_files(browser, tickets)) == with_file, f"{name} files"


@pytest.mark.parametrize("rule", RULES)
def test_mails_go_only_to_those_who_see_the_ticket(rule, portal, tickets, cast, dora):
    settings, expected = RULES[rule]
    SightPolicy.objects.filter(portal=portal).update(**settings)
    for letter, ticket in tickets.items():
        if letter in "sx":
            continue  # not even an answer is taken: see test_removing.py
        Letter.objects.all().delete()
        delivery.reply(ticket.threads.get(), "An answer", by=dora)
        told = {each.partition("@")[0] for each in Letter.objects.values_list("to", flat=True)}
        assert told <= {name for name, letters in expected.items() if letter in letters}


def test_hidden_and_absent_answer_alike(portal, tickets, cast, entered):
    browser = entered(cast.charlie)
    for path in ("tickets/{}/", "tickets/{}/live/", "files/{}/file-a.txt", "files/{}/preview/file-a.txt"):
        number = Attachment.objects.get(message__thread__ticket=tickets["a"]).pk if "files" in path else tickets["a"].pk
        hidden, absent = (browser.get(f"/support/{path.format(pk)}") for pk in (number, 999_999))
        assert hidden.status_code == absent.status_code == 404
        assert hidden.content == absent.content
        assert set(hidden.headers) == set(absent.headers)
