"""What a requester answers to a ticket that is over: a number rates it, anything else is read by a person."""

from dataclasses import replace

import pytest

from maild.desk.decision import Notice
from maild.flow.commit import queue_notice
from tests.stories.desk import Desk
from tests.web.site import BASE, ROSTER


@pytest.fixture
def desk(store):
    desk = Desk(store, base_url=BASE, rulebook=lambda: ROSTER)
    desk.mail()
    return desk


def close(desk, status="closed", notice="closed"):
    """Close the ticket and send the mail that says so; give that mail."""
    now = desk.now
    ticket = replace(desk.ticket(1001), status=status, resolved_at=now, closed_at=now if status == "closed" else None)
    desk.store.tickets.update(ticket)
    told = Notice(notice, ticket.requester, "requester", ticket.language, {"repeat": True})
    queue_notice(told, ticket, None, "", desk.store, desk.context, now)
    desk.send()
    return desk.sent()[-1]


def test_the_closing_mail_carries_the_link_to_the_rating_page(desk):
    mail = close(desk)
    assert f"{BASE}/r/1001-" in mail.text
    assert f"{BASE}/r/1001-" in mail.html


@pytest.mark.parametrize(("status", "notice"), [("closed", "closed"), ("resolved", "resolved")])
def test_a_number_answered_to_it_is_a_rating(desk, status, notice):
    mail = close(desk, status, notice)
    done = desk.reply(mail, "5 quick and friendly\n")
    assert (done.outcome, done.ticket) == ("followed_up", 1001)
    rating = desk.store.ratings.get(1001)
    assert (rating.score, rating.comment, rating.source) == (5, "quick and friendly", "mail")
    assert (desk.ticket(1001).status, desk.ticket(1001).rating) == (status, 5)
    assert desk.sent() == []


def test_a_low_rating_by_mail_reaches_the_lead(desk):
    desk.reply(close(desk), "1 nobody called me\n")
    assert (desk.ticket(1001).status, desk.ticket(1001).assignee) == ("open", "noor")
    [notice] = desk.sent()
    assert (notice.notice, notice.to) == ("low-rating", "noor@example.com")
    assert "nobody called me" in notice.text


@pytest.mark.parametrize(
    "text",
    ["5 people cannot print now\n", "It is broken again.\n", "2 more questions?\n", "3 still not working\n"],
)
def test_a_reply_that_is_no_rating_opens_the_ticket_again(desk, text):
    desk.reply(close(desk), text)
    assert desk.ticket(1001).status == "open"
    assert desk.store.ratings.get(1001) is None


def test_a_number_in_answer_to_something_else_is_no_rating(desk):
    desk.mail("Tom <tom@example.com>", "Printer", "Jam.\n")
    [receipt] = [post for post in desk.sent() if (post.notice, post.to) == ("receipt", "tom@example.com")]
    desk.store.tickets.update(replace(desk.ticket(1002), status="resolved", resolved_at=desk.now))
    desk.reply(receipt, "5\n")
    assert desk.store.ratings.get(1002) is None
    assert desk.ticket(1002).status == "open"


def test_nobody_else_rates_for_the_requester(desk):
    mail = close(desk)
    done = desk.reply(mail, "5 great\n", sender="Tom <tom@example.com>")
    assert desk.store.ratings.get(1001) is None
    assert done.ticket != 1001


def test_a_second_number_changes_the_first_for_a_week(desk):
    mail = close(desk)
    desk.reply(mail, "5\n")
    desk.wait(days=6)
    desk.reply(mail, "4 on second thoughts\n")
    assert desk.store.ratings.get(1001).score == 4
    desk.wait(days=2)
    desk.reply(mail, "3\n")
    assert desk.store.ratings.get(1001).score == 4


def test_an_agent_who_resolves_with_words_asks_whether_it_works_now(desk):
    [told] = [post for post in desk.sent() if post.notice == "new-ticket"]
    done = desk.reply(told, "/resolve\nI have put in your new number.\n", sender="Li Jing <li.jing@example.com>")
    assert (done.outcome, desk.ticket(1001).status) == ("commanded", "resolved")
    desk.wait(minutes=2)
    desk.send()
    [answer] = [post for post in desk.sent() if post.to == "eva@example.com" and post.notice == "answer"]
    assert "I have put in your new number." in answer.text
    assert f"{BASE}/t/1001-" in answer.text
    assert f"{BASE}/r/1001-" in answer.html
    assert "/resolve" not in answer.text
    desk.reply(answer, "4 quick\n")
    assert (desk.ticket(1001).status, desk.ticket(1001).rating) == ("resolved", 4)


@pytest.mark.parametrize("text", ["Thanks, it works now!\n", "谢谢，已经好了\n"])
def test_thanks_let_a_solved_ticket_rest(desk, text):
    desk.reply(close(desk, "resolved", "resolved"), text)
    assert desk.ticket(1001).status == "resolved"
    assert "reopened" not in [post.notice for post in desk.sent()]


def test_a_notice_without_pages_carries_no_link(store):
    desk = Desk(store)
    desk.mail()
    mail = close(desk)
    assert "http" not in mail.text
    assert "1 (bad)" not in mail.text
