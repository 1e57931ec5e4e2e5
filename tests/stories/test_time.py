"""What time alone brings about: warnings, chases, closings, escalations and word to requesters, each once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from maild.flow.keep_time import Change, keep_time
from maild.flow.tick import tick
from maild.store.clocks import state_of
from tests.rulebook.desks import rulebook
from tests.stories.desk import Deferred, Desk, Sent

EVA = "Eva Lindqvist <eva@example.com>"
TEXT = """
    agents:
      li: {name: Li Jing, email: li.jing@example.com}
      ben: {name: Ben Ortiz, email: ben@example.com}
      noor: {name: Noor Haddad, email: noor@example.com}
      chief: {name: Head of IT, email: chief@example.com}
    calendars:
      office: {timezone: ZONE, hours: {mon-fri: 09:00-18:00}, holidays: HOLIDAYS}
      always: {timezone: UTC, hours: {mon-sun: 00:00-24:00}}
    sla:
      P1: {calendar: always, acknowledge: 15m, first_response: 30m, resolution: 4h, progress: {after: 1h, every: 1h}}
      P2: {}
      P3: {calendar: office, acknowledge: 1h, first_response: 4h, resolution: 3bd, progress: PROGRESS}
      P4: {}
    queues:
      helpdesk: {agents: [li], lead: chief, escalate: {after: ESCALATE, to: network}}
      network: {agents: [noor], assign: round-robin, lead: chief}
    rules:
      - {name: outage, when: {subject: outage}, set: {priority: P1}}
    timers:
      - {name: nudge, when: first_response 75%, notify: {assignee: sla-warning}}
      - {name: breach, when: first_response 100%, notify: {lead: sla-breach}}
      - {name: overrun, when: resolution 100%, notify: {lead: sla-breach}}
      - {name: chase, when: pending 2bd, notify: {requester: reminder}}
      - {name: close, when: resolved 3bd, set: {status: closed}}
    """


def book(zone="Asia/Shanghai", holidays="CN", progress="{after: 20h, every: 10h}", escalate="40h", text=TEXT):
    text = text.replace("ZONE", zone).replace("HOLIDAYS", holidays)
    return rulebook(text.replace("PROGRESS", progress).replace("ESCALATE", escalate))


def desk_of(store, at="2026-11-18 10:00", zone="Asia/Shanghai", **more):
    found = book(zone, **more)
    desk = Desk(store, rulebook=lambda: found)
    desk.now = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return desk


def until(desk, at, zone="Asia/Shanghai"):
    """Turn the clock to a moment and let fire what is due by then; give (notice, recipient) of what went out."""
    desk.now = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return fire(desk)


def fire(desk):
    while True:
        done = tick(desk.store, desk.context, desk.now)
        assert done.failed == []
        if not done.anything:
            break
    desk.send()
    return [(post.notice, post.to) for post in desk.sent()]


def change(desk, number=1001, word=False, **fields):
    """Do what an agent's command does."""
    before = desk.ticket(number)
    with desk.store.transaction():
        keep_time(Change(before, replace(before, **fields), word=word), desk.store, desk.context.rulebook(), desk.now)


def opened(desk, *mail):
    desk.mail(*(mail or (EVA,)))
    fire(desk)
    return desk


def fired(desk):
    return [name for _, name, _ in desk.store.clocks.fired() if not name.startswith("maild:")]


def test_a_warning_comes_before_the_breach_and_each_comes_once(store):
    desk = opened(desk_of(store))
    assert until(desk, "2026-11-18 12:59") == []
    assert until(desk, "2026-11-18 13:00") == [("sla-warning", "li.jing@example.com")]
    assert until(desk, "2026-11-18 13:59") == []
    assert until(desk, "2026-11-18 14:00") == [("sla-breach", "chief@example.com")]
    assert until(desk, "2026-11-18 17:00") == []
    [answer] = [p for p in desk.store.clocks.promises(desk.now) if p.clock.name == "first_response"]
    assert (answer.state, answer.clock.told) == ("broken", ("chief@example.com",))
    assert "nobody has answered" in answer.clock.why


def test_an_answer_keeps_its_warning_from_coming(store):
    desk = opened(desk_of(store))
    desk.wait(hours=1)
    change(desk, status="open", first_responded_at=desk.now, word=True)
    assert until(desk, "2026-11-18 17:00") == []


