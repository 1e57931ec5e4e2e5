"""Due times out of a row of the SLA table."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from maild.desk.calendar import Calendar, Span
from maild.desk.length import Length
from maild.desk.sla import DueTimes, Sla, due_times

OFFICE = Calendar("office", ZoneInfo("UTC"), ((Span(540, 1080),),) * 5 + ((), ()))
FRIDAY = datetime(2026, 11, 20, 17, tzinfo=UTC)


def test_each_clock_of_a_row_runs_out_by_its_own_length():
    row = Sla("P2", OFFICE, Length.parse("1h"), Length.parse("2h"), Length.parse("1bd"))
    assert due_times(row, FRIDAY) == DueTimes(
        FRIDAY + timedelta(hours=1),
        datetime(2026, 11, 23, 10, tzinfo=UTC),
        datetime(2026, 11, 23, 17, tzinfo=UTC),
    )


def test_what_is_not_promised_is_never_due():
    assert due_times(Sla("P4", OFFICE), FRIDAY) == DueTimes(None, None, None)
