"""Reads the rulebook's own tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from maild.desk.asking import QUESTIONS
from maild.desk.decision import OUTCOMES
from maild.desk.length import Length
from maild.desk.ticket import IMPACTS, PRIORITIES, URGENCIES
from maild.rulebook.keys import PROMISES, STATES
from maild.rulebook.model import Expectation, SelfTest, SelfTestMail
from maild.rulebook.reading import values
from maild.rulebook.reading.reader import Reader
from maild.rulebook.reading.tree import Mapping, Node, Scalar

_CHOICES = {"impact": IMPACTS, "urgency": URGENCIES, "priority": PRIORITIES, "outcome": OUTCOMES}
_NAMES = {"queue": "queue", "category": "category", "assignee": "agent or none"}
_LISTS = {"suggested": "article", "notified": "agent or requester", "fired": "timer"}


def tests(read: Reader, node: Node, zone: ZoneInfo) -> list[tuple[SelfTest, Node]]:
    """Read the tests, each with its node for later doubts; times without a zone are in the one given."""
    return [(_test(read, member, zone), member) for member in read.nodes(node, "tests")]


def _test(read: Reader, node: Node, zone: ZoneInfo) -> SelfTest:
    of = read.fields(node, "a test", required=("name", "at", "mail", "expect"))
    at = read.value(of["at"], "at", lambda text: values.moment(text, zone)) if "at" in of else None
    after = read.value(of["after"], "after", _elapsed) if "after" in of else None
    return SelfTest(
        name=read.text(of["name"], "name") if "name" in of else "",
        line=of["name"].line if "name" in of else node.line,
        at=(at or datetime(2000, 1, 1, tzinfo=UTC)).astimezone(UTC),
        mail=_mail(read, of["mail"]) if "mail" in of else SelfTestMail(""),
        expect=_expectations(read, of["expect"], zone) if "expect" in of else (),
        after=after,
        status=read.one_of(of["status"], STATES, "status of a test") if "status" in of else "new",
    )


def _elapsed(text: str) -> timedelta | values.Wrong:
    """Read how much later a test looks again: real time, by the clock on the wall."""
    found = Length.parse(text)
    if found and not found.days:
        return found.time
    return values.Wrong(f'"{text}" is no stretch of time', "write 25m or 4h; here every minute counts, open or shut")


def _mail(read: Reader, node: Node) -> SelfTestMail:
    of = read.fields(node, "the mail of a test", required=("from",))

    def addresses(key: str) -> tuple[str, ...]:
        return tuple(found for item in read.items(of[key], key) if (found := read.value(item, key, values.address)))

    headers = read.mapping(of["header"], "header") if "header" in of else []
    return SelfTestMail(
        from_=read.value(of["from"], "from", values.address) or "" if "from" in of else "",
        to=addresses("to") if "to" in of else (),
        cc=addresses("cc") if "cc" in of else (),
        subject=_any_text(read, of.get("subject"), "subject"),
        text=_any_text(read, of.get("text"), "text"),
        headers=tuple((key.text.lower(), _any_text(read, value, key.text)) for key, value in headers),
        attachments=tuple(item.text for item in read.items(of["attachment"], "attachment"))
        if "attachment" in of
        else (),
        size=read.value(of["size"], "size", values.octets) or 0 if "size" in of else 0,
        language=read.name(of["language"], "language") if "language" in of else "",
        authenticated=read.yes_no(of["authenticated"], "authenticated") if "authenticated" in of else False,
        department=_any_text(read, of.get("department"), "department"),
        location=_any_text(read, of.get("location"), "location"),
        vip=read.yes_no(of["vip"], "vip") if "vip" in of else False,
    )


def _any_text(read: Reader, node: Node | None, of: str) -> str:
    """Read a text that may be empty."""
    if node is None or (isinstance(node, Scalar) and not node.text.strip()):
        return ""
    return read.text(node, of)


def _expectations(read: Reader, node: Node, zone: ZoneInfo) -> tuple[Expectation, ...]:
    of = read.fields(node, "expect")
    if isinstance(node, Mapping) and not node.pairs:
        read.wrong(node, "this test expects nothing", "as in expect: {queue: helpdesk, priority: P3}")
    found = []
    for key, value in of.items():
        texts = _texts(read, key, value, zone)
        found.append(Expectation(key, texts, value.line, value.col, value.width))
    return tuple(found)


def _texts(read: Reader, key: str, node: Node, zone: ZoneInfo) -> tuple[str, ...]:
    if key in _CHOICES:
        return (read.one_of(node, _CHOICES[key], key),)
    if key in _NAMES:
        return (read.name(node, _NAMES[key]),)
    if key in _LISTS:
        return read.names(node, _LISTS[key])
    if key == "asked":
        return read.some_of(node, QUESTIONS, "question maild can ask")
    if key in PROMISES:
        at = read.value(node, key, lambda text: text if text == "none" else values.moment(text, zone))
        return (at.astimezone(UTC).isoformat() if isinstance(at, datetime) else "none",)
    return tuple(item.text for item in read.items(node, key))
