"""R2: nothing is lost, nothing is sent twice but by a cut after the server took it."""

from datetime import timedelta
from email import message_from_bytes

import pytest
from django.db import connection
from django.utils import timezone

from loket.mail import smtp
from loket.mail.models import LEASE, PAUSES, Delivery, Outage, Pause
from loket.mail.outbox import queue
from loket.mail.sender import send_due
from loket.mail.tests.scripted import CUT, slowly


def states():
    return dict(Delivery.objects.values_list("address", "state"))


def ids(server):
    return [message_from_bytes(raw)["Message-ID"] for _, raw in server.taken]


def test_a_letter_arrives_as_it_was_written(server, letter):
    assert send_due() == 1
    assert server.taken == [(["alice@example.com"], bytes(letter.raw))]
    delivery = letter.deliveries.get()
    assert (delivery.state, delivery.attempts, delivery.error, delivery.leased_until) == ("sent", 1, "", None)
    assert delivery.sent_at <= timezone.now()
    assert send_due() == 0


def test_without_a_mail_server_mail_waits(settings, letter):
    settings.SMTP = None
    assert send_due() == 0
    assert letter.deliveries.get().attempts == 0


def test_a_batch_uses_one_connection_and_greets_with_the_public_name(server, db):
    for number in range(3):
        queue(to=f"p{number}@example.com", subject="x", text="x")
    assert send_due() == 3
    assert server.connections == 1
    assert server.commands[0] == "EHLO testserver"


def test_one_refused_recipient_of_three_fails_alone(server, db):
    queue(to=[f"{name}@example.com" for name in ("alice", "bob", "carol")], subject="x", text="x")
    server.answers["RCPT"] = lambda address: "550 5.1.1 no such\tbox" if "bob" in address else None
    send_due()
    assert states() == {"alice@example.com": "sent", "bob@example.com": "failed", "carol@example.com": "sent"}
    assert Delivery.objects.failed().get().error == "550 5.1.1 no such box"
    assert send_due() == 0
    assert len(server.taken) == 2


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "END"])
def test_a_temporary_no_waits_and_is_tried_again(server, letter, send_later, verb):
    server.script(verb, "451 4.3.0 try later")
    before = timezone.now()
    send_due()
    delivery = letter.deliveries.get()
    assert (delivery.state, delivery.attempts, delivery.error) == ("queued", 1, "451 4.3.0 try later")
    assert before + PAUSES[0] <= delivery.next_try_at <= timezone.now() + PAUSES[0]
    assert send_due() == 0
    send_later()
    assert states() == {"alice@example.com": "sent"}
    assert ids(server) == [letter.message_id]


@pytest.mark.parametrize("verb", ["DATA", "END"])
def test_a_letter_refused_for_its_content_has_failed(server, letter, verb):
    server.script(verb, "554 5.7.1 looks like spam")
    send_due()
    assert states() == {"alice@example.com": "failed"}


def test_a_refused_sender_is_the_administrators_to_mend(server, letter, send_later):
    server.script("MAIL", "550 not your domain")
    send_due()
    assert states() == {"alice@example.com": "queued"}
    send_later()
    assert states() == {"alice@example.com": "sent"}


@pytest.mark.parametrize("verb", ["DATA", "END"])
def test_421_in_the_middle_loses_nothing_and_stops_nobody(server, db, send_later, verb):
    for name in ("alice", "bob"):
        queue(to=f"{name}@example.com", subject="x", text="x")
    server.script(verb, "421 going down")
    send_due()
    assert states() == {"alice@example.com": "queued", "bob@example.com": "sent"}
    send_later()
    assert len(set(ids(server))) == len(server.taken) == 2


def test_a_connection_that_takes_one_letter_only_is_opened_anew(server, db):
    for name in ("alice", "bob"):
        queue(to=f"{name}@example.com", subject="x", text="x")
    server.script("MAIL", None, "421 one is enough")
    assert send_due() == 2
    assert server.connections == 2
    assert set(states().values()) == {"sent"}
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {1}


def test_a_connection_closed_behind_our_back_is_opened_anew(server, db):
    for name in ("alice", "bob"):
        queue(to=f"{name}@example.com", subject="x", text="x")
    server.script("MAIL", None, CUT)
    send_due()
    assert set(states().values()) == {"sent"}
    assert len(server.taken) == 2


def test_cut_before_the_message_is_taken(server, letter, send_later):
    server.script("END", CUT)
    send_due()
    assert states() == {"alice@example.com": "queued"}
    assert "may arrive twice" in letter.deliveries.get().error
    send_later()
    assert ids(server) == [letter.message_id]


