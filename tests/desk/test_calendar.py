"""The calendar: examples a person can check, and laws against an oracle that walks minute by minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from maild.desk.calendar import Calendar, NeverOpen, Span
from maild.desk.length import Length
from maild.desk.public_days import public_days, regions
from tests.desk.obvious_calendar import ObviousCalendar

WORK = (Span(9 * 60, 12 * 60), Span(13 * 60, 18 * 60))
ALL_DAY = (Span(0, 24 * 60),)
MINUTE = timedelta(minutes=1)


def week(*days, rest=()):
    return tuple(days) + (rest,) * (7 - len(days))


def office(zone="Asia/Shanghai", holidays=("CN",), hours=week(*[WORK] * 5), **more):
    return Calendar("office", ZoneInfo(zone), hours, holidays, **more)


def always(zone="UTC"):
    return Calendar("always", ZoneInfo(zone), (ALL_DAY,) * 7)


def local(calendar, text):
    return datetime.fromisoformat(text).replace(tzinfo=calendar.zone).astimezone(UTC)


def said(calendar, at):
    return at.astimezone(calendar.zone).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("start", "length", "due"),
    [
        ("2026-11-20 10:00", "30m", "2026-11-20 10:30"),
        ("2026-11-20 11:30", "1h", "2026-11-20 13:30"),
        ("2026-11-20 12:15", "1h", "2026-11-20 14:00"),
        ("2026-11-20 14:00", "4h", "2026-11-20 18:00"),
        ("2026-11-20 17:30", "1h", "2026-11-23 09:30"),
        ("2026-11-20 20:00", "1h30m", "2026-11-23 10:30"),
        ("2026-11-20 17:00", "1bd", "2026-11-23 17:00"),
        ("2026-11-20 20:00", "1bd", "2026-11-24 09:00"),
        ("2026-11-20 12:30", "1bd", "2026-11-23 13:00"),
        ("2026-09-30 17:00", "1bd", "2026-10-08 17:00"),
        ("2026-10-09 17:00", "1bd", "2026-10-10 15:00"),
        ("2026-10-09 09:00", "1bd", "2026-10-10 10:00"),
        ("2026-10-09 17:00", "2bd", "2026-10-12 17:00"),
        ("2026-12-30 16:00", "1bd", "2027-01-04 16:00"),
        ("2026-12-30 16:00", "10bd", "2027-01-15 16:00"),
    ],
)
def test_a_due_time_lies_where_a_person_with_a_wall_calendar_puts_it(start, length, due):
    calendar = office(closed=frozenset({date(2026, 12, 31)}), open={date(2026, 10, 10): (Span(10 * 60, 15 * 60),)})
    assert said(calendar, calendar.add(local(calendar, start), Length.parse(length))) == due


def test_a_make_up_working_day_has_the_hours_of_a_monday():
    calendar = office(hours=week((Span(8 * 60, 16 * 60),), WORK, WORK, WORK, WORK))
    assert calendar.hours_of(date(2026, 2, 28)) == (Span(8 * 60, 16 * 60),)
    assert calendar.hours_of(date(2026, 2, 21)) == ()


def test_the_day_that_pays_for_a_january_holiday_in_december_is_worked():
    assert date(2006, 12, 30) in public_days("CN", 2006).makeup


def test_a_region_takes_its_own_days_off():
    epiphany = date(2026, 1, 6)
    assert office("Europe/Berlin", ("DE-BY",)).hours_of(epiphany) == ()
    assert office("Europe/Berlin", ("DE",)).hours_of(epiphany) == WORK
    assert {"CN", "DE-BY", "US"} <= regions()


def test_the_desk_is_open_at_the_start_of_its_hours_and_not_at_their_end():
    calendar = office()
    assert calendar.is_open(local(calendar, "2026-11-20 09:00"))
    assert not calendar.is_open(local(calendar, "2026-11-20 12:00"))
    assert calendar.is_open(local(calendar, "2026-11-20 17:59:59.999999"))
    assert not calendar.is_open(local(calendar, "2026-11-20 18:00"))


def test_a_share_of_a_clock_is_a_share_of_its_open_time():
    calendar = office()
    start = local(calendar, "2026-11-20 17:00")
    due = calendar.add(start, Length.parse("4h"))
    assert said(calendar, calendar.share(start, due, 25)) == "2026-11-20 18:00"
    assert said(calendar, calendar.share(start, due, 75)) == "2026-11-23 11:00"
    assert calendar.share(start, due, 100) == due
    assert said(calendar, calendar.share(start, due, 150)) == "2026-11-23 15:00"


def test_a_business_day_that_ends_at_an_opening_is_fully_used_only_there():
    calendar = office()
    start = local(calendar, "2026-11-20 20:00")
    due = calendar.add(start, Length.parse("1bd"))
    assert calendar.share(start, due, 100) == due == local(calendar, "2026-11-24 09:00")


def test_a_time_of_day_that_the_clocks_leave_out_is_the_moment_they_are_put_forward():
    calendar = always("Europe/Berlin")
    due = calendar.add(local(calendar, "2026-03-28 02:30"), Length.parse("1bd"))
    assert said(calendar, due) == "2026-03-29 03:00"


@pytest.mark.parametrize(
    "calendar",
    [
        office(hours=((),) * 7),
        office(hours=((),) * 7, open={date(2026, 10, 10): WORK}),
        office(hours=((Span(600, 601),), (), (), (), (), (), ())),
    ],
    ids=["no hours", "one day", "a minute a week"],
)
@pytest.mark.parametrize("length", ["400h", "3000bd"])
def test_a_calendar_that_never_opens_says_so_and_does_not_search_for_ever(calendar, length):
    with pytest.raises(NeverOpen, match="office"):
        calendar.add(datetime(2026, 11, 20, tzinfo=UTC), Length.parse(length))


def test_a_calendar_without_hours_has_no_next_opening():
    with pytest.raises(NeverOpen):
        office(hours=((),) * 7).next_opening(datetime(2026, 11, 20, tzinfo=UTC))


# The laws. Moments are drawn around each zone's clock changes and around New Year.

ZONES = {
    "Europe/Berlin": ("2026-03-29", "2026-10-25"),
    "America/New_York": ("2026-03-08", "2026-11-01"),
    "Australia/Lord_Howe": ("2026-04-05", "2026-10-04"),
    "Asia/Shanghai": ("2026-02-14", "2026-10-01"),
    "Asia/Kathmandu": ("2026-01-01", "2026-12-31"),
    "Africa/Cairo": ("2026-04-24", "2026-10-30"),
}
REGIONS = {"Europe/Berlin": "DE-BY", "America/New_York": "US", "Asia/Shanghai": "CN"}


@st.composite
def spans(draw):
    edges = draw(st.lists(st.integers(0, 96), unique=True, max_size=6).map(sorted))
    return tuple(Span(a * 15, b * 15) for a, b in zip(edges[::2], edges[1::2], strict=False))


@st.composite
def calendars_and_starts(draw):
    zone = draw(st.sampled_from(sorted(ZONES)))
    hours = tuple(draw(st.lists(spans(), min_size=7, max_size=7)))
    assume(any(hours))
    around = date.fromisoformat(draw(st.sampled_from(ZONES[zone])))
    near = st.integers(-4, 6).map(lambda days: around + timedelta(days=days))
    regions_off = (REGIONS[zone],) if zone in REGIONS and draw(st.booleans()) else ()
    calendar = Calendar(
        "drawn", ZoneInfo(zone), hours, regions_off, draw(st.frozensets(near, max_size=2)),
        draw(st.dictionaries(near, spans(), max_size=2)),
    )  # fmt: skip
    start = datetime(around.year, around.month, around.day, tzinfo=UTC) + draw(st.integers(-4000, 3000)) * MINUTE
    return calendar, start


lengths = st.integers(1, 1500).map(lambda minutes: timedelta(minutes=minutes))


def moments(first_year, last_year):
    seconds = (datetime(last_year, 12, 31, tzinfo=UTC) - datetime(first_year, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
    return st.integers(0, seconds).map(lambda s: datetime(first_year, 1, 1, tzinfo=UTC) + timedelta(seconds=s))


few = settings(max_examples=40, deadline=None)


@few
@given(calendars_and_starts(), lengths)
def test_a_length_ends_where_walking_minute_by_minute_ends(drawn, length):
    calendar, start = drawn
    assert calendar.add(start, length) == ObviousCalendar(calendar).add(start, length)


@few
@given(calendars_and_starts(), st.integers(0, 9000))
def test_the_time_between_two_moments_is_what_walking_counts(drawn, minutes):
    calendar, start = drawn
    end = start + minutes * MINUTE
    assert calendar.between(start, end) == ObviousCalendar(calendar).between(start, end)
    assert calendar.between(end, start) == -calendar.between(start, end)


@few
@given(calendars_and_starts())
def test_the_next_opening_is_the_first_open_minute(drawn):
    calendar, start = drawn
    oracle = ObviousCalendar(calendar)
    assert calendar.is_open(start) == oracle.is_open(start)
    assert calendar.next_opening(start) == oracle.next_opening(start)


@settings(max_examples=25, deadline=None)
@given(calendars_and_starts(), st.integers(1, 4))
def test_a_business_day_later_is_where_walking_finds_it(drawn, count):
    calendar, start = drawn
    assert calendar.add(start, Length(days=count)) == ObviousCalendar(calendar).add_days(start, count)


@given(calendars_and_starts(), lengths, lengths)
def test_two_lengths_one_after_the_other_are_one_length(drawn, first, second):
    calendar, start = drawn
    assert calendar.add(calendar.add(start, first), second) == calendar.add(start, first + second)


@given(calendars_and_starts(), lengths)
def test_what_was_added_lies_between(drawn, length):
    calendar, start = drawn
    assert calendar.between(start, calendar.add(start, length)) == length


@given(calendars_and_starts(), lengths, st.integers(0, 9000))
def test_who_starts_later_or_has_longer_is_never_due_earlier(drawn, length, later):
    calendar, start = drawn
    due = calendar.add(start, length)
    assert calendar.add(start + later * MINUTE, length) >= due
    assert calendar.add(start, length + later * MINUTE) >= due


@given(calendars_and_starts(), st.integers(1, 5), st.integers(0, 9000))
def test_who_writes_later_is_never_due_a_business_day_earlier(drawn, count, later):
    calendar, start = drawn
    end = start + later * MINUTE
    assume(not end.astimezone(calendar.zone).fold)  # twice the same time of day is twice the same due time
    assert calendar.add(end, Length(days=count)) >= calendar.add(start, Length(days=count))


@given(calendars_and_starts(), st.one_of(lengths.map(Length), st.integers(1, 5).map(lambda n: Length(days=n))))
def test_a_due_time_lies_inside_the_hours_or_at_their_very_end(drawn, length):
    calendar, start = drawn
    due = calendar.add(start, length)
    assert calendar.is_open(due) or calendar.is_open(due - timedelta(microseconds=1))


@given(calendars_and_starts(), lengths, st.integers(1, 300), st.integers(0, 100))
def test_the_shares_of_a_clock_come_in_their_order(drawn, length, percent, more):
    calendar, start = drawn
    due = calendar.add(start, length)
    assert calendar.share(start, due, percent) <= calendar.share(start, due, percent + more)
    assert (calendar.share(start, due, percent) <= due) == (percent <= 100)


@given(st.sampled_from(sorted(ZONES)), moments(2020, 2035), lengths)
def test_round_the_clock_is_never_shut_and_counts_real_time(zone, start, length):
    calendar = always(zone)
    assert calendar.is_open(start)
    assert calendar.next_opening(start) == start
    assert calendar.add(start, length) == start + length
    assert calendar.between(start, start + length) == length


@given(moments(2026, 2027), st.integers(1, 8), st.integers(1, 8))
def test_business_days_add_up_where_every_one_has_the_same_hours(start, first, second):
    calendar = office()
    once = calendar.add(start, Length(days=first + second))
    assert calendar.add(calendar.add(start, Length(days=first)), Length(days=second)) == once


@pytest.mark.parametrize(
    ("text", "length"),
    [("30m", Length(timedelta(minutes=30))), ("4h", Length(timedelta(hours=4))), ("1bd", Length(days=1)),
     ("1h30m", Length(timedelta(minutes=90)))],
)  # fmt: skip
def test_a_length_is_read_as_written_and_written_as_read(text, length):
    assert Length.parse(text) == length
    assert str(length) == text


@pytest.mark.parametrize("text", ["", "4", "h", "4 h", "0m", "0bd", "1.5h", "1d", "-1h", "1bd4h", "30m1h", "٣h"])
def test_what_is_no_length_is_not_guessed(text):
    assert Length.parse(text) is None


def test_a_length_is_said_in_the_readers_language():
    assert Length.parse("1h30m").words() == "1 hour 30 minutes"
    assert Length.parse("2bd").words() == "2 business days"
    assert Length.parse("1bd").words("zh") == "1 个工作日"
    assert Length.parse("4h").words("zh-CN") == "4 小时"
