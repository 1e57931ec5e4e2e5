"""A transcript says what orders did to the promises: stopped, standing still, running again, and due when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.rulebook.desks import rulebook
from tests.stories.roster import AGENTS, LI, QUEUES, Staffed

BOOK = replace(
    rulebook("""
        calendars: {office: {timezone: Asia/Shanghai, hours: {mon-fri: 09:00-18:00}}}
        sla:
          P1: {calendar: office, first_response: 1h, resolution: 4h}
          P2: {}
          P4: {}
          P3: {calendar: office, first_response: 4h, resolution: 2bd}
        """),
    agents=AGENTS,
    queues=QUEUES,
)
STOPPED = "the clock of the solution has stopped"
ANSWERED = "the clock of the first answer has stopped"
PAUSED = "the clocks stand still while it waits"
RESUMED = "the clocks run again; the time it waited does not count"
BEGUN = "the clocks begin anew, from now"
UNWOUND = "the clocks run as if it had never been otherwise"
ALL = (STOPPED, ANSWERED, PAUSED, RESUMED, BEGUN, UNWOUND)


@pytest.fixture
def desk(store):
    desk = Staffed(store)
    desk.book = BOOK
    desk.notice = desk.opened()
    return desk


def order(desk, text, **fields):
    """Order something; give the transcript."""
    desk.reply(desk.notice, text, **fields)
    return next(post for post in desk.sent() if post.notice == "transcript")


def clocks(post):
    assert all((line in post.text) == (line in post.html) for line in ALL)
    return {line for line in ALL if line in post.text}


def test_an_answer_and_a_solution_stop_their_clocks(desk):
    assert clocks(order(desk, "/take\n")) == set()
    assert clocks(order(desk, "Which device is it?\n")) == {ANSWERED}
    assert clocks(order(desk, "/resolve\n")) == {STOPPED}
    assert clocks(order(desk, "/close\n")) == set()


def test_waiting_lets_the_clocks_stand_still_and_its_end_lets_them_run_with_another_due_time(desk):
    assert clocks(order(desk, "/wait\n")) == {PAUSED}
    desk.wait(hours=3)
    transcript = order(desk, "/reopen\n")
    assert clocks(transcript) == {RESUMED}
    assert "Solution due:      Friday 20 November, 10:00 (China time) -> Friday 20 November, 13:00" in transcript.text
    assert desk.ticket(1001).resolution_due.hour == 5


def test_a_question_pauses_what_its_answer_did_not_stop(desk):
    assert clocks(order(desk, "/ask Which device is it?\n")) == {ANSWERED, PAUSED}


def test_a_ticket_that_is_opened_again_has_promises_of_its_own(desk):
    order(desk, "/resolve\n\nDone.\n")
    desk.wait(hours=1)
    transcript = order(desk, "/reopen\n")
    assert clocks(transcript) == {BEGUN}
    assert "First answer due:" in transcript.text


def test_undo_says_that_the_clocks_have_never_stopped(desk):
    order(desk, "/resolve\n")
    desk.wait(hours=1)
    assert clocks(order(desk, "/undo\n")) == {UNWOUND}
    assert desk.ticket(1001).resolution_due.hour == 2


def test_the_due_time_of_a_new_priority_is_the_one_the_ticket_has(desk):
    order(desk, "/wait\n")
    desk.wait(hours=3)
    order(desk, "/reopen\n")
    transcript = order(desk, "/priority 1\n")
    ticket = desk.ticket(1001)
    assert ticket.resolution_due.hour == 9
    assert "Friday 20 November, 13:00 (China time) -> Wednesday 18 November, 17:00" in transcript.text


def test_a_wait_taken_back_has_cost_no_time(desk):
    order(desk, "/wait\n")
    desk.wait(hours=3)
    transcript = order(desk, "/undo\n")
    assert clocks(transcript) == {UNWOUND}
    assert "Solution due" not in transcript.text
    assert desk.ticket(1001).resolution_due.hour == 2


@pytest.mark.parametrize("orders", ["/due tomorrow 15:00\n/priority 1\n", "/priority 1\n/due tomorrow 15:00\n"])
def test_a_due_time_that_an_agent_names_goes_before_that_of_the_priority_he_gives(desk, orders):
    transcript = order(desk, orders)
    assert "Priority:          P3 -> P1" in transcript.text
    assert "-> Thursday 19 November, 15:00 (China time)" in transcript.text
    assert desk.ticket(1001).resolution_due == datetime(2026, 11, 19, 7, 0, tzinfo=UTC)


def test_the_promises_of_a_new_priority_are_those_of_the_table(desk):
    transcript = order(desk, "/priority 1\n")
    assert "Friday 20 November, 10:00 (China time) -> Wednesday 18 November, 14:00" in transcript.text
    assert desk.ticket(1001).first_response_due == desk.now + timedelta(hours=1)


def test_chinese_agents_read_it_in_chinese(desk):
    desk.mail("王芳 <wang.fang@example.com>", "打印机", "卡纸。\n")
    [desk.notice] = [post for post in desk.sent() if post.to == "li.jing@example.com" and post.notice == "new-ticket"]
    transcript = order(desk, "/等待\n", sender=LI)
    assert "等待期间计时暂停" in transcript.text
    assert "计时继续，等待的时间不计入" in order(desk, "/重开\n", sender=LI).text
