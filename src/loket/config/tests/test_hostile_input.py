"""Nothing that anybody can type, post or put into an address is a fault of ours (trap 34)."""

import itertools

import pytest

ODD = [
    "", "0", "-1", "9" * 30, "1e999", "NaN", "a" * 3000, "\x00", "\ud800", "é\u0301" * 200, "%00", "../../etc/passwd",
    "' OR 1=1 --", "<script>", "{{ 7|add:1 }}", "2026-02-31", "9999-12-31", "0001-01-01", "=1+1", "\u202eexe.txt", "[]",
]  # fmt: skip
NAMES = [
    "q", "sort", "status", "view", "after", "before", "createdate.from", "createdate.to", "subject.has",
    "hubspot_owner_id.is", "requested_by.has", "hs_pipeline_stage.is", "next", "whole", "state", "search", "write", "in",
]  # fmt: skip


def encoded(text):
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


@pytest.fixture
def both(portal, form, ticket, alice, dora, entered, at_desk):
    return [("/support/", entered(alice)), ("/desk/", at_desk(dora))]


def test_odd_addresses(both, ticket):
    paths = {
        "/support/": ["", "tickets.csv", f"tickets/{ticket.pk}/", f"tickets/{ticket.pk}/live/", "sign-in/"],
        "/desk/": ["views/all-open/", f"tickets/{ticket.pk}/", f"tickets/{ticket.pk}/live/", "outbox/", "sign-in/"],
    }
    for door, browser in both:
        for path, odd in itertools.product(paths[door], ODD):
            query = "&".join(f"{name}={encoded(odd)}" for name in NAMES)
            answer = browser.get(f"{door}{path}?{query}")
            assert answer.status_code < 500, f"{door}{path} {odd!r}"


def test_odd_numbers_and_names_in_paths(both):
    for door, browser in both:
        for odd in ["0", "9" * 18, "9" * 30, "%00", "%ED%A0%80", "%FF", "1.0", "١"]:
            for path in (
                "tickets/{}/",
                "tickets/{}/live/",
                "files/{}/x.txt",
                "files/1/{}",
                "new/{}/",
                "contacts/{}/",
                "{}",
            ):
                answer = browser.get(door + path.format(odd))
                assert answer.status_code < 500, f"{door}{path} {odd}"


def test_odd_forms(both, ticket):
    targets = {
        "/support/": [f"tickets/{ticket.pk}/replies/", "new/1/", "uploads/", "sign-in/", "password-reset/"],
        "/desk/": [
            f"tickets/{ticket.pk}/{noun}/"
            for noun in ("replies", "comments", "notes", "assignment", "status", "priority", "closure", "properties")
        ],
    }
    fields = ["text", "token", "upload", "subject", "content", "owner", "status", "priority", "login", "email", "files"]
    for door, browser in both:
        for path, odd in itertools.product(targets[door], ODD):
            body = "&".join(
                f"{name}={encoded(odd)}" for name in [*fields, "contact", "is_internal", "hs_ticket_priority"]
            )
            answer = browser.post(door + path, body, content_type="application/x-www-form-urlencoded")
            assert answer.status_code < 500, f"{door}{path} {odd!r}"
        for body, kind in (
            (b"x" * 100, "multipart/form-data"), (b"--b\r\nbroken", "multipart/form-data; boundary=b"),
            (b"{", "application/json"), (b"a=1&" * 3000, "application/x-www-form-urlencoded"),
            (b"a=%FF%FE", "application/x-www-form-urlencoded"),
        ):  # fmt: skip
            for path in targets[door]:
                answer = browser.post(door + path, body, content_type=kind)
                assert answer.status_code < 500, f"{door}{path} {kind}"


def test_odd_methods(both, ticket):
    for door, browser in both:
        for method in ("put", "patch", "delete", "options", "trace", "head"):
            for path in ("", f"tickets/{ticket.pk}/", f"tickets/{ticket.pk}/replies/", "sign-out/", "nothing/"):
                assert getattr(browser, method)(door + path).status_code < 500, f"{method} {door}{path}"
