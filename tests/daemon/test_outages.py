"""What cannot be reached is told of once an hour, however many loops meet it, and when it can be had again."""

import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from maild.daemon.outages import Outages
from maild.log import open_log


class House:
    """A log and a clock."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
        self._told = io.StringIO()
        log = open_log(self._told, "json", clock=lambda: self.now)
        self.outages = Outages(log, lambda: self.now)

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)

    def facts(self) -> list[dict]:
        return [json.loads(line) for line in self._told.getvalue().splitlines()]

    def events(self) -> list[str]:
        return [fact["event"] for fact in self.facts()]


@pytest.fixture
def house():
    return House()


@pytest.fixture
def outages(house):
    return house.outages


def test_a_database_that_is_down_for_a_night_is_told_of_once_an_hour_by_all_loops_together(house, outages):
    for minute in range(8 * 60):
        for loop in ("take support@example.com", "process", "deliver", "tick"):
            outages.down(loop, "database", f"PostgreSQL: connection refused (port {5000 + minute})")
        house.wait(minutes=1)
    assert house.events() == ["reconnecting"] * 8
    first, second, *_ = house.facts()
    assert first["server"] == "database"
    assert "since" not in first
    assert second["since"] == "2026-11-21T09:00:00Z"


def test_another_reason_is_told_at_once(house, outages):
    outages.down("process", "database", "the server closed the connection")
    outages.down("process", "database", "connection refused")
    assert [fact["reason"] for fact in house.facts()] == ["the server closed the connection", "connection refused"]


def test_an_outage_is_over_once_the_last_loop_has_done_its_work(house, outages):
    outages.down("take support@example.com", "database", "the disk is full")
    outages.down("process", "database", "the disk is full")
    house.wait(minutes=7)
    outages.over("tick")
    outages.over("process")
    assert house.events() == ["reconnecting"]
    outages.over("take support@example.com")
    outages.over("take support@example.com")
    assert house.events() == ["reconnecting", "back"]
    back = house.facts()[-1]
    assert (back["server"], back["seconds"]) == ("database", 420)
    assert back["sentence"] == "database: works again, after 7 min"


def test_a_second_outage_is_told_at_once(house, outages):
    for _ in range(2):
        outages.down("process", "database", "connection refused")
        outages.over("process")
    assert house.events() == ["reconnecting", "back"] * 2


def test_a_loop_that_meets_other_trouble_is_past_the_first(house, outages):
    outages.down("take support@example.com", "database", "connection refused")
    outages.down("take support@example.com", "support@example.com", "imap.example.com refused the connection")
    assert house.events() == ["reconnecting", "back", "reconnecting"]


def test_a_mistake_of_ours_shows_its_traceback_once_an_hour(house, outages):
    for _ in range(61):
        outages.failed("tick", ValueError("no such day"))
        house.wait(minutes=1)
    assert house.events() == ["bug"] * 2
    outages.failed("tick", KeyError("queue"))
    assert house.events() == ["bug"] * 3
