"""The lead's morning: what is due, what broke since the last one, what waits longest; once a day, to be answered."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from maild.daemon.time import Mornings
from maild.flow.morning import send_morning
from tests.stories.test_time import EVA, book, change, desk_of, fire, until

CHIEF = "Head of IT <chief@example.com>"
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def desk(store):
    return desk_of(store, "2026-11-18 10:00")


def morning(desk, at, to="chief@example.com"):
    """Let time pass until a morning; give what the lead gets of it, None for nothing."""
    until(desk, at)
    done = send_morning(desk.store, desk.context, desk.now)
    assert done.failed == []
    desk.send()
    found = [post for post in desk.sent() if (post.notice, post.to) == ("lead-digest", to)]
    assert len(found) <= 1
    return found[0] if found else None


def opened(desk, subject, at, **fields):
    desk.now = datetime.fromisoformat(at).replace(tzinfo=ZONE)
    desk.mail(EVA, subject)
    fire(desk)
    number = desk.store.tickets.list(limit=1)[0].number
    if fields:
        change(desk, number, **fields)
    return number


def part(mail, heading):
    """Give the tickets below the line that begins with a heading, up to the next one."""
    found = None
    for line in mail.text.split("\n"):
        if line.isupper() and "#" not in line:
            found = [] if line.startswith(heading) else found
            if found is not None and not line.startswith(heading):
                break
        elif found is not None:
            found += [word for word in line.split() if word.startswith("#")]
    return found


def test_a_lead_hears_what_is_due_what_broke_and_what_waits_longest(desk):
    opened(desk, "broke yesterday", "2026-11-18 10:00", assignee="li")
    opened(desk, "due today", "2026-11-18 16:00", assignee="li")
    waits = opened(desk, "waits for Eva", "2026-11-18 16:30", status="pending")
    opened(desk, "answered", "2026-11-18 17:00")
    desk.wait(minutes=10)
    change(desk, 1004, word=True, status="open", first_responded_at=desk.now)
    mail = morning(desk, "2026-11-19 08:00")
    assert mail.subject == "Today: 1 due, 1 broken, 3 open"
    assert part(mail, "BROKEN SINCE WEDNESDAY 18 NOVEMBER, 00:00 (CHINA TIME)") == ["#1001"]
    assert "answer, broken Wednesday 18 November, 14:00" in mail.text
    assert part(mail, "DUE TODAY") == ["#1002"]
    assert "answer by 11:00, Li Jing has it" in mail.text
    assert part(mail, "WITHOUT A PERSON'S WORD THE LONGEST") == ["#1001", "#1002", "#1004"]
    assert f"#{waits}" not in mail.text
    assert "1 waiting for its requester" in " ".join(mail.text.split())
    assert "#1001" in mail.html
    assert "viewport" in mail.html


def test_what_broke_is_told_once(desk):
    opened(desk, "VPN", "2026-11-18 10:00")
    assert part(morning(desk, "2026-11-19 08:00"), "BROKEN") == ["#1001"]
    mail = morning(desk, "2026-11-20 08:00")
    assert "BROKEN" not in mail.text
    assert part(mail, "WITHOUT") == ["#1001"]


def test_after_days_without_one_the_next_tells_of_all_that_broke(desk):
    first = opened(desk, "before", "2026-11-16 10:00")
    morning(desk, "2026-11-17 08:00")
    opened(desk, "while nobody told", "2026-11-17 10:00")
    mail = morning(desk, "2026-11-20 08:00")
    assert "BROKEN SINCE TUESDAY 17 NOVEMBER, 08:00" in mail.text
    assert part(mail, "BROKEN") == ["#1002", f"#{first}"], "its solution broke, too, in the order it happened"


def test_a_desk_with_nothing_open_writes_nothing(desk):
    assert morning(desk, "2026-11-19 08:00") is None
    opened(desk, "VPN", "2026-11-19 10:00")
    change(desk, 1001, status="resolved", resolved_at=desk.now, first_responded_at=desk.now)
    assert morning(desk, "2026-11-20 08:00") is None


@pytest.mark.parametrize(
    ("day", "open_"),
    [("2026-10-05", False), ("2026-10-10", True), ("2026-11-21", False), ("2026-11-23", True), ("2027-01-01", False)],
    ids=["National Day week", "make-up Saturday", "Saturday", "Monday", "new year"],
)
def test_it_goes_on_days_on_which_the_desk_is_open(store, day, open_):
    desk = desk_of(store, "2026-09-30 10:00")
    opened(desk, "VPN", "2026-09-30 16:00")
    assert (morning(desk, f"{day} 08:00") is not None) == open_


def test_each_lead_gets_his_own_queues_in_his_own_language(desk):
    found = book()
    queues = {**found.queues, "network": replace(found.queues["network"], lead="noor")}
    agents = {**found.agents, "noor": replace(found.agents["noor"], language="zh")}
    found = replace(found, queues=queues, agents=agents)
    desk.context = replace(desk.context, rulebook=lambda: found)
    opened(desk, "VPN", "2026-11-18 10:00")
    opened(desk, "Router", "2026-11-18 11:00", queue="network")
    until(desk, "2026-11-19 08:00")
    send_morning(desk.store, desk.context, desk.now)
    desk.send()
    texts = {post.to: post.text for post in desk.sent() if post.notice == "lead-digest"}
    assert ("#1001" in texts["chief@example.com"], "#1002" in texts["chief@example.com"]) == (True, False)
    assert "未守的承诺" in texts["noor@example.com"]
    assert ("#1001" in texts["noor@example.com"], "#1002" in texts["noor@example.com"]) == (False, True)


def test_a_lead_who_is_away_gets_none(desk):
    found = book()
    day = date(2026, 11, 19)
    agents = {**found.agents, "chief": replace(found.agents["chief"], away=((day, day),))}
    desk.context = replace(desk.context, rulebook=lambda: replace(found, agents=agents))
    opened(desk, "VPN", "2026-11-18 10:00")
    assert morning(desk, "2026-11-19 08:00") is None
    assert morning(desk, "2026-11-20 08:00") is not None


def test_many_that_broke_are_counted_and_the_first_are_shown(desk):
    for number in range(14):
        opened(desk, f"mail {number}", f"2026-11-18 10:{number:02}")
    mail = morning(desk, "2026-11-19 08:00")
    assert mail.subject == "Today: 0 due, 14 broken, 14 open"
    assert len(part(mail, "BROKEN")) == 12
    assert "And 2 more." in mail.text


def test_its_lines_are_answered_in_place(desk):
    opened(desk, "VPN", "2026-11-18 10:00", assignee="li")
    opened(desk, "Printer", "2026-11-18 16:00", assignee="li")
    mail = morning(desk, "2026-11-19 08:00")
    done = desk.reply(mail, "2 @noor\n1 priority 1\n", sender=CHIEF)
    assert done.outcome == "commanded"
    assert (desk.ticket(1002).assignee, desk.ticket(1001).priority) == ("noor", "P1")


def test_a_mistake_in_a_template_keeps_no_other_mail_from_going(desk):
    opened(desk, "VPN", "2026-11-18 10:00", assignee="li")
    until(desk, "2026-11-19 08:00")
    usual = desk.context.render

    def render(name, language, facts):
        if name == "lead-digest":
            raise ValueError("a mistake in a template")
        return usual(name, language, facts)

    context, mornings = replace(desk.context, render=render, digest_hour=8), Mornings()
    assert mornings.send(desk.store, context, desk.now, desk.log) == 1
    assert "the lead-digest of chief@example.com" in desk.told.getvalue()
    assert mornings.send(desk.store, context, desk.now + timedelta(seconds=1), desk.log) == 0
    desk.send()
    assert [(post.notice, post.to) for post in desk.sent()] == [("digest", "li.jing@example.com")]
