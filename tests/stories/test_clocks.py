"""What happens to a ticket's clocks as mails come and go: told with a turnable clock."""

from dataclasses import replace
from datetime import timedelta

import pytest

from maild.flow.keep_time import Change, keep_time
from maild.store.clocks import state_of
from tests.rulebook.desks import rulebook
from tests.stories.desk import Deferred, Desk

EVA = "Eva Lindqvist <eva@example.com>"
BOOK = rulebook("""
    calendars: {office: {timezone: Asia/Shanghai, hours: {mon-fri: 09:00-12:00 13:00-18:00}, holidays: CN}}
    sla:
      P1: {}
      P2: {}
      P4: {}
      P3: {calendar: office, acknowledge: 1h, first_response: 4h, resolution: 2bd, progress: {after: 4h, every: 2h}}
    timers:
      - {name: nudge, when: first_response 75%, notify: {lead: sla-warning}}
    """)


@pytest.fixture
def desk(store):
    return Desk(store, rulebook=lambda: BOOK)


def change(desk, number, **fields):
    """Do what an agent's command does."""
    before = desk.ticket(number)
    with desk.store.transaction():
        return keep_time(Change(before, replace(before, **fields)), desk.store, BOOK, desk.now)


def promises(desk):
    return {p.clock.name: p.state for p in desk.store.clocks.promises(desk.now)}


def clock(desk, name):
    return max((c for c in desk.store.clocks.of(1001) if c.name == name), key=lambda c: c.started_at)


def test_the_receipts_acceptance_keeps_the_first_promise_and_is_its_proof(desk):
    desk.mail(EVA)
    kept = clock(desk, "acknowledge")
    assert (kept.done_at, kept.proof, state_of(kept, desk.now)) == (desk.now, "250 2.0.0 Ok", "kept")
    assert promises(desk) == {"acknowledge": "kept", "first_response": "open", "resolution": "open", "word": "open"}


def test_a_receipt_that_is_not_taken_in_time_is_a_broken_promise(desk):
    desk.answer = lambda _to: Deferred("421 later")
    desk.mail(EVA)
    desk.wait(hours=1, seconds=1)
    assert promises(desk)["acknowledge"] == "broken"


def test_a_receipt_that_comes_back_breaks_its_promise(desk):
    desk.mail(EVA)
    [receipt] = desk.sent()
    desk.mail(raw=bounce_of(desk, receipt))
    broken = clock(desk, "acknowledge")
    assert desk.ticket(1001).acknowledged_at is None
    assert broken.broken_at == desk.now
    assert "it came back: 5.1.1" in broken.why


def bounce_of(desk, receipt):
    return (
        "From: MAILER-DAEMON@mx.example.com\r\nTo: support@example.com\r\nSubject: Undelivered\r\n"
        "Message-ID: <b1@mx.example.com>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.com\r\n\r\n"
        "Final-Recipient: rfc822; eva@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822-headers\r\n\r\nMessage-ID: {receipt.message_id}\r\n\r\n--b--\r\n"
    ).encode()


def test_a_pending_ticket_goes_on_when_its_requester_writes_and_the_history_says_so(desk):
    desk.mail(EVA)
    [receipt] = desk.sent()
    due = desk.ticket(1001).resolution_due
    change(desk, 1001, status="pending")
    assert desk.store.clocks.next_due() is None
    desk.wait(hours=2)
    desk.wait(days=1)
    desk.reply(receipt, "It is a laptop.\n")
    assert desk.ticket(1001).resolution_due > due
    assert any(text.startswith("first_response_due:") for kind, text in desk.history(1001) if kind == "change")
    assert desk.store.clocks.next_due() is not None


def test_a_reply_to_a_resolved_ticket_begins_its_promises_anew(desk):
    desk.mail(EVA)
    [receipt] = desk.sent()
    change(desk, 1001, status="resolved", resolved_at=desk.now, first_responded_at=desk.now)
    assert promises(desk)["resolution"] == "kept"
    desk.wait(days=1)
    desk.reply(receipt, "It is broken again.\n")
    ticket = desk.ticket(1001)
    assert (ticket.status, ticket.first_responded_at) == ("open", None)
    assert ticket.first_response_due == desk.now + timedelta(hours=5), "across the lunch hour"


def test_a_reply_that_changes_nothing_changes_no_clock(desk):
    desk.mail(EVA)
    [receipt] = desk.sent()
    before = desk.store.clocks.of(1001)
    desk.wait(minutes=10)
    desk.reply(receipt, "One thing more.\n")
    assert desk.store.clocks.of(1001) == before
