"""The Date field becomes a moment in UTC, or nothing where it makes no sense."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.mail.limits import Defects
from maild.mail.wire.dates import read_date


@pytest.mark.parametrize(
    "raw",
    [
        "Mon, 6 Jan 2025 10:00:00 +0800",
        "6 Jan 2025 02:00:00 GMT",
        "Mon, 06 Jan 2025 02:00 +0000 (UTC)",
        "Mon, 6 Jan 25 02:00:00 UT",
        "Mon,  6 Jan 2025 02:00:00 -0000",
        "Sun, 5 Jan 2025 21:00:00 EST",
        "Tue, 6 Jan 2025 02:00:00 +0000",
        "2025-01-06 10:00:00 +0800",
        "2025-01-06T02:00:00.123Z",
        "Mon, 6 January 2025 02:00:00 +0000",
        "Mon Jan  6 02:00:00 2025",
        "Mon, 6-Jan-2025 02:00:00 GMT",
    ],
)
def test_a_date_is_read_in_the_many_ways_it_is_written(raw):
    assert read_date(raw, Defects()) == datetime(2025, 1, 6, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw", ["zzz", "Mon, 99 Foo 9999 99:99:99 +9999", "0", "Fri, 31 Feb 2025 10:00:00 +0000", "1" * 9_999]
)
def test_what_is_no_date_is_none_and_noted(raw):
    defects = Defects()
    assert read_date(raw, defects) is None
    assert defects.all()[0].startswith("the Date field says no date")


@pytest.mark.parametrize("raw", ["Thu, 1 Jan 1970 00:00:00 +0000", "Mon, 6 Jan 2525 10:00:00 +0000"])
def test_an_absurd_date_is_none_and_noted(raw):
    defects = Defects()
    assert read_date(raw, defects) is None
    assert defects.all()[0].startswith("the Date field is absurd")


LIKE_A_DATE = st.text("0123456789:+- ,JanFeMrGTZ()", max_size=60)


@given(st.text(max_size=80) | LIKE_A_DATE)
def test_any_text_is_a_moment_in_utc_or_none(raw):
    found = read_date(raw, Defects())
    if found is not None:
        assert found.utcoffset() == timedelta(0)
        assert read_date(format_datetime(found), Defects()) == found