def test_killed_between_the_last_250_and_the_mark_the_same_message_id_goes_twice(
    server, letter, send_later, monkeypatch
):
    with monkeypatch.context() as killed:
        killed.setattr(Delivery, "mark_sent", lambda delivery: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            send_due()
    assert send_due() == 0, "another worker must leave it alone while the lease lasts"
    send_later()
    assert ids(server) == [letter.message_id] * 2
    assert states() == {"alice@example.com": "sent"}


def test_killed_before_the_message_leaves_it_is_sent_once_after_the_lease(server, letter, monkeypatch):
    taken = Delivery.objects.lease(timezone.now())
    assert taken.leased_until > timezone.now()
    assert send_due() == 0
    later = timezone.now() + LEASE
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert send_due() == 1
    assert ids(server) == [letter.message_id]


def test_a_letter_that_kills_the_worker_each_time_is_given_up(server, letter, send_later):
    letter.deliveries.update(attempts=len(PAUSES) + 1)
    send_later()
    assert states() == {"alice@example.com": "failed"}
    assert not server.taken


def test_after_five_days_of_pauses_it_has_failed(server, letter, send_later):
    server.answers["RCPT"] = lambda address: "450 busy"
    for pause in PAUSES:
        before = timezone.now()
        send_later()
        assert before + pause <= letter.deliveries.get().next_try_at <= timezone.now() + pause
    assert timedelta(days=5) <= sum(PAUSES, timedelta()) < timedelta(days=5, hours=4)
    assert states() == {"alice@example.com": "queued"}
    send_later()
    assert states() == {"alice@example.com": "failed"}


def test_a_poison_letter_does_not_stop_the_next(server, db, caplog):
    poison = queue(to="alice@example.com", subject="secret words", text="x")
    poison.sender = "broken"
    poison.save()
    queue(to="bob@example.com", subject="x", text="x")
    send_due()
    assert states() == {"alice@example.com": "queued", "bob@example.com": "sent"}
    assert poison.deliveries.get().error == "A fault of our own: ValueError"
    assert "could not be sent" in caplog.text
    assert "secret words" not in caplog.text


def test_a_server_out_of_reach_makes_all_mail_wait_a_minute(server, db, settings):
    server.close()
    for name in ("alice", "bob"):
        queue(to=f"{name}@example.com", subject="x", text="x")
    assert send_due() == 0
    assert list(Delivery.objects.order_by("pk").values_list("attempts", flat=True)) == [1, 0]
    assert all(error.startswith("Cannot reach") for error in Delivery.objects.values_list("error", flat=True))
    assert not Delivery.objects.due(timezone.now()).exists()
    assert Delivery.objects.due(timezone.now() + PAUSES[0]).count() == 2


def test_a_refused_sign_in_tells_no_secret(server, letter, settings):
    settings.SMTP |= {"username": "loket", "password": "tr0ub4dor"}
    server.extensions.append("AUTH PLAIN")
    server.answers["AUTH"] = lambda argument: f"535 wrong: {argument} tr0ub4dor"
    send_due()
    assert letter.deliveries.get().error == "The mail server refused the sign-in (535)"
    assert any(command.startswith("AUTH") for command in server.commands)


def test_without_the_encryption_that_is_set_nothing_is_sent(server, letter, settings):
    settings.SMTP |= {"use_tls": True}
    send_due()
    assert not server.taken
    assert states() == {"alice@example.com": "queued"}
    assert "encryption" in letter.deliveries.get().error


def test_a_server_slower_than_the_time_out_gets_the_mail_once(server, letter, settings, monkeypatch):
    settings.SMTP |= {"timeout": 0.1}
    monkeypatch.setattr(smtp, "LOOK_EVERY", 0.05)
    server.answers["END"] = slowly(0.3, None)
    leases = []
    monkeypatch.setattr(Delivery, "renew", lambda delivery: leases.append(1) or True)
    send_due()
    assert len(leases) > 2, "the lease must be kept while the server thinks"
    assert states() == {"alice@example.com": "sent"}
    assert len(server.taken) == 1


def test_a_server_that_never_answers_is_given_up_for_now(server, letter, monkeypatch):
    monkeypatch.setattr(smtp, "LOOK_EVERY", 0.05)
    monkeypatch.setattr(smtp, "LONGEST_WAIT", 0.1)
    server.answers["END"] = slowly(0.5, CUT)
    send_due()
    assert states() == {"alice@example.com": "queued"}


def test_cancelled_in_the_last_moment_it_does_not_leave(server, letter):
    delivery = Delivery.objects.lease(timezone.now())
    letter.deliveries.get().cancel(by=None)
    assert not delivery.renew()
    assert send_due() == 0
    assert not server.taken


def test_a_lost_lease_stops_the_letter_before_it_leaves(server, letter, monkeypatch):
    monkeypatch.setattr(Delivery, "renew", lambda delivery: False)
    send_due()
    assert "MAIL" in " ".join(server.commands)
    assert "DATA" not in server.commands
    assert not server.taken


def test_lines_with_dots_arrive_as_they_were_written(server, db):
    letter = queue(to="alice@example.com", subject="x", text=".\n..\n.x\nend\n")
    assert b"\r\n.\r\n" in bytes(letter.raw)
    send_due()
    assert server.taken == [(["alice@example.com"], bytes(letter.raw))]


def test_a_lease_holds_although_the_next_try_is_due(letter):
    now = timezone.now()
    leased = Delivery.objects.lease(now)
    assert leased.next_try_at < leased.leased_until
    assert not Delivery.objects.due(leased.next_try_at).exists()
    assert Delivery.objects.due(leased.leased_until).exists()


def test_two_workers_never_take_the_same_delivery(letter):
    assert Delivery.objects.lease(timezone.now()).address == "alice@example.com"
    assert Delivery.objects.lease(timezone.now()) is None


def test_international_addresses(server, db):
    queue(to="Zoë <zoë@bücher.example>", subject="x", text="x")
    queue(to="info@bücher.example", subject="x", text="x")
    send_due()
    assert [recipients for recipients, _ in server.taken] == [
        ["zoë@xn--bcher-kva.example"],
        ["info@xn--bcher-kva.example"],
    ]
    mails = [command for command in server.commands if command.startswith("MAIL")]
    assert ["SMTPUTF8" in mail for mail in mails] == [True, False]
    assert "<zoë@xn--bcher-kva.example>".encode() in server.taken[0][1]


def test_a_server_without_smtputf8_refuses_only_such_addresses(server, db):
    server.extensions = []
    queue(to="zoë@example.com", subject="x", text="x")
    queue(to="bob@example.com", subject="x", text="x")
    send_due()
    assert states() == {"zoë@example.com": "failed", "bob@example.com": "sent"}


def test_what_is_due_is_read_from_its_index(db):
    plan = Delivery.objects.due(timezone.now()).explain()
    if connection.vendor == "sqlite":
        assert "delivery_due" in plan
    assert "delivery_due" in {index.name for index in Delivery._meta.indexes}


def test_an_outage_lasts_from_the_first_failure_to_the_first_success(server, letter, send_later):
    server.script("CONNECT", "421 not now", "421 not now")
    send_later()
    outage = Outage.objects.current()
    send_later()
    assert Outage.objects.get() == outage
    assert "421" in outage.error
    send_later()
    assert Outage.objects.current() is None
    assert len(server.taken) == 1


def test_nothing_is_sent_in_a_pause(server, letter, send_later):
    pause = Pause.objects.create(reason="restored")
    assert (send_later(), server.connections) == (0, 0)
    pause.end(by=None)
    assert (send_later(), len(server.taken)) == (1, 1)


def test_mail_that_waited_when_the_pause_began_can_be_dropped(server, letter, send_later):
    pause = Pause.objects.create(reason="restored")
    queue(to="bob@example.com", subject="Newer", text="Newer")
    pause.end(by=None, cancel_waiting=True)
    send_later()
    assert [recipients for recipients, _ in server.taken] == [["bob@example.com"]]
    assert letter.deliveries.get().state == "cancelled"


def test_a_server_that_greets_too_slowly_makes_mail_wait(server, letter, settings, send_later):
    settings.SMTP |= {"timeout": 0.1}
    server.answers["CONNECT"] = slowly(0.3, None)
    send_due()
    assert letter.deliveries.get().error.startswith("Cannot reach")
    server.answers.clear()
    send_later()
    assert ids(server) == [letter.message_id]


@pytest.mark.parametrize("said", ["220 go", "454 no TLS now", CUT])
def test_broken_encryption_sends_nothing_in_the_clear(server, letter, settings, said):
    settings.SMTP |= {"use_tls": True, "username": "loket", "password": "tr0ub4dor"}
    server.extensions += ["STARTTLS", "AUTH PLAIN"]
    server.answers["STARTTLS"] = lambda argument: said
    send_due()
    assert states() == {"alice@example.com": "queued"}
    assert not any(command.startswith(("AUTH", "MAIL")) for command in server.commands)


def test_a_letter_too_large_for_the_server_fails_alone(server, db):
    for name in ("alice", "bob"):
        queue(to=f"{name}@example.com", subject="x", text="x")
    server.script("END", "552 5.3.4 message too big")
    send_due()
    assert states() == {"alice@example.com": "failed", "bob@example.com": "sent"}
    assert Delivery.objects.failed().get().error == "552 5.3.4 message too big"


def test_one_refused_for_now_of_three_waits_alone_and_gets_no_second_message_id(server, db, send_later):
    queue(to=[f"{name}@example.com" for name in ("alice", "bob", "carol")], subject="x", text="x")
    refusals = ["452 box full"]
    server.answers["RCPT"] = lambda address: refusals.pop() if "bob" in address and refusals else None
    send_due()
    assert states() == {"alice@example.com": "sent", "bob@example.com": "queued", "carol@example.com": "sent"}
    send_later()
    assert set(states().values()) == {"sent"}
    assert len(set(ids(server))) == 1
