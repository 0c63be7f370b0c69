"""Log lines: one happening is one line, with the request's id and without what people write (R3, trap 39)."""

import io
import json
import logging

import pytest
from django.core.signals import got_request_exception
from django.db import DataError

from loket.config import logs
from loket.tickets.visibility import Sight

FORGED = "x\r\n2026-01-01 ERROR - loket root signed in\u2028\x1b[2J\u202e"


@pytest.fixture
def lines():
    """What the console gets, in both forms: ``lines("json")`` or ``lines("lines")`` gives a list."""
    streams, handlers = {}, []
    for form in ("json", "lines"):
        streams[form] = io.StringIO()
        handler = logging.StreamHandler(streams[form])
        handler.setFormatter(logs.settings(form, "INFO")["formatters"]["ours"]["()"]())
        handlers.append(handler)
        logging.getLogger().addHandler(handler)
    yield lambda form: streams[form].getvalue().splitlines()
    for handler in handlers:
        logging.getLogger().removeHandler(handler)


def entries(lines):
    return [json.loads(line) for line in lines("json")]


@pytest.mark.django_db
def test_an_answer_is_one_line_with_route_and_request_and_without_what_was_asked(lines, entered, alice, ticket):
    browser = entered(alice)
    before = len(entries(lines))
    response = browser.get(f"/support/tickets/{ticket.pk}/?q=my+illness", headers={"user-agent": FORGED})
    [entry] = entries(lines)[before:]
    told = {"door": "portal", "method": "GET", "route": "/support/tickets/<int:pk>/", "status": 200}
    assert told.items() <= entry.items()
    assert entry["request"] == response.headers["X-Request-ID"]
    assert "illness" not in str(entry) and "root" not in str(entry)
    assert f"{entry['request']} loket.requests answered door=portal" in lines("lines")[before]


@pytest.mark.django_db
def test_a_link_with_a_secret_is_not_logged_when_it_leads_nowhere(lines, portal, client):
    assert client.get("/support/password-reset/key/2-s3cr3t/more/").status_code == 404
    assert any("Not Found: /support/…" in entry["message"] for entry in entries(lines))
    assert "s3cr3t" not in str(lines("json") + lines("lines"))


@pytest.mark.django_db
def test_a_fault_is_told_by_kind_and_place_without_the_row_that_it_quotes(lines, entered, alice, ticket, monkeypatch):
    browser, row = entered(alice), "(7, my illness)" + FORGED

    def fail(*args, **kwargs):
        raise DataError(row)

    monkeypatch.setattr(Sight, "rows", fail)
    browser.raise_request_exception = False
    got_request_exception.disconnect(browser.store_exc_info)
    assert browser.get("/support/").status_code == 500
    fault = next(entry for entry in entries(lines) if entry["level"] == "ERROR")
    assert fault["error"] == "DataError"
    assert "in tickets" in fault["places"]
    assert fault["request"]
    assert "illness" not in str(lines("json") + lines("lines"))
    assert any("(DataError)" in line for line in lines("lines"))


def test_words_from_outside_cannot_begin_a_line_or_turn_it_round(lines):
    logging.getLogger("loket").warning("Subject: %s", FORGED, extra={"told": {"agent": FORGED}})
    assert len(lines("json")) == len(lines("lines")) == 1
    for sign in ("\r", "\u2028", "\x1b", "\u202e"):
        assert sign not in lines("lines")[0]
        assert sign not in entries(lines)[0]["message"]
        assert sign not in entries(lines)[0]["agent"]
    assert r"x\r\n2026" in lines("lines")[0]


@pytest.mark.parametrize(("behind", "given", "is_taken"), [
    (True, "a1b2c3d4e5", True), (True, "x\nERROR forged", False), (True, "short", False), (False, "a1b2c3d4e5", False),
])  # fmt: skip
def test_a_request_keeps_the_id_that_our_own_proxy_gave(client, settings, behind, given, is_taken):
    settings.IS_BEHIND_PROXY = behind
    answer = client.get("/healthz", headers={"x-request-id": given})
    assert (answer.headers["X-Request-ID"] == given) is is_taken
    assert len(answer.headers["X-Request-ID"]) >= 8
