"""Moments are read as people and machines write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from maild.cli.times import brief, local, parse_moment, rfc3339

SHANGHAI = ZoneInfo("Asia/Shanghai")
MOMENT = datetime(2026, 11, 20, 9, 50, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20 17:50",
        "2026-11-20T17:50",
        "2026-11-20 17:50:00",
        "2026-11-20T17:50:00+08:00",
        "2026-11-20T09:50:00Z",
        "2026-11-20t09:50:00z",
        " 2026-11-20 09:50Z ",
        "2026-11-20T09:50:00.000+00:00",
    ],
)
def test_a_moment_has_a_zone_or_is_the_desk_s(text):
    moment = parse_moment(text, SHANGHAI)
    assert moment == MOMENT
    assert moment.tzinfo is UTC


@pytest.mark.parametrize("text", ["", "today", "2026-11-20", "20.11.2026 17:50", "2026-13-01 10:00", "17:50"])
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(ValueError):
        parse_moment(text, SHANGHAI)


def test_machines_get_rfc_3339_and_people_their_own_clock():
    assert rfc3339(MOMENT) == "2026-11-20T09:50:00Z"
    assert rfc3339(MOMENT.astimezone(SHANGHAI)) == "2026-11-20T09:50:00Z"
    assert rfc3339(None) is None
    assert (local(MOMENT, SHANGHAI), local(None, SHANGHAI)) == ("2026-11-20 17:50", "")
    assert (brief(MOMENT, SHANGHAI), brief(None, SHANGHAI)) == ("11-20 17:50", "")
