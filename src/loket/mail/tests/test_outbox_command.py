import json
from io import StringIO

from django.core.management import call_command

from loket.mail.outbox import queue
from loket.mail.sender import send_due


def run(*arguments):
    out = StringIO()
    call_command("mail", "outbox", *arguments, stdout=out)
    return out.getvalue()


def test_the_outbox_as_json_is_newest_first(server, letter):
    server.answers["RCPT"] = lambda address: "550 no" if "bob" in address else None
    send_due()
    private = queue(to="bob@example.com", subject="Sign in", text="code 1", private=True)
    newest, oldest = json.loads(run("--json"))
    assert list(newest) == [
        "id", "message_id", "to", "subject", "state", "attempts", "error", "created_at", "sent_at", "about", "text"
    ]  # fmt: skip
    assert (newest["to"], newest["state"], newest["text"]) == ("bob@example.com", "queued", "code 1")
    assert newest["message_id"] == private.message_id
    assert (oldest["state"], oldest["attempts"], oldest["about"]) == ("sent", 1, None)
    assert oldest["sent_at"] > oldest["created_at"]
    assert len(json.loads(run("--json", "--limit", "1"))) == 1


def test_the_outbox_as_a_table_tells_what_went_wrong(server, letter, settings):
    server.answers["RCPT"] = lambda address: "550 nobody here"
    send_due()
    assert "alice@example.com" in run()
    assert "550 nobody here" in run()


def test_an_empty_outbox(db):
    assert run() == "No mail.\n"
    assert run("--json") == "[]\n"


def test_what_the_outbox_lists_takes_one_query(db, django_assert_num_queries):
    for count in (1, 3):
        for _ in range(count):
            queue(to="a@example.com", subject="x", text="x")
        with django_assert_num_queries(1):
            run("--json")
