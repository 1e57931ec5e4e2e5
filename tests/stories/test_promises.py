"""Promises across weekends, holidays and clock changes, told to people: escalations, word, mails that come back."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from maild.desk.ticket import AttachmentInfo, Entry
from tests.stories.desk import Deferred, Sent
from tests.stories.test_clocks import bounce_of
from tests.stories.test_time import EVA, change, desk_of, fire, opened, until

TURNS = {
    "weekend": ("Asia/Shanghai", "2026-11-20", ["2026-11-23", "2026-11-24", "2026-11-25"]),
    "National Day week": ("Asia/Shanghai", "2026-09-30", ["2026-10-08", "2026-10-09", "2026-10-10"]),
    "make-up Saturday": ("Asia/Shanghai", "2026-10-09", ["2026-10-10", "2026-10-12", "2026-10-13"]),
    "new year": ("Asia/Shanghai", "2026-12-31", ["2027-01-04", "2027-01-05", "2027-01-06"]),
    "month's end": ("Asia/Shanghai", "2026-08-31", ["2026-09-01", "2026-09-02", "2026-09-03"]),
    "Berlin autumn": ("Europe/Berlin", "2026-10-23", ["2026-10-26", "2026-10-27", "2026-10-28"]),
    "Berlin spring": ("Europe/Berlin", "2026-03-27", ["2026-03-30", "2026-03-31", "2026-04-01"]),
    "New York autumn": ("America/New_York", "2026-10-30", ["2026-11-02", "2026-11-03", "2026-11-04"]),
    "New York spring": ("America/New_York", "2026-03-06", ["2026-03-09", "2026-03-10", "2026-03-11"]),
}
"""Half an hour before the desk shuts on one day, and the next three on which it is open."""


@pytest.fixture(params=TURNS.values(), ids=TURNS)
def turn(request, store):
    zone, day, days = request.param
    more = {"progress": "{after: 2h, every: 2h}", "escalate": "1h"}
    return desk_of(store, f"{day} 17:30", zone, holidays="CN" if zone.startswith("Asia") else "[]", **more), zone, days


def first(desk, zone, at, notice):
    """Say whether a notice goes at a moment, and not a second before."""
    desk.now = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(zone)) - timedelta(seconds=1)
    before = [name for name, _ in fire(desk)]
    desk.wait(seconds=1)
    return notice not in before and notice in [name for name, _ in fire(desk)]


def test_an_escalation_waits_for_the_desk_to_open(turn):
    desk, zone, days = turn
    opened(desk)
    assert first(desk, zone, f"{days[0]} 09:30", "escalated")


def test_word_waits_for_the_desk_to_open(turn):
    desk, zone, days = turn
    opened(desk)
    change(desk, queue="network")
    assert first(desk, zone, f"{days[0]} 10:30", "progress")


def test_a_chase_counts_days_on_which_the_desk_is_open(turn):
    desk, zone, days = turn
    opened(desk)
    change(desk, status="pending")
    assert first(desk, zone, f"{days[1]} 17:30", "reminder")


def test_a_closing_counts_days_on_which_the_desk_is_open(turn):
    desk, zone, days = turn
    opened(desk)
    change(desk, status="resolved", resolved_at=desk.now, first_responded_at=desk.now)
    assert first(desk, zone, f"{days[2]} 17:30", "closed")


def test_around_the_clock_the_hour_that_a_clock_change_adds_or_steals_is_an_hour(store):
    desk = desk_of(store, "2026-10-24 23:50", "Europe/Berlin", holidays="[]")
    opened(desk, EVA, "outage")
    due = desk.ticket(1001).resolution_due
    assert due.astimezone(ZoneInfo("Europe/Berlin")).replace(tzinfo=None) == datetime(2026, 10, 25, 2, 50)  # noqa: DTZ001
    fire(desk)
    until(desk, "2026-10-25 01:49", "UTC")
    assert first(desk, "UTC", "2026-10-25 01:50", "sla-breach"), "four hours after ten to midnight is ten to three"


def test_experts_get_all_that_was_written_and_tried_with_the_files_and_the_requester_hears_of_them(store):
    desk = opened(desk_of(store, escalate="1h"), EVA, "Screen", "It flickers since Monday.\n")
    photo = AttachmentInfo("screen 1.jpg", "image/jpeg", 184_320, "0" * 64)
    desk.store.tickets.add_entry(1001, Entry(desk.now, "correspondence", "in", "eva@example.com", text="See this.",
                                             attachments=(photo,)))  # fmt: skip
    desk.store.tickets.add_entry(1001, Entry(desk.now, "comment", "none", "Li Jing", text="Another cable: no change."))
    desk.wait(hours=1)
    fire(desk)
    escalated, told = desk.everything()[-2:]
    for said in ("It flickers since Monday.", "See this.", "screen 1.jpg (184.3 kB)", "Another cable: no change."):
        assert said in escalated.text
    assert "helpdesk had it from Wednesday 18 November, 10:00" in escalated.text
    assert (told.to, told.notice) == ("eva@example.com", "with-expert")
    assert "cable" not in told.text, "what agents tell each other stays with them"
    assert "network" in told.text


def test_word_that_has_nothing_new_says_so_and_word_that_has_says_what(store):
    desk = opened(desk_of(store, progress="{after: 2h, every: 2h}"))
    until(desk, "2026-11-18 12:00")
    desk.wait(minutes=30)
    change(desk, queue="network", assignee="noor")
    desk.store.tickets.add_entry(1001, Entry(desk.now, "change", "none", "Li Jing", text="queue: helpdesk -> network"))
    until(desk, "2026-11-18 14:00")
    until(desk, "2026-11-18 16:00")
    words = [post.text.replace("\r", "") for post in desk.everything() if post.notice == "progress"]
    assert ["Nothing has changed" in text for text in words] == [True, False, True]
    assert "it went to another team or person, Wednesday 18 November, 12:30" in words[1]
    assert "Nothing has changed since Wednesday 18 November, 14:00" in words[2]


def test_three_days_of_downtime_are_made_up_for_in_order_with_one_mail_to_the_requester(store):
    desk = opened(desk_of(store, progress="{after: 4h, every: 2h}", escalate="5h"))
    late = until(desk, "2026-11-21 12:00")
    dues = [(name, at) for _, name, at in sorted(desk.store.clocks.fired(), key=lambda one: one[2])]
    assert len(dues) == len(set(dues))
    assert [to for _, to in late].count("eva@example.com") == 0, "it is a Saturday"
    assert [notice for notice, to in until(desk, "2026-11-23 09:00") if to == "eva@example.com"] == ["progress"]
    said = [text for kind, text in desk.history(1001) if kind in ("notice", "change") and ":" in text]
    names = [text.partition(":")[0] for text in said if text.startswith(("nudge", "breach", "overrun", "maild"))]
    assert names[:5] == ["maild", "nudge", "breach", "maild", "maild"], "word asked for, the warning, the breach, ..."
    assert any("noticed 2026-11-21" in text for text in said)


def test_a_receipt_that_comes_back_reaches_the_lead_once(store):
    desk = opened(desk_of(store))
    [receipt] = [post for post in desk.everything() if post.notice == "receipt"]
    desk.sent()
    for number in (b"<b1@", b"<b2@"):
        desk.mail(raw=bounce_of(desk, receipt).replace(b"<b1@", number))
    [told] = desk.sent()
    assert (told.notice, told.to) == ("promise-broken", "chief@example.com")
    assert "5.1.1 no such user" in told.text
    assert "does not know that we have ticket #1001" in told.text
    broken = next(clock for clock in desk.store.clocks.of(1001) if clock.name == "acknowledge")
    assert broken.told == ("chief@example.com",)


def test_word_that_comes_back_reaches_whoever_has_the_ticket(store):
    desk = opened(desk_of(store, progress="{after: 2h, every: 2h}"))
    until(desk, "2026-11-18 12:00")
    [word] = [post for post in desk.everything() if post.notice == "progress"]
    desk.mail(raw=bounce_of(desk, word))
    [told] = desk.sent()
    assert (told.notice, told.to) == ("promise-broken", "li.jing@example.com")
    assert "has not got our last mail about" in told.text
    [broken] = [c for c in desk.store.clocks.of(1001) if c.name == "word" and c.broken_at]
    assert broken.told == ("li.jing@example.com",)


def test_a_server_that_was_away_for_hours_brings_the_newest_word_alone(store):
    desk = opened(desk_of(store, progress="{after: 2h, every: 2h}"))
    desk.answer = lambda to: Deferred("421 later") if to.startswith("eva") else Sent("250 2.0.0 Ok")
    for hour in (12, 14, 16):
        until(desk, f"2026-11-18 {hour}:00")
    desk.answer = lambda to: Sent("250 2.0.0 Ok")
    desk.sent()
    assert until(desk, "2026-11-18 17:20").count(("progress", "eva@example.com")) == 1
    words = [one for one in desk.store.clocks.promises(desk.now) if one.clock.name == "word"]
    assert [one.state for one in words] == ["broken", "broken", "broken", "open"]
    assert [bool(one.clock.proof) for one in words] == [False, False, True, False]
