"""A whole day at a desk, in mail only: what each person writes and reads, in English and in Chinese."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from tests.stories.desk import Post
from tests.stories.roster import BEN, EVA, LI, NOOR, Staffed

WANG = "王芳 <wang.fang@example.com>"


@pytest.fixture
def desk(store):
    return Staffed(store)


def tap(desk: Staffed, notice: Post, label: str, who: str, more: str = "") -> None:
    """Tap a link of a notice, write more above the token, and send what the phone has filled in."""
    links = {
        words.strip(): link.replace("&amp;", "&")
        for link, words in re.findall(r'href="mailto:([^"]+)"[^>]*>([^<]+)<', notice.html)
    }
    address, _, fields = links[label].partition("?")
    filled = dict(field.split("=", 1) for field in fields.split("&"))
    order, _, token = unquote(filled["body"]).partition("\r\n\r\n")
    desk.mail(who, unquote(filled["subject"]), f"{order}{more}\n\n{token}\nSent from my iPhone\n", to=unquote(address))


def test_a_day_in_english(desk):
    # Nine: Eva's VPN asks for a code that never comes.
    desk.mail(EVA, "VPN down", "My VPN asks for a code.\n", message_id="<eva1@mail.example.org>")
    post = {(p.notice, p.to): p for p in desk.sent()}
    assert "Ticket number:  #1001" in post["receipt", "eva@example.com"].text
    notice = post["new-ticket", "ben@example.com"]

    # Ben is on the train and takes it with one tap.
    desk.wait(minutes=4)
    tap(desk, notice, "Take", BEN)
    [transcript] = desk.sent()
    assert re.search(r"Status: +new -> open", transcript.text)
    assert desk.ticket(1001).assignee == "ben"

    # He asks what he has to know; the clock of the solution waits for Eva.
    tap(desk, notice, "Ask for details", BEN, "Which code is it, the one of the app or the one by SMS?")
    desk.sent()
    [question] = desk.later()
    assert (question.to, question.subject) == ("eva@example.com", "Re: [#1001] VPN down")
    assert "the one by SMS?" in question.text
    assert desk.ticket(1001).status == "pending"

    # Eva answers, and Ben hears of it.
    desk.wait(minutes=20)
    desk.reply(question, "The one by SMS.\n\n> Which code is it?\n")
    assert desk.ticket(1001).status == "open"
    [follow_up] = [p for p in desk.sent() if p.to == "ben@example.com"]
    assert "The one by SMS." in follow_up.text

    # It is a matter of the network: he passes it on, with a note that Eva never sees.
    desk.reply(follow_up, "/assign noor\n/queue network\n/category network\n/note gateway two again?\n")
    sent = {(p.notice, p.to): p for p in desk.sent()}
    assigned = sent["assigned", "noor@example.com"]
    assert "The one by SMS." in assigned.text

    # Noor mistypes, is asked what she meant, and says it.
    desk.reply(assigned, "/priorty p2\n")
    [asked] = desk.sent()
    assert "/priority" in asked.text
    assert desk.ticket(1001).priority == "P3"
    desk.reply(asked, "／Priority P2。\n")
    assert desk.ticket(1001).priority == "P2"
    desk.sent()

    # She solves it, sees in the transcript that she named the wrong gateway, and takes it back in time.
    desk.reply(assigned, "/resolve\n\nHello Eva,\n\ngateway two was down. It works again.\n\nNoor\n")
    [transcript] = desk.sent()
    tap(desk, transcript, "Take it back", NOOR)
    desk.sent()
    assert desk.later() == []
    assert desk.ticket(1001).status == "open"
    desk.reply(assigned, "/resolve\n\nHello Eva,\n\ngateway three was down. It works again.\n\nNoor\n")
    desk.sent()
    [solved] = desk.later()
    assert "gateway three was down" in solved.text
    assert "believe that this is solved" in solved.text

    # Eva is not content; her ticket is open again at once.
    desk.wait(hours=1)
    desk.reply(solved, "Not yet, sorry.\n")
    assert desk.ticket(1001).status == "open"
    desk.sent()

    # A caller without mail: Ben writes down what he heard, for Tom.
    desk.reply(notice, "/new for tom@example.com VPN, too\n\nHe is at the airport and cannot connect.\n")
    assert {(p.notice, p.to) for p in desk.sent()} >= {("receipt", "tom@example.com")}

    # Both have the same trouble: one ticket is enough, after a second thought.
    desk.reply(notice, "/merge 1002\n")
    [sure] = desk.sent()
    tap(desk, sure, "Yes, do it", BEN)
    desk.work()
    assert (desk.ticket(1001).status, desk.ticket(1001).parent) == ("closed", 1002)

    # Nothing that agents said among themselves has ever reached Eva.
    everything = "".join(p.raw.decode() + p.text for p in desk.everything() if p.to == "eva@example.com")
    assert "gateway two" not in everything
    assert "noor" not in everything
    assert next(e.text for e in desk.store.tickets.entries(1001) if e.kind == "comment") == "gateway two again?"


def test_a_day_in_chinese(desk):
    # 早上九点：王芳的打印机卡纸。
    desk.mail(WANG, "打印机卡纸", "三楼会议室的打印机卡纸了，请尽快处理。\n", message_id="<wang1@mail.example.org>")
    post = {(p.notice, p.to): p for p in desk.sent()}
    assert "工单编号" in post["receipt", "wang.fang@example.com"].text
    notice = post["new-ticket", "li.jing@example.com"]
    assert "三楼会议室" in notice.text

    # 李静在手机上点一下就接单。
    tap(desk, notice, "接单", LI)
    [transcript] = desk.sent()
    assert transcript.subject.startswith("Re: [#1001] 已执行")
    assert desk.ticket(1001).assignee == "li"

    # 她问型号，王芳回答。
    desk.reply(notice, "／询问 打印机标签上的编号是多少？\n", sender=LI)
    desk.sent()
    [question] = desk.later()
    assert (question.to, desk.ticket(1001).status) == ("wang.fang@example.com", "pending")
    desk.reply(question, "HP-305。\n")
    [follow_up] = [p for p in desk.sent() if p.to == "li.jing@example.com"]
    assert "HP-305" in follow_up.text

    # 备注只给同事看；写错的命令不会执行，也不会发出去。
    desk.reply(follow_up, "/备注 这台上周刚修过\n/标签 打印机\n", sender=LI)
    desk.reply(follow_up, "/转给 张三\n\n马上处理。\n", sender=LI)
    assert "没有执行" in desk.sent()[-1].subject
    assert desk.later() == []

    # 修好了。
    desk.reply(follow_up, "/解决\n\n王芳您好，卡纸已经清理，可以打印了。\n", sender=LI)
    desk.sent()
    [solved] = desk.later()
    assert "卡纸已经清理" in solved.text
    assert "我们认为问题已经解决" in solved.text
    ticket = desk.ticket(1001)
    assert (ticket.status, ticket.tags) == ("resolved", ("打印机",))
    assert "刚修过" not in "".join(p.text for p in desk.everything() if p.to == "wang.fang@example.com")
