"""A ticket that waits for a moment opens again when it comes: once, whatever happens meanwhile."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from maild.flow.morning import send_morning
from maild.flow.tick import tick
from tests.rulebook.desks import rulebook
from tests.stories.roster import AGENTS, QUEUES, Staffed

FRIDAY = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
"""Nine o'clock in Shanghai; the story begins on the Wednesday before."""
BOOK = replace(
    rulebook("""
        calendars: {office: {timezone: Asia/Shanghai, hours: {mon-fri: 09:00-18:00}}}
        sla:
          P1: {}
          P2: {}
          P4: {}
          P3: {calendar: office, first_response: 4h, resolution: 2bd}
        """),
    agents=AGENTS,
    queues=QUEUES,
)


@pytest.fixture
def desk(store):
    desk = Staffed(store)
    desk.book = BOOK
    return desk


def ticked(desk, at=None):
    """Let time pass, as the daemon does; give what went out."""
    desk.now = at or desk.now
    while tick(desk.store, desk.context, desk.now).anything:
        pass
    desk.send()
    return desk.sent()


def waiting(desk, orders="/take\n/wait fri\n"):
    notice = desk.opened()
    desk.reply(notice, orders)
    [desk.transcript] = desk.sent()
    return notice


def test_the_moment_opens_the_ticket_resumes_its_clocks_and_tells_the_assignee(desk):
    waiting(desk)
    before = desk.ticket(1001)
    assert (before.status, before.waits_until) == ("pending", FRIDAY)
    assert "Waits until:       - -> Friday 20 November, 09:00" in desk.transcript.text
    assert ticked(desk, FRIDAY - timedelta(seconds=1)) == []
    assert desk.ticket(1001).status == "pending"
    [told] = ticked(desk, FRIDAY)
    assert (told.notice, told.to) == ("wait-over", "ben@example.com")
    assert "asks for a code" in told.text
    after = desk.ticket(1001)
    assert (after.status, after.waits_until) == ("open", None)
    assert before.resolution_due == datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    assert after.resolution_due == datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # 17 hours of the desk later
    assert ("change", "maild:wake: the wait is over; status: pending -> open") in desk.history(1001)
    assert desk.reply(told, "/resolve\n").outcome == "commanded"


def test_it_happens_once_and_nobody_is_told_twice(desk):
    waiting(desk)
    assert len(ticked(desk, FRIDAY)) == 1
    assert ticked(desk, FRIDAY + timedelta(hours=1)) == []


def test_after_days_of_downtime_the_clocks_have_run_since_the_moment(desk):
    waiting(desk)
    [told] = ticked(desk, FRIDAY + timedelta(hours=5))
    assert told.notice == "wait-over"
    [pending] = [c for c in desk.store.clocks.of(1001) if c.name == "pending"]
    assert pending.done_at == FRIDAY


def test_the_requesters_answer_ends_the_wait(desk):
    notice = waiting(desk)
    desk.mail("Eva Lindqvist <eva@example.com>", f"Re: {notice.subject}", "Here is the number.\n")
    assert (desk.ticket(1001).status, desk.ticket(1001).waits_until) == ("open", None)
    desk.sent()
    assert ticked(desk, FRIDAY + timedelta(minutes=1)) == []


@pytest.mark.parametrize("order", ["/resolve\n", "/close\n", "/reopen\n", "/status open\n", "/undo\n"])
def test_every_other_way_out_ends_it_too(desk, order):
    desk.reply(waiting(desk), order)
    desk.later()
    assert desk.ticket(1001).waits_until is None
    assert ticked(desk, FRIDAY + timedelta(minutes=1)) == []


def test_a_wait_can_be_made_longer_and_that_taken_back(desk):
    notice = waiting(desk)
    desk.reply(notice, "/wait 下周一\n")
    [transcript] = desk.sent()
    assert ticked(desk, FRIDAY) == []
    desk.reply(transcript, "/undo\n")
    desk.sent()
    assert desk.ticket(1001).waits_until == FRIDAY
    assert [post.notice for post in ticked(desk)] == ["wait-over"]


def test_a_wait_without_an_end_has_none(desk):
    notice = waiting(desk)
    desk.reply(notice, "/wait\n")
    desk.sent()
    assert (desk.ticket(1001).status, desk.ticket(1001).waits_until) == ("pending", None)
    assert ticked(desk, FRIDAY + timedelta(days=9)) == []


def test_a_second_wait_opens_it_a_second_time(desk):
    [told] = ticked(desk, FRIDAY) if waiting(desk) else []
    desk.reply(told, "/wait 2h\n")
    desk.sent()
    assert [post.notice for post in ticked(desk, FRIDAY + timedelta(hours=2))] == ["wait-over"]


def test_nobody_who_has_it_means_that_the_queue_hears(desk):
    waiting(desk, "/wait fri\n")
    assert [post.to for post in ticked(desk, FRIDAY)] == ["ben@example.com", "li.jing@example.com"]


def test_an_assignee_who_is_away_leaves_it_to_his_queue(desk):
    waiting(desk)
    away = (FRIDAY.date(), FRIDAY.date())
    desk.book = replace(BOOK, agents={**AGENTS, "ben": replace(AGENTS["ben"], away=(away,))})
    assert [post.to for post in ticked(desk, FRIDAY)] == ["li.jing@example.com"]


def test_a_line_of_the_digest_lets_it_wait_too(desk):
    desk.reply(desk.opened(), "/take\n")
    desk.wait(hours=1)
    send_morning(desk.store, desk.context, desk.now)
    desk.send()
    listed = next(post for post in desk.sent() if post.notice == "digest")
    desk.reply(listed, "1 wait fri\n")
    desk.sent()
    assert desk.ticket(1001).waits_until == FRIDAY
    assert [post.notice for post in ticked(desk, FRIDAY)] == ["wait-over"]


def test_a_merge_ends_the_wait_of_what_is_merged_away(desk):
    notice = waiting(desk)
    desk.mail("Tom <tom@example.com>", "VPN, too", "Mine as well.\n")
    desk.reply(notice, "/merge 1002\n")
    question = next(post for post in desk.sent() if post.notice == "confirm")
    desk.reply(question, "yes\n")
    desk.work()
    desk.sent()
    assert desk.ticket(1001).waits_until is None
    assert "wait-over" not in [post.notice for post in ticked(desk, FRIDAY)]
