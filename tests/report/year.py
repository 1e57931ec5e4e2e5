"""A made-up year of a desk: tickets that come, are answered, wait, are solved, opened again, and rated."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from maild.desk.calendar import Calendar, Span
from maild.desk.clock import Clock
from maild.desk.rating import Rating
from maild.desk.ticket import Entry, Ticket
from maild.store import Store

ZONE = ZoneInfo("Asia/Shanghai")
OFFICE = Calendar("office", ZONE, (*((Span(540, 1080),),) * 5, (), ()))
AGENTS = ("li", "chen", "wang", "sara", "")
PROMISED = {"P1": (1, 4), "P2": (2, 8), "P3": (8, 40), "P4": (16, 80)}
"""Hours of the office to the first answer and to the solution."""

PROBLEMS = (
    ("network", "VPN asks for a code that never comes", "Since today the VPN wants a code and no message comes."),
    ("network", "VPN 连不上", "在家里连 VPN 一直提示超时，重启电脑也没用。"),
    ("hardware", "打印机卡纸", "三楼的打印机又卡纸了，打开后盖取出纸还是报错。"),
    ("hardware", "Printer on the third floor jams", "The printer jams on every second page, error 0x61."),
    ("account", "Forgot my password", "I cannot sign in to Windows, my password expired."),
    ("account", "密码忘记了，登录不了系统", "休假回来密码过期，登录不了 OA 系统。"),
    ("software", "Outlook 打不开", "点击 Outlook 图标后提示错误 0x8004010f。"),
    ("software", "Excel crashes when saving", "Excel closes without a word when I save a big workbook to SharePoint."),
    ("software", "申请安装 Visio", "画流程图需要安装 Visio，请审批。"),
    ("hardware", "Laptop is very slow", "The laptop needs ten minutes to start and the fan is loud."),
    ("network", "会议室 WiFi 信号很差", "二楼会议室的无线网络老是断线，开视频会议卡顿。"),
    ("account", "New colleague needs access to SAP", "Please create an SAP account for our colleague in purchasing."),
    ("other", "Suspicious mail, is it phishing?", "A mail asks me to confirm my salary account, is it phishing?"),
    ("hardware", "显示器不亮", "换了线以后显示器还是黑屏，指示灯是亮的。"),
)
ADDITIONS = ("", "", " (urgent)", " again", " - please help", "，请帮忙", "，急", "!", " since Monday")

CAUSES = ("The certificate had expired", "certificate expired", "驱动版本太旧", "Too many old files", "")
SOLUTIONS = (
    "Renewed the certificate.",
    "Hi,\n\nI have renewed your certificate.",
    "更新了驱动程序。",
    "清理缓存后重启。",
    "",
)
COMMENTS = ("Quick and friendly.", "很快就解决了，谢谢！", "It took three mails.", "等了两天。")
PLACES = tuple(f"{kind}{n}" for kind in ("room", "office", "hall", "desk", "site", "shelf") for n in "abcdefghijklmnop")
"""Words that make no two mails quite alike."""


def fill(store: Store, count: int, year: int = 2026, seed: int = 1, until: datetime | None = None) -> None:
    """Write so many tickets, evenly over a year."""
    dice = random.Random(seed)
    start = datetime(year, 1, 1, 0, 30, tzinfo=UTC)
    with store.transaction():
        for number in range(count):
            opened = start + timedelta(days=364) * (number / count) + timedelta(seconds=dice.randrange(20_000))
            if until and opened >= until:
                break
            _one(store, dice, opened)


def _one(store: Store, dice: random.Random, opened: datetime) -> None:
    category, subject, text = dice.choices(PROBLEMS, weights=range(len(PROBLEMS) + 1, 1, -1))[0]
    priority = dice.choices(list(PROMISED), weights=(1, 4, 12, 6))[0]
    answer, solution = (OFFICE.add(opened, timedelta(hours=hours)) for hours in PROMISED[priority])
    answered = OFFICE.add(opened, timedelta(minutes=dice.expovariate(1 / (25 * PROMISED[priority][0]))))
    resolved = OFFICE.add(answered, timedelta(hours=dice.expovariate(1 / (0.5 * PROMISED[priority][1]))))
    fate = dice.random()
    person = f"person{dice.randrange(600)}@example.com"
    ticket = store.tickets.insert(
        Ticket(
            number=0,
            subject=subject + dice.choice(ADDITIONS),
            requester=person,
            requester_name="",
            language="zh" if any(ord(letter) > 0x3000 for letter in subject) else "en",
            opened_at=opened,
            status="open" if fate < 0.04 else "closed",
            queue="helpdesk",
            category=category,
            priority=priority,
            assignee=dice.choices(AGENTS, weights=(6, 5, 4, 3, 1))[0],
            cause="" if fate < 0.04 else dice.choice(CAUSES),
            solution="" if fate < 0.04 else dice.choice(SOLUTIONS),
            touches=0 if fate < 0.04 else dice.randrange(1, 5),
            solved_by="" if fate < 0.04 else "self-service" if fate > 0.95 else "agent",
            first_response_due=answer,
            first_responded_at=answered if fate > 0.01 else None,
            resolution_due=solution,
            resolved_at=resolved if fate >= 0.04 else None,
            closed_at=resolved + timedelta(days=3) if fate >= 0.04 else None,
        )
    )
    if fate > 0.7:
        score = dice.choices((1, 2, 3, 4, 5), weights=(1, 1, 2, 6, 9))[0]
        rated = resolved + timedelta(days=1)
        words = dice.choice(COMMENTS) if dice.random() < 0.3 else ""
        store.ratings.put(Rating(ticket.number, score, words, person, "web", rated, rated))
    more = f" Device PC-{dice.randrange(3000)}, {' '.join(dice.choices(PLACES, k=3))}."
    store.tickets.add_entry(
        ticket.number, Entry(opened, "correspondence", "in", person, subject=ticket.subject, text=text + more)
    )
    over = resolved if fate >= 0.04 else None
    waited = ()
    if dice.random() < 0.3:
        waited = ((answered + 0.2 * (resolved - answered), answered + 0.8 * (resolved - answered)),)
    if dice.random() < 0.06 and over:
        done, again = (opened + share * (resolved - opened) for share in (0.5, 0.7))
        line = "status: resolved -> open, because the requester wrote"
        store.tickets.add_entry(ticket.number, Entry(again, "change", "none", "maild", text=line))
        if answered < done:
            store.tickets.add_entry(
                ticket.number, Entry(answered, "correspondence", "out", "Li Jing", text="Try it now, please.")
            )
        store.clocks.keep(ticket.number, _run(ticket, opened, done, min(answered, done)))
        opened, waited = again, ()
        answer, solution = (OFFICE.add(again, timedelta(hours=hours)) for hours in PROMISED[priority])
        store.tickets.update(replace(ticket, first_response_due=answer, resolution_due=solution))
    store.clocks.keep(ticket.number, _run(ticket, opened, over, answered if fate > 0.01 else over, waited))


def _run(ticket: Ticket, start: datetime, done: datetime | None, answered: datetime | None, waited=()) -> list[Clock]:
    answer, solution = (OFFICE.add(start, timedelta(hours=hours)) for hours in PROMISED[ticket.priority])
    return [
        Clock("open", start, pauses=waited, done_at=done),
        Clock("first_response", start, due_at=answer, done_at=answered),
        Clock("resolution", start, due_at=solution, done_at=done),
    ]
