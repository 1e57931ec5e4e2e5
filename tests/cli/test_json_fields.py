"""What `maild explain --json` prints of a decision."""

import json
from dataclasses import replace
from datetime import UTC, datetime

from maild.cli.fields import explained_fields, read_fields
from maild.desk.decision import Decision, Notice, Step
from maild.desk.ticket import Ticket
from maild.flow.receive import read
from tests.stories.desk import Desk

EXPLAIN = [
    "kind", "outcome", "ticket", "queue", "category", "impact", "urgency", "priority", "assignee", "suggest", "notices",
    "rules", "first_response_due", "resolution_due",
]  # fmt: skip
NINE = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TICKET = Ticket(0, "VPN", "eva@example.com", "Eva", "en", NINE, queue="network", first_response_due=NINE)
DECISION = Decision(
    "opened",
    "a new question",
    after=TICKET,
    notices=(
        Notice("receipt", "eva@example.com", "requester", "en"),
        Notice("new-ticket", "l@e.com", "queue", "en", withheld="x"),
    ),
    steps=(Step("classify", "correspondence", True, "no sign"), Step("rule", "vpn", True, "says vpn", 12)),
    suggest=("vpn-reset",),
)


def test_every_promised_field_is_there_in_the_promised_order():
    fields = explained_fields("correspondence", DECISION)
    assert list(fields)[: len(EXPLAIN)] == EXPLAIN
    assert list(fields["rules"][0]) == ["name", "line", "hit", "reason"]
    json.dumps(fields)


def test_the_values_are_those_of_the_decision():
    fields = explained_fields("correspondence", DECISION)
    assert {name: fields[name] for name in EXPLAIN} == {
        "kind": "correspondence",
        "outcome": "opened",
        "ticket": None,
        "queue": "network",
        "category": "other",
        "impact": "individual",
        "urgency": "medium",
        "priority": "P3",
        "assignee": "",
        "suggest": ["vpn-reset"],
        "notices": [
            {"notice": "receipt", "to": "eva@example.com", "role": "requester", "language": "en", "withheld": ""},
            {"notice": "new-ticket", "to": "l@e.com", "role": "queue", "language": "en", "withheld": "x"},
        ],
        "rules": [{"name": "vpn", "line": 12, "hit": True, "reason": "says vpn"}],
        "first_response_due": "2026-11-20T09:00:00Z",
        "resolution_due": None,
    }


def test_a_follow_up_names_its_ticket_and_an_ignored_mail_none():
    known = replace(TICKET, number=1001)
    assert explained_fields("correspondence", Decision("followed_up", "x", before=known))["ticket"] == 1001
    ignored = explained_fields("auto-reply", Decision("auto_reply", "x"))
    assert list(ignored)[: len(EXPLAIN)] == EXPLAIN
    assert ignored["ticket"] is ignored["queue"] is ignored["first_response_due"] is None


def test_what_the_mail_says_is_told_as_maild_reads_it(store):
    desk = Desk(store)
    raw = desk.raw(subject="打印机", text="It is jammed.\n\nOn Mon, Tom <tom@example.com> wrote:\n> What?\n")
    mail = read_fields(read(raw, desk.context))["mail"]
    assert mail["from"] == [{"name": "Eva Lindqvist", "email": "eva@example.com"}]
    assert (mail["subject"], mail["reply"]) == ("打印机", "It is jammed.")
    assert "What?" in mail["text"]
    json.dumps(mail)
