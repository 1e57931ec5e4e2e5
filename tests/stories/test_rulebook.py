"""What the rulebook does to a desk: stories with a turnable clock."""

import json
from collections import Counter
from pathlib import Path

import pytest

from maild.flow.announce import announce_refusal
from maild.flow.commit import trace_json
from maild.flow.history import changes
from maild.flow.receive import explain
from maild.problem import Problem, render
from maild.rulebook.arrival import Contact
from maild.rulebook.load import load
from maild.rulebook.model import Rulebook
from maild.rulebook.reading.names import World
from maild.store import open_store
from tests.stories.desk import START, SUPPORT, Desk

REPOSITORY = Path(__file__).parents[2]
SAMPLE = (REPOSITORY / "rules.yaml").read_text("utf-8")
CORPUS = REPOSITORY.parent / "shared" / "corpus"


def rulebook(text=SAMPLE):
    found = load(text, "rules.yaml", World())
    assert isinstance(found, Rulebook), render(found)
    return found


@pytest.fixture
def desk(store):
    book = rulebook()
    return Desk(store, rulebook=lambda: book)


def lines(post):
    return post.text.splitlines()


def heard(desk):
    return [(post.notice, post.to) for post in desk.sent()]


def test_tickets_are_shared_out_among_the_agents_of_the_helpdesk(desk):
    for number in range(5):
        desk.mail(f"user{number}@example.com", f"Forgot my password {number}", "Please help.\n")
    assert [desk.ticket(1001 + number).assignee for number in range(5)] == ["li", "ben", "li", "ben", "li"]


def test_turns_in_a_queue_go_round_by_what_the_store_knows_alone(store):
    desk = Desk(store, rulebook=rulebook)  # made anew at each mail, as after a restart
    for number, assignee in enumerate(["noor", "wei", "noor"]):
        desk.mail(subject=f"Server {number}", text="It is slow.\n")
        assert desk.ticket(1001 + number).assignee == assignee


def test_agents_are_shown_what_a_first_mail_answers_since_they_have_not_seen_it(desk):
    below = "On Mon, 2 Nov 2026 at 10:00, Ann <ann@far.example> wrote:\n> The till shows error 4711.\n"
    desk.mail("Tom <tom@example.com>", "Re: the till", f"Please see below.\n\n{below}")
    told = [post for post in desk.sent() if post.notice in ("new-ticket", "assigned")]
    assert told
    assert all("error 4711" in post.text and "error 4711" in post.html for post in told)


def test_the_agents_hear_in_their_own_language_and_the_requester_in_his(desk):
    desk.mail("Tom <tom@example.com>", "My password", "I have forgotten it.\n")
    receipt, new, assigned = sorted(desk.sent(), key=lambda post: post.to, reverse=True)
    assert (receipt.notice, receipt.to) == ("receipt", "tom@example.com")
    assert (new.notice, new.to) == ("assigned", "li.jing@example.com")
    assert "已分配给您" in new.text
    assert (assigned.notice, assigned.to) == ("new-ticket", "ben@example.com")
    assert "New ticket #1001" in assigned.text
    assert "by Thursday 19 November, 10:00 (China time)" in receipt.text


def test_a_busy_agent_hears_of_every_ticket(desk):
    for number in range(40):
        desk.mail(f"user{number}@example.com", f"Wifi {number}", "It is slow.\n")
    assert sum(post.to == "noor@example.com" for post in desk.sent()) == 40


def test_times_in_a_receipt_are_those_of_the_first_calendar(store):
    book = rulebook("calendars: {office: {timezone: Europe/Berlin, hours: {mon-fri: 09:00-17:00}}}\n")
    desk = Desk(store, rulebook=lambda: book)
    desk.mail("Tom <tom@example.com>", "Hello", "I have a question.\n")
    [receipt] = desk.sent()
    assert "by Thursday 19 November, 09:00 (Central European" in receipt.text


def test_an_outage_tells_the_head_of_it_at_once(desk):
    desk.mail("王芳 <wang.fang@example.com>", "全公司 OA 系统瘫痪", "从中午开始\n")
    told = desk.sent()
    assert {(post.notice, post.to) for post in told} == {
        ("receipt", "wang.fang@example.com"), ("assigned", "noor@example.com"), ("outage", "chief@example.com"),
    }  # fmt: skip
    assert desk.ticket(1001).priority == "P1"
    receipt = next(post for post in told if post.notice == "receipt")
    assert "11月18日（周三）10:30 前" in receipt.text


def test_the_receipt_asks_and_the_answer_fills_the_ticket(desk):
    desk.mail("Tom <tom@example.com>", "VPN", "It asks for a code.\n")
    [receipt] = [post for post in desk.sent() if post.notice == "receipt"]
    assert "    Device (model, or the number on its sticker):" in lines(receipt)
    assert "Department" not in receipt.text
    desk.reply(receipt, "Device: ThinkPad X1\nSince when: yesterday\nthank you\n")
    assert dict(desk.ticket(1001).details) == {"device": "ThinkPad X1", "since": "yesterday"}
    assert ("change", "the requester told: device: ThinkPad X1; since: yesterday") in desk.history(1001)
    assert heard(desk) == [("follow-up", "noor@example.com")]


