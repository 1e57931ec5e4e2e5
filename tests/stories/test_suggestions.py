"""While a requester waits: the receipt brings steps that very likely help, in his language, or none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from maild.knowledge import Library, Source, read_library
from maild.rulebook.load import load
from maild.rulebook.model import Rulebook
from maild.rulebook.reading.names import World
from maild.store import Store
from tests.stories.desk import Desk
from tests.stories.roster import Staffed

ARTICLES = Path(__file__).parents[2] / "knowledge"
RULES = """
notifications:
  opened: {requester: receipt}
rules:
  - name: lifts
    when: {text: lift}
    suggest: phishing
"""


@pytest.fixture(scope="module")
def library() -> Library:
    files = sorted(ARTICLES.glob("*/*.md"))
    return read_library([Source(f.relative_to(ARTICLES).as_posix(), f.name, f.read_text()) for f in files]).library


@pytest.fixture
def desk(store: Store, library: Library) -> Desk:
    return Desk(store, library=lambda: library)


def test_a_receipt_brings_the_steps_that_fit_the_mail(desk):
    desk.mail(subject="VPN", text="Cannot connect from home, error 809.\n")
    (receipt,) = desk.sent()
    assert "WHILE YOU WAIT" in receipt.text
    assert "YOUR VPN DOES NOT CONNECT" in receipt.text
    assert "    1. Open any website." in receipt.text
    assert "<li" in receipt.html.partition("While you wait")[2]


def test_a_chinese_mail_gets_chinese_steps(desk):
    desk.mail(subject="打印机卡纸，很急", text="三楼会议室的打印机卡纸了，下午两点开会要用。\n")
    (receipt,) = desk.sent()
    assert "【等待时可以先试试】" in receipt.text
    assert "“打印机不能打印”" in receipt.text


def test_a_mail_about_something_else_gets_none(desk):
    desk.mail(subject="Canteen", text="Who would like to join us for lunch on Friday?\n")
    (receipt,) = desk.sent()
    assert "WHILE YOU WAIT" not in receipt.text
    assert "While you wait" not in receipt.html


def test_the_trace_tells_what_was_suggested_and_why(desk):
    desk.mail(subject="VPN", text="Cannot connect from home, error 809.\n")
    trace = desk.store.tickets.entries(1001)[0].trace
    assert '"name": "vpn-reset", "hit": true, "reason": "the words or the error code of the mail fit it"' in trace


def test_a_rule_goes_before_the_words_and_at_most_two_articles_are_sent(store, library):
    rulebook = load(RULES, "rules.yaml", World(articles=library.names), Rulebook())
    assert isinstance(rulebook, Rulebook)
    desk = Desk(store, library=lambda: library, rulebook=lambda: rulebook)
    desk.mail(subject="VPN in the lift", text="In the lift my VPN cannot connect, error 809. Printer: paper jam.\n")
    (receipt,) = desk.sent()
    told = [title for title in ("A MAIL LOOKS SUSPICIOUS", "YOUR VPN DOES NOT CONNECT") if title in receipt.text]
    assert told == ["A MAIL LOOKS SUSPICIOUS", "YOUR VPN DOES NOT CONNECT"]
    assert "THE PRINTER DOES NOT PRINT" not in receipt.text


def test_a_follow_up_is_offered_nothing_again(desk):
    desk.mail(subject="VPN", text="Cannot connect from home, error 809.\n")
    (receipt,) = desk.sent()
    desk.reply(receipt, "The printer has a paper jam, too.\n")
    assert "suggest" not in desk.store.tickets.entries(1001)[-1].trace


def solve(desk: Desk, number: int, solution: str) -> None:
    ticket = desk.ticket(number)
    desk.store.tickets.update(replace(ticket, status="resolved", resolved_at=desk.now, solution=solution))


def test_agents_are_shown_what_solved_tickets_like_this_one(store):
    desk = Staffed(store)
    desk.opened("The lamp over my desk is dark.\n", "Lamp is dark")
    solve(desk, 1001, "Changed the fuse of the lamp.")
    notice = desk.opened("My lamp is dark, too.\n", "Dark lamp")
    assert (
        "Solved before, and maybe the same:\n  * #1001 Lamp is dark\n      Changed the fuse of the lamp."
        in notice.text.replace("\r\n", "\n")
    )
    assert "#1001" in notice.html


def test_a_requester_never_sees_the_tickets_of_others(store):
    desk = Staffed(store)
    desk.opened("The lamp over my desk is dark.\n", "Lamp is dark")
    solve(desk, 1001, "Changed the fuse of the lamp.")
    desk.mail("Tom <tom@example.com>", "Dark lamp", "My lamp is dark, too.\n")
    (receipt,) = desk.to("tom@example.com")
    assert "1001" not in receipt.text + receipt.html
    assert "fuse" not in receipt.text + receipt.html


def test_what_is_open_or_unlike_is_not_shown(store):
    desk = Staffed(store)
    desk.opened("The lamp over my desk is dark.\n", "Lamp is dark")
    assert "Solved before" not in desk.opened("My lamp is dark, too.\n", "Dark lamp").text
    solve(desk, 1001, "Changed the fuse of the lamp.")
    assert "Solved before" not in desk.opened("The lift stands between two floors.\n", "Lift stands").text


def test_agents_see_what_the_requester_was_shown(store, library):
    desk = Staffed(store, library=lambda: library)
    notice = desk.opened("Cannot connect from home, error 809.\n", "VPN")
    assert "The requester was shown while waiting:\n  * Your VPN does not connect" in notice.text.replace("\r\n", "\n")
