"""The log tells each fact in one line that a postmaster understands, as text or as JSON."""

import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from maild.desk.decision import OUTCOMES
from maild.log import Log, open_log

NOON = datetime(2026, 11, 20, 12, 0, 3, tzinfo=UTC)


class Terminal(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        return True


class FullDisk(io.StringIO):
    """A stream that takes nothing."""

    tried = 0

    def write(self, text: str) -> int:
        self.tried += 1
        raise OSError(28, "No space left on device")


def log_to(stream: io.StringIO, form: str | None = None, level: str = "info") -> Log:
    return open_log(stream, form, level, clock=lambda: NOON)


def sentence(tell) -> str:
    stream = io.StringIO()
    tell(log_to(stream, "text"))
    (line,) = stream.getvalue().splitlines()
    assert line.startswith(f"{NOON.astimezone():%Y-%m-%d %H:%M:%S} ")
    return line[20:]


def local(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    "tell, expected",
    [
        (lambda log: log.started(["a@b.c", "d@e.f"]), "maild reads a@b.c, d@e.f"),
        (lambda log: log.stopping(), "maild finishes what it has begun"),
        (lambda log: log.stopped(), "maild has stopped"),
        (lambda log: log.taken("a@b.c", 1), "a@b.c: 1 mail taken"),
        (lambda log: log.taken("a@b.c", 12), "a@b.c: 12 mails taken"),
        (lambda log: log.opened(7, "new", 1001), "mail 7 opened ticket 1001: new"),
        (lambda log: log.held(7, "no From"), "warning: mail 7 is held for a person: no From"),
        (lambda log: log.connected("imap.b.c"), "imap.b.c: connected"),
        (
            lambda log: log.reconnecting("imap.b.c", "it hung up"),
            "warning: imap.b.c: it hung up; maild goes on trying",
        ),
        (
            lambda log: log.reconnecting("database", "It is away.", NOON),
            f"warning: database: It is away; maild goes on trying, as it has since {local(NOON)}",
        ),
        (lambda log: log.back("database", NOON, timedelta(seconds=8)), "database: works again, after 8 s"),
        (lambda log: log.back("database", NOON, timedelta(minutes=90)), "database: works again, after 90 min"),
        (lambda log: log.back("database", NOON, timedelta(hours=60)), "database: works again, after 60 h"),
        (
            lambda log: log.waiting("a@b.c"),
            "a@b.c: another maild reads it; this one takes over when that one stops, or 90 s after it died",
        ),
        (lambda log: log.trouble("a@b.c", "no MOVE"), "warning: a@b.c: no MOVE"),
        (
            lambda log: log.sent(3, "receipt", "eva@b.c", 1001, "250 OK"),
            "notice 3 (receipt of ticket 1001 to eva@b.c) sent: 250 OK",
        ),
        (
            lambda log: log.deferred(3, "receipt", "eva@b.c", 1001, "450 later", NOON),
            "warning: notice 3 (receipt of ticket 1001 to eva@b.c) not taken yet, "
            f"once more at {local(NOON)}: 450 later",
        ),
        (
            lambda log: log.failed(3, "receipt", "eva@b.c", None, "550 no"),
            "error: notice 3 (receipt to eva@b.c) given up: 550 no",
        ),
        (
            lambda log: log.withheld(3, "receipt", "eva@b.c", 1001, "a list"),
            "notice 3 (receipt of ticket 1001 to eva@b.c) not sent: a list",
        ),
        (
            lambda log: log.overdue(3, "receipt", "eva@b.c", 1001, NOON),
            f"error: notice 3 (receipt of ticket 1001 to eva@b.c) still unsent, promised by {local(NOON)}",
        ),
    ],
)
def test_a_fact_is_one_sentence(tell, expected):
    assert sentence(tell) == expected


@pytest.mark.parametrize("outcome", [*OUTCOMES, "retry"])
def test_every_outcome_of_a_mail_has_its_words(outcome):
    told = sentence(lambda log: log.outcome(7, outcome, "because", 1001))
    assert "mail 7 " in told
    assert told.endswith(": because")
    assert outcome in {"spam", "ignored", "held"} or f"is {outcome}" not in told


def test_a_machine_gets_one_json_object_a_line():
    stream = io.StringIO()
    log_to(stream).opened(7, "VPN 瘫痪\nnext", 1001)
    assert stream.getvalue().count("\n") == 1
    assert "瘫痪" in stream.getvalue()
    assert json.loads(stream.getvalue()) == {
        "at": "2026-11-20T12:00:03Z",
        "level": "info",
        "event": "opened",
        "sentence": "mail 7 opened ticket 1001: VPN 瘫痪\nnext",
        "mail": 7,
        "ticket": 1001,
        "reason": "VPN 瘫痪\nnext",
    }


def test_a_terminal_gets_text_and_a_pipe_gets_json_unless_the_settings_say_so():
    for stream, form, is_json in [
        (Terminal(), None, False),
        (io.StringIO(), None, True),
        (Terminal(), "json", True),
        (io.StringIO(), "text", False),
    ]:
        log_to(stream, form).stopped()
        assert stream.getvalue().startswith("{") == is_json


def test_the_level_leaves_out_what_is_of_less_weight():
    stream = io.StringIO()
    log = log_to(stream, "text", "warning")
    log.taken("a@b.c", 1)
    log.held(7, "no From")
    assert len(stream.getvalue().splitlines()) == 1


def test_what_came_by_mail_starts_no_line_of_its_own_and_moves_no_cursor():
    told = sentence(lambda log: log.opened(7, "x\r\n2026 mail 8 opened\x1b[2J\u2028\x9b", 1))
    assert told == "mail 7 opened ticket 1: x  2026 mail 8 opened [2J  "


def test_half_a_letter_stops_no_log():
    stream = io.StringIO()
    log_to(stream, "json").opened(7, "\ud83d", 1)
    assert json.loads(stream.getvalue())["mail"] == 7


def test_a_mistake_of_ours_carries_its_traceback():
    try:
        raise KeyError("subject")
    except KeyError as error:
        text, machine = io.StringIO(), io.StringIO()
        log_to(text, "text").bug("receive", error)
        log_to(machine, "json").bug("receive", error)
    assert "error: receive: a mistake in maild itself (KeyError: 'subject')\nTraceback" in text.getvalue()
    assert "Traceback" in json.loads(machine.getvalue())["traceback"]


def test_a_log_that_cannot_be_written_stops_nobody():
    disk = FullDisk()
    log_to(disk, "text").stopped()
    assert disk.tried
    closed = io.StringIO()
    closed.close()
    open_log(Terminal()).stopped()
    log_to(closed, "text").stopped()