@pytest.mark.parametrize(
    ("zone", "at", "due"),
    [
        ("Asia/Shanghai", "2026-11-20 17:00", "2026-11-23 11:00"),
        ("Asia/Shanghai", "2026-09-30 17:00", "2026-10-08 11:00"),
        ("Asia/Shanghai", "2026-10-09 17:00", "2026-10-10 11:00"),
        ("Asia/Shanghai", "2026-12-31 17:00", "2027-01-04 11:00"),
        ("Europe/Berlin", "2026-10-23 17:00", "2026-10-26 11:00"),
        ("Europe/Berlin", "2026-03-27 17:00", "2026-03-30 11:00"),
        ("America/New_York", "2026-10-30 17:00", "2026-11-02 11:00"),
        ("America/New_York", "2026-03-06 17:00", "2026-03-09 11:00"),
        ("Asia/Shanghai", "2026-08-31 17:00", "2026-09-01 11:00"),
    ],
    ids=["weekend", "National Day week", "make-up Saturday", "new year", "Berlin autumn", "Berlin spring",
         "New York autumn", "New York spring", "month's end"],
)  # fmt: skip
def test_a_warning_falls_into_business_hours(store, zone, at, due):
    desk = opened(desk_of(store, at, zone, holidays="CN" if zone.startswith("Asia") else "[]"))
    moment = datetime.fromisoformat(due).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    desk.now = moment - timedelta(seconds=1)
    assert fire(desk) == []
    desk.now = moment
    assert fire(desk) == [("sla-warning", "li.jing@example.com")]


def test_a_requester_who_does_not_answer_is_reminded_and_one_who_answers_is_not(store):
    desk = opened(desk_of(store))
    change(desk, status="pending")
    assert until(desk, "2026-11-20 10:00") == [("reminder", "eva@example.com")]
    assert until(desk, "2026-11-27 10:00") == []
    desk.mail(EVA, "Re: [#1001] VPN", "Here it is.\n")
    change(desk, status="pending")
    desk.mail(EVA, "Re: [#1001] VPN", "And more.\n")
    desk.sent()
    assert "reminder" not in [notice for notice, _ in until(desk, "2026-12-04 18:00")]


def test_a_resolved_ticket_is_closed_and_its_requester_hears_of_it(store):
    desk = opened(desk_of(store))
    change(desk, status="resolved", resolved_at=desk.now, first_responded_at=desk.now)
    assert until(desk, "2026-11-23 09:59") == []
    assert until(desk, "2026-11-23 10:00") == [("closed", "eva@example.com")]
    ticket = desk.ticket(1001)
    assert (ticket.status, ticket.closed_at) == ("closed", desk.now)
    assert desk.store.clocks.next_due() is None


def test_a_ticket_that_time_alone_closes_is_archived_with_what_it_took(store):
    found = book(text=TEXT.replace("notify: {requester: reminder}", "set: {status: closed}"))
    desk = desk_of(store)
    desk.context = replace(desk.context, rulebook=lambda: found)
    opened(desk)
    change(desk, status="pending")
    until(desk, "2026-11-20 10:00")
    ticket = desk.ticket(1001)
    assert (ticket.status, ticket.solved_by, ticket.elapsed_seconds) == ("closed", "", 2 * 86_400)


def test_after_days_of_downtime_each_timer_fires_once_and_the_requester_is_not_flooded(store):
    desk = opened(desk_of(store, progress="{after: 4h, every: 2h}"))
    late = until(desk, "2026-11-23 10:30")
    assert [to for _, to in late].count("eva@example.com") == 1
    assert late.count(("sla-warning", "li.jing@example.com")) == 1
    assert late.count(("sla-breach", "chief@example.com")) == 2, "of the answer, and of the solution"
    assert sorted(fired(desk)) == ["breach", "nudge", "overrun"]
    assert fire(desk) == []


def test_mail_to_a_requester_that_makes_no_sense_any_more_is_left_out(store):
    desk = opened(desk_of(store))
    change(desk, status="pending")
    desk.wait(days=4)
    change(desk, status="open")
    assert ("reminder", "eva@example.com") not in fire(desk)


def test_an_unanswered_ticket_goes_to_the_experts_with_all_that_was_written(store):
    desk = opened(desk_of(store, escalate="1h"))
    desk.wait(minutes=59)
    assert fire(desk) == []
    desk.wait(minutes=1)
    assert fire(desk) == [("escalated", "noor@example.com"), ("with-expert", "eva@example.com")]
    ticket = desk.ticket(1001)
    assert (ticket.queue, ticket.assignee) == ("network", "noor")
    held = [(c.about, c.done_at) for c in desk.store.clocks.of(1001) if c.name == "queue"]
    assert held == [("helpdesk", desk.now), ("network", None)]
    desk.wait(hours=1)
    assert fire(desk) == []


def test_an_answered_ticket_stays_with_the_first_line(store):
    desk = opened(desk_of(store, escalate="1h"))
    desk.wait(minutes=30)
    change(desk, status="open", first_responded_at=desk.now)
    desk.wait(hours=2)
    assert fire(desk) == []
    assert desk.ticket(1001).queue == "helpdesk"


