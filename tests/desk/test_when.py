"""A moment in a reader's words."""

from datetime import UTC, datetime

import pytest

from maild.desk.when import when

MOMENT = datetime(2026, 11, 23, 9, 0, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "language", "words"),
    [
        ("Asia/Shanghai", "en", "Monday 23 November, 17:00 (China time)"),
        ("Asia/Shanghai", "zh", "11月23日（周一）17:00"),
        ("Asia/Shanghai", "zh-TW", "11月23日（週一）17:00"),
        ("Europe/Berlin", "en", "Monday 23 November, 10:00 (Central European time)"),
        ("Europe/Berlin", "zh", "11月23日（周一）10:00（中欧时间）"),
        ("America/New_York", "en", "Monday 23 November, 04:00 (Eastern time)"),
        ("UTC", "en", "Monday 23 November, 09:00 (UTC)"),
        ("Etc/GMT+5", "en", "Monday 23 November, 04:00 (GMT-05:00)"),
        ("Europe/Paris", "fr", "lundi 23 novembre, 10:00 (heure d’Europe centrale)"),
        ("UTC", "", "Monday 23 November, 09:00 (UTC)"),
        ("UTC", "not a language", "Monday 23 November, 09:00 (UTC)"),
    ],
)
def test_a_moment_is_told_in_the_readers_language_and_the_desks_zone(zone, language, words):
    assert when(MOMENT, zone, language) == words


def test_the_year_is_named_only_where_it_is_not_this_one():
    next_year = datetime(2027, 1, 4, 1, 0, tzinfo=UTC)
    assert when(next_year, "Asia/Shanghai", "en", MOMENT) == "Monday 4 January 2027, 09:00 (China time)"
    assert when(next_year, "Asia/Shanghai", "zh", MOMENT) == "2027年1月4日（周一）09:00"
    assert when(MOMENT, "Asia/Shanghai", "zh", MOMENT) == "11月23日（周一）17:00"


def test_the_day_is_the_one_of_the_zone():
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert when(late, "Asia/Shanghai", "en").startswith("Monday 23 November, 07:30")
