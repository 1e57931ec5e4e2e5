"""A ticket that is solved is archived in the same commit, found by what solved it, and counted by who solved it."""

from __future__ import annotations

from pathlib import Path

import pytest

from maild.flow.visit import say_works
from maild.knowledge import Library, Source, read_library
from tests.stories.roster import BEN, EVA, Staffed

ARTICLES = Path(__file__).parents[2] / "knowledge"


@pytest.fixture(scope="module")
def library() -> Library:
    files = sorted(ARTICLES.glob("*/*.md"))
    return read_library([Source(f.relative_to(ARTICLES).as_posix(), f.name, f.read_text()) for f in files]).library


@pytest.fixture
def desk(store, library) -> Staffed:
    return Staffed(store, library=lambda: library)


def receipt(desk: Staffed, text: str = "My VPN asks for a code that never comes, error 809.\n"):
    desk.mail(EVA, "VPN down", text)
    return desk.to("eva@example.com")[-1]


def test_an_agents_resolving_words_are_the_solution_and_it_is_found_by_them(desk):
    ticket = desk.opened()
    desk.wait(hours=2)
    desk.reply(ticket, "/resolve\n\nI renewed your certificate.\n", sender=BEN)
    kept = desk.ticket(1001)
    assert (kept.status, kept.solution, kept.solved_by) == ("resolved", "I renewed your certificate.", "agent")
    assert (kept.elapsed_seconds, kept.touches) == (7200, 1)
    assert [one.number for one in desk.store.find.tickets("certificate", solved=True)] == [1001]


def test_a_cause_that_is_ordered_is_archived_with_the_solution_told_of_and_found(desk):
    ticket = desk.opened()
    desk.reply(ticket, "/cause loose cable\n", sender=BEN)
    [transcript] = desk.sent()
    assert "Cause:             - -> loose cable" in transcript.text
    desk.reply(ticket, "/resolve\n\nI put it in again. Cause: something else\n", sender=BEN)
    kept = desk.ticket(1001)
    assert (kept.cause, kept.solved_by) == ("loose cable", "agent")
    assert [one.number for one in desk.store.find.tickets("loose cable", solved=True)] == [1001]
    desk.reply(ticket, "/原因 网线松了\n", sender=BEN)
    assert desk.ticket(1001).cause == "网线松了"
    assert [one.number for one in desk.store.find.tickets("网线松了", solved=True)] == [1001]
    desk.reply(ticket, "/undo\n", sender=BEN)
    assert desk.ticket(1001).cause == "loose cable"


def test_what_did_not_help_is_forgotten_when_the_ticket_comes_back(desk):
    ticket = desk.opened()
    desk.reply(ticket, "/resolve\n\nI renewed your certificate.\n", sender=BEN)
    answer = next(post for post in desk.later() if post.to == "eva@example.com")
    desk.reply(answer, "It still does not work.\n", sender=EVA)
    kept = desk.ticket(1001)
    assert (kept.status, kept.solution, kept.solved_by, kept.elapsed_seconds) == ("open", "", "", None)


def test_thanks_for_what_is_solved_let_it_rest(desk):
    ticket = desk.opened()
    desk.reply(ticket, "/resolve\n\nI renewed your certificate.\n", sender=BEN)
    answer = next(post for post in desk.later() if post.to == "eva@example.com")
    desk.reply(answer, "It works now, thank you!\n\nEva\n", sender=EVA)
    assert desk.ticket(1001).status == "resolved"
    assert desk.to("eva@example.com") == []
    assert ("change", "still resolved: the requester only confirmed it or said thanks") in desk.history(1001)


def test_a_requester_whom_the_steps_helped_has_solved_it_himself(desk):
    desk.reply(receipt(desk), "It works now, thanks!\n", sender=EVA)
    kept = desk.ticket(1001)
    assert (kept.status, kept.solved_by, kept.suggested) == ("resolved", "self-service", ("vpn-reset",))
    assert kept.touches == 0
    assert (
        "change",
        "status: new -> resolved, because the requester wrote that what was suggested helped (vpn-reset)",
    ) in (desk.history(1001))


@pytest.mark.parametrize("text", ["Thanks!\n", "It works now, but my mail is broken.\n", "Will it work now?\n"])
def test_in_doubt_a_reply_is_a_reply(desk, text):
    desk.reply(receipt(desk), text, sender=EVA)
    kept = desk.ticket(1001)
    assert (kept.status, kept.solved_by) == ("new", "")


def test_nobody_else_can_say_that_it_helped(desk):
    desk.mail(EVA, "VPN down", "My VPN asks for a code, error 809.\n", cc="tom@example.com")
    mine = desk.to("eva@example.com")[-1]
    desk.reply(mine, "It works now, thanks!\n", sender="Tom <tom@example.com>")
    assert desk.ticket(1001).status == "new"


def test_nothing_was_suggested_so_nothing_is_self_service(desk):
    desk.reply(receipt(desk, "The lift stands still.\n"), "It works now, thanks!\n", sender=EVA)
    assert desk.ticket(1001).solved_by == ""


def test_a_button_on_the_page_counts_like_the_word(desk):
    receipt(desk)
    say_works(1001, desk.store, desk.context, desk.now)
    kept = desk.ticket(1001)
    assert (kept.status, kept.solved_by, kept.elapsed_seconds) == ("resolved", "self-service", 0)
