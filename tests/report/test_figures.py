"""The figures of a month equal those of plain SQL and plain loops, on either database."""

from __future__ import annotations

import json
import math
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from maild.desk.calendar import Calendar, Span
from maild.desk.rating import Rating
from maild.desk.runs import Run
from maild.desk.ticket import Ticket
from maild.report.effort import Effort
from maild.report.figures import Share, figures, spread
from maild.report.period import month_of, read_period
from maild.store import Promised, Reviewed, Store
from maild.store.tables import micros
from tests.report.year import OFFICE, ZONE, fill
from tests.stories.roster import BEN, EVA, Staffed

OCTOBER = month_of(date(2026, 10, 1), ZONE)
LATER = datetime(2026, 12, 1, tzinfo=UTC)
ALWAYS = Calendar("always", ZONE, ((Span(0, 1440),),) * 7)


def at(day: int, hour: int = 9, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=ZONE)


def ticket(number: int = 1, **more) -> Reviewed:
    usual = {
        "subject": "Printer", "requester": "eva@example.com", "status": "open", "queue": "helpdesk",
        "category": "hardware", "priority": "P3", "assignee": "li", "solved_by": "", "cause": "",
        "solution": "", "touches": 0, "opened_at": at(5),
    }  # fmt: skip
    return Reviewed(number, **(usual | more))


def of(*tickets: Reviewed, reopenings=(), now: datetime = LATER, calendar: Calendar = ALWAYS):
    return figures(tickets, reopenings, OCTOBER, lambda _: calendar, now)


