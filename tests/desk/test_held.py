"""Who had a ticket how long: in business time, and not while its requester was waited for."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from maild.desk.calendar import Calendar, Span
from maild.desk.clock import Clock
from maild.desk.held import held, totals

HOURS = ((Span(9 * 60, 18 * 60),),) * 5 + ((), ())
OFFICE = Calendar("office", ZoneInfo("UTC"), HOURS)
FRIDAY = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)


def at(**time):
    return FRIDAY + timedelta(**time)


def hours(number):
    return timedelta(hours=number)


def test_a_weekend_is_nobodys_time():
    [one] = held([Clock("queue", FRIDAY, "helpdesk", done_at=at(days=3))], OFFICE, at(days=9))
    assert (one.kind, one.who, one.business, one.elapsed) == ("queue", "helpdesk", hours(9), timedelta(days=3))


def test_the_time_in_which_the_requester_was_waited_for_is_his():
    clocks = [
        Clock("queue", FRIDAY, "helpdesk", done_at=at(hours=1)),
        Clock("assignee", FRIDAY, "li", done_at=at(hours=1)),
        Clock("pending", at(minutes=15), done_at=at(minutes=45)),
    ]
    found = held(clocks, OFFICE, at(days=9))
    assert [(one.kind, one.business) for one in found] == [
        ("queue", timedelta(minutes=30)),
        ("agent", timedelta(minutes=30)),
        ("requester", timedelta(minutes=30)),
    ]


def test_who_has_it_now_has_it_until_now_and_who_had_it_twice_has_both():
    clocks = [
        Clock("queue", FRIDAY, "helpdesk", done_at=at(minutes=20)),
        Clock("queue", at(minutes=20), "network", done_at=at(minutes=30)),
        Clock("queue", at(minutes=30), "helpdesk"),
        Clock("assignee", at(minutes=20), "noor", done_at=at(minutes=30)),
    ]
    found = held(clocks, OFFICE, at(minutes=50))
    assert [one.until for one in found] == [at(minutes=20), at(minutes=30), None, at(minutes=30)]
    assert totals(found) == (
        ("queue", "helpdesk", timedelta(minutes=40), True),
        ("queue", "network", timedelta(minutes=10), False),
        ("agent", "noor", timedelta(minutes=10), False),
        ("agent", "", timedelta(minutes=40), True),
    )


def test_where_no_clock_ever_ran_nobody_had_it():
    assert totals(held([], OFFICE, FRIDAY)) == ()