def test_the_assignee_is_asked_first_and_then_the_requester_gets_honest_word(store):
    desk = opened(desk_of(store, progress="{after: 2h, every: 2h}"))
    assert until(desk, "2026-11-18 11:30") == [("ask-word", "li.jing@example.com")]
    assert until(desk, "2026-11-18 11:59") == []
    desk.now = datetime(2026, 11, 18, 4, tzinfo=UTC)
    tick(desk.store, desk.context, desk.now)
    desk.send()
    [word] = desk.sent()
    assert (word.notice, word.to) == ("progress", "eva@example.com")
    assert "by Wednesday 18 November, 14:15" in word.text
    assert "Nothing has changed" in word.text
    kept = next(p for p in desk.store.clocks.promises(desk.now) if p.clock.name == "word")
    assert (kept.state, kept.clock.proof) == ("kept", "250 2.0.0 Ok")


def test_an_agents_own_answer_puts_the_next_word_off(store):
    desk = opened(desk_of(store, progress="{after: 2h, every: 2h}"))
    until(desk, "2026-11-18 11:45")
    change(desk, status="open", first_responded_at=desk.now, word=True)
    assert until(desk, "2026-11-18 13:00") == []
    assert until(desk, "2026-11-18 13:45") == [("progress", "eva@example.com")]


def test_no_word_goes_out_at_night_nor_while_the_requester_is_waited_for(store):
    desk = opened(desk_of(store, "2026-11-18 17:30", progress="{after: 2h, every: 2h}"))
    assert until(desk, "2026-11-19 08:00") == []
    change(desk, status="pending")
    assert until(desk, "2026-11-19 17:00") == []
    change(desk, status="resolved", resolved_at=desk.now, first_responded_at=desk.now)
    assert until(desk, "2026-11-20 17:00") == []


def test_word_that_fell_due_in_an_outage_waits_for_the_morning(store):
    desk = opened(desk_of(store, progress="{after: 2h, every: 2h}"))
    assert "eva@example.com" not in [to for _, to in until(desk, "2026-11-19 03:00")]
    assert ("progress", "eva@example.com") in until(desk, "2026-11-19 09:00")


def test_a_receipt_that_is_still_unsent_when_it_is_due_reaches_a_person(store):
    desk = desk_of(store)
    desk.answer = lambda to: Deferred("421 later") if to.startswith("eva") else Sent("250 2.0.0 Ok")
    opened(desk)
    assert ("promise-broken", "chief@example.com") in until(desk, "2026-11-18 11:00")
    broken = next(c for c in desk.store.clocks.of(1001) if c.name == "acknowledge")
    assert (state_of(broken, desk.now), broken.told) == ("broken", ("chief@example.com",))
    assert "421 later" in broken.why


def test_another_rulebook_moves_the_promises_and_says_so(store):
    desk = opened(desk_of(store))
    other = book(text=TEXT.replace("first_response: 4h", "first_response: 6h"))
    desk.context = replace(desk.context, rulebook=lambda: other)
    before = desk.ticket(1001).first_response_due
    assert fire(desk) == []
    assert desk.ticket(1001).first_response_due == before + timedelta(hours=2)
    assert any("the rulebook" in text and "first_response_due" in text for _, text in desk.history(1001))
    assert until(desk, "2026-11-18 13:00") == []


def test_a_new_timer_whose_moment_has_passed_tells_nobody_of_the_past(store):
    desk = opened(desk_of(store))
    without = book(text=TEXT.partition("    timers:")[0])
    usual = desk.context
    desk.context = replace(desk.context, rulebook=lambda: without)
    fire(desk)
    assert until(desk, "2026-11-18 13:30") == []
    desk.context = usual
    assert fire(desk) == []
    assert until(desk, "2026-11-18 14:00") == [("sla-breach", "chief@example.com")]


def test_an_upgrade_brings_word_at_once_and_breaks_no_promise_that_nobody_made(store):
    desk = opened(desk_of(store))
    until(desk, "2026-11-18 15:30")
    change(desk, priority="P1")
    assert [notice for notice, to in fire(desk) if to == "eva@example.com"] == ["progress"]
    words = [p for p in desk.store.clocks.promises(desk.now) if p.clock.name == "word"]
    assert [p.state for p in words] == ["kept", "open"]
    assert words[0].clock.due_at == desk.now + timedelta(minutes=15)


def test_word_that_is_written_waits_for_no_requester(store):
    desk = desk_of(store, progress="{after: 2h, every: 2h}")
    opened(desk)
    desk.answer = lambda to: Deferred("421 later") if to.startswith("eva") else Sent("250 2.0.0 Ok")
    until(desk, "2026-11-18 12:00")
    change(desk, status="pending")
    until(desk, "2026-11-18 12:30")
    [word] = [p for p in desk.store.clocks.promises(desk.now) if p.clock.name == "word" and p.clock.notice]
    assert (word.state, "421 later" in word.clock.why) == ("broken", True)