def test_an_answer_in_chinese_among_the_quoted_lines_fills_the_ticket_too(desk):
    desk.mail("王芳 <wang.fang@example.com>", "申请开通 CRM 权限", "请帮忙\n")
    [receipt] = [post for post in desk.sent() if post.notice == "receipt"]
    assert "    部门：" in lines(receipt)
    quoted = "\n".join("> " + line for line in receipt.text.replace("部门：", "部门：财务部").splitlines())
    desk.reply(receipt, f'见下方\n\n在 2026-11-18 10:00:00，"IT Helpdesk" <{SUPPORT}> 写道：\n{quoted}\n')
    assert dict(desk.ticket(1001).details) == {"department": "财务部"}


def test_a_contact_is_known_and_brings_rank_and_language(store):
    book = rulebook()
    contact = Contact("ceo@partner.example", "陈总", "Board", "", language="zh", vip=True)
    desk = Desk(store, rulebook=lambda: book, contacts=lambda: {contact.email: contact})
    desk.mail("ceo@partner.example", "Screen", "My screen flickers.\n")
    ticket = desk.ticket(1001)
    assert (ticket.priority, ticket.tags, ticket.language, ticket.requester_name) == ("P2", ("vip",), "zh", "陈总")
    [receipt] = [post for post in desk.sent() if post.notice == "receipt"]
    assert "陈总，您好" in receipt.text
    assert "部门" not in receipt.text


def test_a_mail_that_a_rule_ignores_is_counted_and_answers_nobody(desk):
    done = desk.mail("news@shop.example", "Offers", "Buy now\n", List_Unsubscribe="<mailto:leave@shop.example>")
    assert (done.outcome, done.ticket) == ("ignored", None)
    assert "newsletters" in done.reason
    assert desk.sent() == []
    assert desk.store.inbox.counts() == {"ignored": 1}


def test_the_trace_is_kept_with_the_ticket(desk):
    desk.mail("Tom <tom@example.com>", "VPN", "It asks for a code.\n")
    [entry] = desk.store.tickets.entries(1001)
    steps = {(step["stage"], step["name"]): step for step in json.loads(entry.trace)["steps"]}
    assert steps["rule", "vpn"]["hit"]
    assert steps["rule", "vpn"]["line"] == SAMPLE[: SAMPLE.index("- name: vpn")].count("\n") + 1
    assert not steps["rule", "printer"]["hit"]
    assert steps["set", "queue"]["reason"] == "network, by vpn"
    assert steps["due", "first_response"]["reason"].endswith("1bd by the calendar office")


def test_the_admins_hear_once_of_a_version_that_was_refused(desk):
    problems = [Problem("rules.yaml", 3, 5, "there is no queue netwrok", "    queue: netwrok")]

    def announce(digest, owner, admins=()):
        return announce_refusal("rules.yaml", problems, digest, admins, desk.store, desk.context, owner, desk.now)

    assert announce("one", "first process") == ["chief@example.com"]
    desk.wait(seconds=1)
    assert announce("one", "second process") == []
    assert announce("one", "first process") == []
    assert announce("two", "first process", ["li.jing@example.com"]) == ["li.jing@example.com"]
    desk.send()
    first, second = desk.sent()
    assert (first.notice, first.to) == ("rulebook-refused", "chief@example.com")
    assert "there is no queue netwrok" in first.text
    assert "没有启用" in second.text


def test_a_new_rulebook_is_held_against_the_mails_that_came(desk):
    desk.mail(subject="VPN", text="code\n")
    desk.mail(subject="Paper jam", text="again\n")
    new = rulebook(SAMPLE.replace("set: {queue: network, category: network, tags: [vpn]}", "set: {urgency: high}"))
    [change] = changes(desk.context.rulebook(), new, desk.store, desk.context, START)
    assert change.about == "#1001 VPN"
    assert change.said == (
        "queue network -> helpdesk; category network -> other; urgency medium -> high; priority P3 -> P2; "
        "tags vpn -> none"
    )
    assert list(changes(new, new, desk.store, desk.context, START)) == []


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus of real mails is not beside the repository")
def test_explaining_a_mail_and_dealing_with_it_cannot_disagree(tmp_path):
    store, book = open_store(f"sqlite:///{tmp_path}/maild.db"), rulebook()
    desk = Desk(store, rulebook=lambda: book)
    entries = map(json.loads, (CORPUS / "manifest.jsonl").read_text("utf-8").splitlines())
    files = [entry["file"] for entry in entries if entry["kind"] == "eml"]
    outcomes = Counter()
    for file in files[::4]:
        raw = (CORPUS / file).read_bytes()
        explained = explain(raw, SUPPORT, store, desk.context, desk.now).decision
        done = desk.mail(raw=raw)
        outcomes[done.outcome] += 1
        assert (explained.outcome, explained.reason) == (done.outcome, done.reason)
        if done.outcome != "duplicate":
            kept = store.inbox.trace(done.row.id)
            traces = [kept] if kept else [entry.trace for entry in store.tickets.entries(done.ticket)]
            assert trace_json(explained) in traces
        if explained.after and done.outcome == "opened":
            ticket = store.tickets.get(done.ticket)
            for field in ("queue", "category", "impact", "urgency", "priority", "assignee", "tags", "resolution_due"):
                assert getattr(ticket, field) == getattr(explained.after, field)
    store.close()
    assert sum(outcomes.values()) == len(files[::4])
    assert {"opened", "bounced"} <= outcomes.keys()
