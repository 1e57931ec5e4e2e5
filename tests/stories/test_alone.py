"""What `maild test` says that fires is what the daemon lets fire, also where one timer leads to another."""

from dataclasses import replace
from datetime import timedelta

import pytest

from maild.flow.keep_time import Change, keep_time
from maild.flow.tick import tick
from maild.rulebook.selftest import run
from tests.rulebook.desks import rulebook
from tests.stories.desk import START, Desk

BOOK = """
    calendars: {office: {timezone: Asia/Shanghai, hours: {mon-fri: 09:00-18:00}, holidays: CN}}
    agents:
      li: {name: Li, email: li@example.com}
      noor: {name: Noor, email: noor@example.com}
    queues:
      helpdesk: {agents: [li], assign: least-open, lead: li, escalate: {to: network}}
      network: {agents: [noor], assign: round-robin}
    sla:
      P1: {first_response: 1h, resolution: 2h, progress: {after: 1h, every: 1h}}
      P2: {}
      P3: {acknowledge: 1h, first_response: 4h, resolution: 3bd, progress: {after: 4h, every: 2h}}
      P4: {}
    timers:
      - {name: nudge, when: first_response 75%, notify: {assignee: sla-warning}}
      - {name: late, when: acknowledge 100%, notify: {lead: sla-breach}}
      - {name: up, when: first_response 150%, set: {priority: P1}}
      - {name: overrun, when: resolution 100%, notify: {lead: sla-breach}}
      - {name: double, when: resolution 200%, notify: {lead: sla-breach}}
      - {name: chase, when: pending 1bd, notify: {requester: reminder}}
      - {name: give up, when: pending 2bd, set: {status: resolved}}
      - {name: close, when: resolved 1bd, set: {status: closed}}
      - {name: never, when: resolved 2bd, notify: {lead: sla-breach}}
    tests:
      - {name: it, at: 2026-11-18 10:00, mail: {from: eva@example.com, subject: VPN}, AFTER, expect: {fired: []}}
    """


@pytest.mark.parametrize("status", ["new", "open", "pending", "resolved"])
@pytest.mark.parametrize("hours", [3, 5, 7, 30, 200])
def test_a_test_lets_fire_what_the_daemon_does(store, status, hours):
    said = f"after: {hours}h" + (f", status: {status}" if status != "new" else "")
    book = rulebook(BOOK.replace("AFTER", said))
    [result] = run(book)
    desk = Desk(store, rulebook=lambda: book)
    while tick(store, desk.context, desk.now).anything:
        pass
    desk.mail("eva@example.com", "VPN")
    if status != "new":
        before = desk.ticket(1001)
        after = replace(before, status=status, resolved_at=desk.now if status == "resolved" else None)
        with store.transaction():
            keep_time(Change(before, after), store, book, desk.now)
    end = START + timedelta(hours=hours)
    while (due := store.clocks.next_due()) and due <= end:
        desk.now = due
        tick(store, desk.context, desk.now)
        desk.send()
    fired = {name for _, name, _ in store.clocks.fired() if not name.startswith("maild:")}
    assert {timer.name for timer in result.fired} == fired


def test_timers_that_wake_each_other_for_ever_come_to_an_end():
    book = rulebook("""
        calendars: {always: {timezone: UTC, hours: {mon-sun: 00:00-24:00}}}
        timers:
          - {name: there, when: pending 1m, set: {status: resolved}}
          - {name: back, when: resolved 1m, set: {status: pending}}
        tests:
          - {name: it, at: 2026-11-18 10:00, mail: {from: eva@example.com}, status: pending, after: 700h,
             expect: {fired: [there, back]}}
        """)
    assert [result.passed for result in run(book)] == [True]