def test_a_year_in_the_store_gives_what_sql_and_loops_give(store: Store):
    fill(store, 2_400)
    found = figures(
        store.reviews.tickets(OCTOBER.since, OCTOBER.until),
        store.reviews.reopenings(OCTOBER.since, OCTOBER.until),
        OCTOBER,
        lambda _: OFFICE,
        LATER,
    )
    since, until = micros(datetime(2026, 9, 30, 16, tzinfo=UTC)), micros(datetime(2026, 10, 31, 16, tzinfo=UTC))

    def ask(sql: str):
        return store._db.rows(sql.replace("{month}", f"BETWEEN {since} AND {until - 1}"))

    def one(sql: str) -> int:
        return ask(sql)[0][0]

    assert found.opened == one("SELECT COUNT(*) FROM ticket WHERE opened_at {month}") > 150
    assert {g.name: g.opened for g in found.categories} == dict(
        ask("SELECT category, COUNT(*) FROM ticket WHERE opened_at {month} GROUP BY category")
    )
    assert {g.name: g.resolved for g in found.priorities} == dict(
        ask(
            "SELECT priority, COUNT(DISTINCT number) FROM ticket JOIN clock ON ticket = number "
            "WHERE name = 'open' AND done_at {month} GROUP BY priority"
        )
    )
    for name, promises in (("first_response", found.answered_in_time), ("resolution", found.resolved_in_time)):
        due = f"SELECT COUNT(*) FROM clock WHERE name = '{name}' AND due_at {{month}}"
        assert promises == Share(one(f"{due} AND done_at <= due_at"), one(due)) != Share()
    again = {number for (number,) in ask("SELECT ticket FROM entry WHERE kind = 'change' AND at {month}")}
    solved = {number for (number,) in ask("SELECT ticket FROM clock WHERE name = 'open' AND done_at {month}")}
    assert found.resolved == len(solved) > 150
    assert found.reopened == Share(len(again), len(again | solved)) != Share()
    assert found.self_service.part == one(
        "SELECT COUNT(DISTINCT number) FROM ticket JOIN clock ON ticket = number "
        "WHERE name = 'open' AND done_at {month} AND solved_by = 'self-service'"
    )
    ratings = Counter(stars for (stars,) in ask("SELECT score FROM rating WHERE at {month}"))
    assert {stars: count for stars, count in found.ratings.items() if count} == ratings
    words = Counter(words for (words,) in ask("SELECT comment FROM rating WHERE at {month}"))
    assert Counter(rated.comment for rated in found.rated) == words
    assert len(words) > 2
    assert found.open == one(
        "SELECT COUNT(*) FROM clock WHERE name = 'open' "
        f"AND started_at < {until} AND (done_at IS NULL OR done_at >= {until})"
    )
    assert {load.agent: load.opened for load in found.loads} == dict(
        ask("SELECT assignee, COUNT(*) FROM ticket WHERE opened_at {month} GROUP BY assignee")
    )
    took = sorted(minutes_at_the_desk(ask(ALL_RUNS.format(number)), since, until - 1) for number in solved)
    middle = (took[len(took) // 2] + took[(len(took) - 1) // 2]) / 2
    assert found.resolution.count == len(took)
    assert found.resolution.median / timedelta(minutes=1) == pytest.approx(middle, abs=2)
    assert found.resolution.ninetieth / timedelta(minutes=1) == pytest.approx(
        took[math.ceil(len(took) * 0.9) - 1], abs=2
    )
    assert sum(came for _, came, _ in found.by_day) == found.opened
    assert sum(went for _, _, went in found.by_day) == found.resolved


ALL_RUNS = "SELECT started_at, done_at, pauses FROM clock WHERE name = 'open' AND ticket = {} ORDER BY started_at"


def minutes_at_the_desk(runs, since: int, until: int) -> float:
    """Count the minutes of the office until the last solution of a time, but those in which nothing was to be done."""
    end = max(done for _, done, _ in runs if done and since <= done <= until)
    minutes = 0.0
    for started, done, pauses in runs:
        if started < end:
            minutes += by_the_minute(started, min(done or end, end))
            minutes -= sum(by_the_minute(*pause) for pause in json.loads(pauses))
    return minutes


def by_the_minute(opened: int, resolved: int) -> float:
    """Count the minutes of the office between two moments, a day at a time."""
    start, end = (datetime.fromtimestamp(value / 1e6, ZONE).replace(tzinfo=None) for value in (opened, resolved))
    day, minutes = start.replace(hour=0, minute=0, second=0, microsecond=0), 0.0
    while day <= end:
        if day.weekday() < 5:
            low, high = max(start, day.replace(hour=9)), min(end, day.replace(hour=18))
            minutes += max(0.0, (high - low).total_seconds() / 60)
        day += timedelta(days=1)
    return minutes


def test_an_answer_counts_in_the_month_it_came_in():
    late = ticket(opened_at=at(30, month=9), first_responded_at=at(1, 10), resolved_at=at(2, month=11))
    found = of(late)
    assert (found.opened, found.first_response.count, found.resolution.count) == (0, 1, 0)
    assert found.first_response.median == timedelta(hours=25)


def test_times_are_those_of_the_office():
    found = of(ticket(opened_at=at(2, 17), first_responded_at=at(5, 10)), calendar=OFFICE)
    assert found.first_response.median == timedelta(hours=2)


def test_a_promise_counts_when_it_falls_due():
    due = at(31, 12)
    kept = ticket(1, first_response_due=due, first_responded_at=due)
    broken = ticket(2, first_response_due=due, first_responded_at=due + timedelta(seconds=1))
    forgotten = ticket(3, first_response_due=due)
    next_month = ticket(4, first_response_due=at(2, month=11))
    solved_at_once = ticket(5, first_response_due=due, resolved_at=at(6))
    assert of(kept, broken, forgotten, next_month, solved_at_once).answered_in_time == Share(2, 4)


def test_a_month_that_is_not_over_counts_what_has_been_due_so_far():
    tickets = (ticket(1, first_response_due=at(9)), ticket(2, first_response_due=at(20)))
    found = of(*tickets, now=at(10))
    assert found.answered_in_time == Share(0, 1)
    assert found.until == at(10)
    assert found.by_day[-1][0] == date(2026, 10, 10)


def test_the_backlog_is_that_of_the_end_of_the_month():
    found = of(
        ticket(1, opened_at=at(31, 12)),
        ticket(2, opened_at=at(1), resolved_at=at(3, month=11)),
        ticket(3, opened_at=at(1), closed_at=at(20)),
        ticket(4, opened_at=at(1, month=8)),
        ticket(5, opened_at=at(1, month=11)),
    )
    assert dict(found.backlog) == {"0-1": 1, "1-3": 0, "3-7": 0, "7-14": 0, "14-30": 0, "30+": 2}


def test_tickets_that_come_back_are_a_share_of_those_that_were_solved():
    found = of(
        ticket(1, resolved_at=at(6)),
        ticket(2, resolved_at=at(7)),
        ticket(3),
        reopenings=[(3, at(8)), (1, at(5)), (1, at(6)), (2, at(2, month=11))],
    )
    assert found.reopened == Share(2, 3)


def test_nothing_at_all_has_no_figures_and_does_no_harm():
    found = of()
    assert (found.opened, found.rating, found.first_response.median) == (0, None, None)
    assert found.answered_in_time.value is None


@pytest.mark.parametrize(("count", "ninetieth"), [(1, 1), (9, 9), (10, 9), (11, 10), (100, 90)])
def test_nine_of_ten_stay_within_the_ninetieth_percentile(count, ninetieth):
    assert spread([timedelta(hours=n) for n in range(count, 0, -1)]).ninetieth == timedelta(hours=ninetieth)


def test_the_store_gives_what_was_alive_in_a_period_and_nothing_else(store: Store):
    fill(store, 600)
    given = {t.number: t for t in store.reviews.tickets(OCTOBER.since, OCTOBER.until)}
    assert list(given) == sorted(given)
    assert all(t.opened_at < OCTOBER.until for t in given.values())
    assert all(
        t.number in given
        for t in store.tickets.list()
        if t.opened_at < OCTOBER.until and (t.resolved_at is None or t.resolved_at >= OCTOBER.since)
    )
    assert len(given) < 150
    some = next(iter(given.values()))
    assert some.text == store.tickets.entries(some.number)[0].text
    assert some.opened_at == store.tickets.get(some.number).opened_at


def test_a_period_may_be_any_days():
    week = read_period("2026-10-05..2026-10-09", ZONE)
    assert (week.since, week.until) == (at(5, 0), at(10, 0))
    assert week.before.name == "2026-09-30..2026-10-04"
    assert read_period("2026-03", ZONE).before.name == "2026-02"
    for wrong in ("2026-13", "2026-10-09..2026-10-05", "2026-02-30..2026-03-01", "october", "", "0000-01"):
        assert read_period(wrong, ZONE) is None


def test_a_rating_counts_in_its_own_month_however_long_ago_the_ticket_was_closed(store: Store):
    over = Ticket(0, "VPN", "eva@example.com", "", "en", at(1, month=6), "closed", closed_at=at(2, month=6))
    number = store.tickets.insert(over).number
    assert list(store.reviews.tickets(OCTOBER.since, OCTOBER.until)) == []
    given = OCTOBER.since
    store.ratings.put(Rating(number, 2, "It came back.", "eva@example.com", "web", given, given))
    found = of(*store.reviews.tickets(OCTOBER.since, OCTOBER.until))
    assert [(one.ticket, one.rating, one.comment) for one in found.rated] == [(number, 2, "It came back.")]
    assert (found.opened, found.resolved, found.open) == (0, 0, 0)


def test_what_waits_for_its_requester_costs_the_desk_no_time():
    asked, told = at(5, 12), at(7, 12)
    waited = ticket(
        first_responded_at=at(7, 15), resolved_at=at(7, 17), runs=(Run(at(5), at(7, 17), ((asked, told),)),)
    )
    found = of(waited)
    assert (found.first_response.median, found.resolution.median) == (timedelta(hours=6), timedelta(hours=8))
    assert found.effort == Effort(1, timedelta(hours=56), timedelta(hours=8), 0)


def test_a_ticket_that_waited_until_it_was_solved_took_the_time_before():
    waited = ticket(resolved_at=at(9), runs=(Run(at(5), at(9), ((at(5, 10), at(9)),)),))
    assert of(waited).resolution.median == timedelta(hours=1)


def test_a_ticket_that_came_back_took_all_its_time_and_none_in_which_it_was_held_for_solved():
    runs = (Run(at(5), at(5, 12)), Run(at(8), at(8, 13)))
    back = ticket(first_responded_at=at(5, 10), resolved_at=at(8, 13), runs=runs)
    found = of(back)
    assert (found.resolved, found.resolution.count) == (1, 1)
    assert found.resolution.median == timedelta(hours=7)
    assert found.first_response.median == timedelta(hours=1)


def test_a_month_keeps_its_figures_when_its_tickets_come_back_in_the_next():
    kept = Promised(at(5, 17), at(5, 12))
    runs = (Run(at(5), at(5, 12)), Run(at(3, month=11)))
    back = ticket(
        runs=runs, solutions=(kept, Promised(at(4, month=11))), resolution_due=at(4, month=11), status="open"
    )  # fmt: skip
    found = of(back)
    assert (found.resolved, found.open, found.resolved_in_time) == (1, 0, Share(1, 1))
    assert found.resolution.median == timedelta(hours=3)


def test_a_promise_that_stands_still_has_not_fallen_due():
    waits = ticket(runs=(Run(at(5), None, ((at(6), None),)),), answers=(Promised(at(7), waits=True),))
    assert of(waits).answered_in_time == Share(0, 0)


def test_the_clocks_of_a_desk_become_the_time_it_took(store: Store):
    desk = Staffed(store)
    opened = desk.now
    new = desk.opened()
    desk.wait(hours=1)
    desk.reply(new, "/pending\n\nWhich device is it?\n", sender=BEN)
    asked = next(post for post in desk.later() if post.to == "eva@example.com")
    answered = desk.now
    desk.wait(hours=5)
    desk.reply(asked, "It is my laptop.\n", sender=EVA)
    told = desk.now
    desk.wait(hours=2)
    desk.reply(new, "/resolve\n\nI renewed your certificate.\n", sender=BEN)
    solved, gone = desk.now, next(post for post in desk.later() if post.to == "eva@example.com")
    desk.wait(hours=7)
    desk.reply(gone, "It still does not work.\n", sender=EVA)
    again = desk.now
    desk.wait(hours=3)
    desk.reply(new, "/resolve\n\nNow it is the right certificate.\n", sender=BEN)
    november = month_of(date(2026, 11, 1), ZONE)
    (seen,) = store.reviews.tickets(november.since, november.until)
    found = figures([seen], (), november, lambda _: ALWAYS, LATER)
    assert seen.first_responded_at - opened < timedelta(hours=2)
    assert [run.started_at for run in seen.runs] == [opened, again]
    assert seen.runs[0].waited[0][1] == told
    worked = (seen.runs[0].waited[0][0] - opened) + (solved - told) + (seen.runs[1].done_at - again)
    assert found.resolution.median == worked
    assert timedelta(hours=6) <= worked < timedelta(hours=7)
    assert seen.first_responded_at <= answered
    assert found.effort.touches == 3
