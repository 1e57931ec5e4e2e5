"""The review reaches each lead once, on the first working day, in his language, with its pictures."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from itertools import count

import pytest

from maild.daemon.time import pass_time
from maild.desk.calendar import Calendar
from maild.desk.ticket import Ticket
from maild.desk.trust import Keys
from maild.flow.context import Context
from maild.log import open_log
from maild.mail.message import Address
from maild.report.period import due_review
from maild.report.png import missing_font
from maild.report.send import leads, send_due_review
from maild.rulebook.model import Agent, Queue, Rulebook
from maild.store import Store
from tests.report.year import OFFICE, ZONE, fill
from tests.shipped import TEMPLATES

BOOK = Rulebook(
    agents={
        "li": Agent("li", "李静", "li.jing@example.com", language="zh"),
        "noor": Agent("noor", "Noor Haddad", "noor@example.com"),
    },
    queues={
        "helpdesk": Queue("helpdesk", ("li", "noor"), lead="li"),
        "network": Queue("network", lead="noor"),
        "printers": Queue("printers", lead="li"),
    },
    calendars={"office": OFFICE},
)
MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=ZONE)
"""The first working day of November; the 1st is a Sunday."""
NUMBERS = count(10**7)


def context(book: Rulebook = BOOK) -> Context:
    return Context(
        own=frozenset({"support@example.com"}),
        sender=Address("IT Helpdesk", "support@example.com"),
        keys=Keys((b"k" * 32,)),
        render=TEMPLATES.render,
        rulebook=lambda: book,
        nonce=lambda: str(next(NUMBERS)).translate(str.maketrans("0189", "abcd")),
    )


@pytest.fixture
def year(store: Store) -> Store:
    fill(store, 300, until=datetime(2026, 11, 1, tzinfo=UTC))
    return store


def send(store: Store, at: datetime = MONDAY, book: Rulebook = BOOK) -> list[str]:
    return send_due_review(store, context(book), at)


@pytest.mark.parametrize(
    ("at", "month"),
    [
        (MONDAY - timedelta(days=1), None),
        (MONDAY - timedelta(seconds=1), None),
        (MONDAY, "2026-10"),
        (MONDAY + timedelta(days=20), "2026-10"),
        (datetime(2026, 12, 1, 9, 0, tzinfo=ZONE), "2026-11"),
    ],
)
def test_a_review_is_due_when_the_desk_first_opens_in_the_next_month(at, month):
    due = due_review(OFFICE, at)
    assert (due.name if due else None) == month


def test_a_holiday_puts_it_off_to_the_day_after():
    closed = Calendar("office", ZONE, OFFICE.hours, closed=frozenset({MONDAY.date()}))
    assert due_review(closed, MONDAY + timedelta(hours=8)) is None
    assert due_review(closed, MONDAY + timedelta(days=1)).name == "2026-10"


def test_a_desk_that_never_opens_gets_it_at_midnight():
    never = Calendar("never", ZONE, ((),) * 7)
    assert due_review(never, datetime(2026, 11, 1, 0, 0, tzinfo=ZONE)).name == "2026-10"


def test_each_lead_gets_one_mail_in_his_language(year):
    assert send(year) == ["li.jing@example.com", "noor@example.com"]
    rows = {row.to: row for row in year.outbox.list()}
    assert rows["li.jing@example.com"].subject == "月度回顾：2026年10月"
    assert rows["noor@example.com"].subject == "Monthly review: October 2026"
    assert {row.notice for row in rows.values()} == {"monthly-review"}


def test_it_is_sent_once_whoever_asks_and_however_often(year):
    assert send(year)
    assert send(year) == []
    assert send(year, MONDAY + timedelta(days=25)) == []
    assert year.is_taken("review 2026-10", MONDAY + timedelta(days=40))
    assert len(year.outbox.list()) == 2


def test_nothing_is_sent_before_it_is_due_without_leads_or_without_tickets(year, tmp_path):
    assert send(year, MONDAY - timedelta(hours=1)) == []
    assert send(year, book=Rulebook(calendars={"office": OFFICE})) == []
    assert send(year, datetime(2026, 1, 5, 9, tzinfo=ZONE)) == []
    assert year.outbox.list() == []
    assert send(year)


class Broken(Exception):
    """A template that an admin has edited."""


def broken() -> Context:
    def fail(*_):
        raise Broken

    return replace(context(), render=fail)


def test_a_failure_leaves_it_due_for_a_later_try(year):
    with pytest.raises(Broken):
        send_due_review(year, broken(), MONDAY)
    assert send(year, MONDAY + timedelta(minutes=9)) == []
    assert year.outbox.list() == []
    assert len(send(year, MONDAY + timedelta(minutes=10))) == 2


def test_the_time_that_passes_sends_it(year):
    log = open_log(io.StringIO(), "text")
    assert pass_time(year, context(), MONDAY, log) == 2
    assert pass_time(year, context(), MONDAY + timedelta(seconds=1), log) == 0


def test_a_review_that_cannot_be_written_keeps_no_timer_from_firing(year):
    told = io.StringIO()
    assert pass_time(year, broken(), MONDAY, open_log(told, "text")) == 0
    assert "the monthly review" in told.getvalue()


def test_an_address_that_is_suppressed_gets_nothing(year):
    year.suppress("noor@example.com", "550 no such user", MONDAY)
    send(year)
    assert {row.to: row.state for row in year.outbox.list()} == {
        "li.jing@example.com": "queued",
        "noor@example.com": "withheld",
    }


@pytest.mark.skipif(bool(missing_font("zh")), reason="this machine has no Chinese font")
def test_the_mail_shows_every_picture_it_brings_and_brings_every_one_it_shows(year):
    send(year)
    row = next(row for row in year.outbox.list() if row.to == "li.jing@example.com")
    mail = message_from_bytes(year.outbox.raw(row.id), policy=policy.default)
    html = mail.get_body(("html",)).get_content()
    brought = {part["Content-ID"].strip("<>") for part in mail.walk() if part.get_content_type() == "image/png"}
    assert len(brought) >= 7
    assert html.count("<img") == len(brought)
    assert all(f'src="cid:{name}"' in html for name in brought)
    assert "<svg" not in html
    assert "反复出现最多的问题" in mail.get_body(("plain",)).get_content()
    files = {part.get_filename() for part in mail.walk() if part.get_content_type() == "text/csv"}
    assert files == {"review-2026-10.csv", "review-2026-10-five-whys.csv"}
    assert len(year.outbox.raw(row.id)) < 1_500_000


def test_leads_are_named_once():
    assert leads(BOOK) == {"li.jing@example.com": "zh", "noor@example.com": "en"}


def test_a_ticket_of_today_alone_makes_no_review_of_last_month(store: Store):
    store.tickets.insert(Ticket(0, "VPN", "eva@example.com", "", "en", MONDAY))
    assert send(store, MONDAY + timedelta(hours=1)) == []
