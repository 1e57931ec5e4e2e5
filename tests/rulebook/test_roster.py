"""Assignment: who of a queue gets the next ticket."""

from datetime import UTC, datetime

import pytest

from maild.rulebook.roster import Choice, Workload, assign, people_of
from tests.rulebook.desks import NOW, rulebook

BOOK = """
    calendars: {office: {timezone: Asia/Shanghai, hours: {mon-fri: 09:00-18:00}}}
    agents:
      li:   {name: Li, email: li@example.com, away: 2026-12-24..2027-01-02}
      ben:  {name: Ben, email: ben@example.com}
      noor: {name: Noor, email: noor@example.com, away: [2026-11-20]}
    teams: {all: [li, ben, noor]}
    queues:
      helpdesk: {agents: [li, ben], assign: least-open, lead: ben}
      network:  {agents: all, assign: round-robin}
      database: {agents: [noor], assign: least-open}
      later:    {agents: [li], assign: none}
    """


@pytest.mark.parametrize(
    ("open_", "chosen"), [({}, "li"), ({"li": 1}, "ben"), ({"li": 2, "ben": 2}, "li"), ({"li": 3, "ben": 2}, "ben")]
)
def test_who_has_the_fewest_open_tickets_gets_the_next(open_, chosen):
    assert assign(rulebook(BOOK), "helpdesk", Workload(open_), NOW).agent == chosen


def test_who_is_away_gets_nothing():
    book, christmas = rulebook(BOOK), datetime(2026, 12, 24, 9, tzinfo=UTC)
    choice = assign(book, "helpdesk", Workload({"ben": 9}), christmas)
    assert choice == Choice("ben", "ben has the fewest open tickets of helpdesk, 9; away: li")
    assert assign(book, "database", Workload(), NOW) == Choice("", "everybody of database is away: noor")


def test_an_absence_begins_and_ends_at_midnight_of_the_first_calendars_zone():
    book = rulebook(BOOK)
    assert assign(book, "helpdesk", Workload(), datetime(2026, 12, 23, 15, 59, tzinfo=UTC)).agent == "li"
    assert assign(book, "helpdesk", Workload(), datetime(2026, 12, 23, 16, 0, tzinfo=UTC)).agent == "ben"
    assert assign(book, "helpdesk", Workload(), datetime(2027, 1, 2, 15, 59, tzinfo=UTC)).agent == "ben"
    assert assign(book, "helpdesk", Workload(), datetime(2027, 1, 2, 16, 0, tzinfo=UTC)).agent == "li"


def test_turns_go_round_and_pass_over_who_is_away():
    book, tomorrow = rulebook(BOOK), datetime(2026, 11, 23, tzinfo=UTC)
    order, last = [], {}
    for _ in range(5):
        order.append(assign(book, "network", Workload(last=last), tomorrow).agent)
        last = {"network": order[-1]}
    assert order == ["li", "ben", "noor", "li", "ben"]
    assert assign(book, "network", Workload(last={"network": "ben"}), NOW).agent == "li"
    assert assign(book, "network", Workload(last={"network": "somebody who left"}), NOW).agent == "li"


def test_a_queue_that_assigns_nothing_leaves_a_ticket_to_whoever_takes_it():
    assert assign(rulebook(BOOK), "later", Workload(), NOW).agent == ""
    assert assign(rulebook(BOOK), "nowhere", Workload(), NOW).agent == ""


def test_a_word_of_notify_means_people():
    book = rulebook(BOOK)
    assert people_of(book, "queue", "helpdesk", "ben") == ("li", "ben")
    assert people_of(book, "lead", "helpdesk", "") == ("ben",)
    assert people_of(book, "assignee", "helpdesk", "ben") == ("ben",)
    assert people_of(book, "assignee", "helpdesk", "") == ("li", "ben")
    assert people_of(book, "all", "helpdesk", "") == ("li", "ben", "noor")
    assert people_of(book, "noor", "helpdesk", "") == ("noor",)
    assert people_of(book, "lead", "network", "") == ()
