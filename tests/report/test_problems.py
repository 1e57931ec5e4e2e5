"""What is about the same thing is found together, in either language, and nothing else with it."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest

from maild.report.effort import Effort, cost_of
from maild.report.period import month_of
from maild.report.problems import Usual, likenesses, returning, terms, usual
from tests.report.test_figures import ALWAYS, at, ticket
from tests.report.year import ADDITIONS, PROBLEMS, ZONE

OCTOBER = month_of(date(2026, 10, 1), ZONE)

OTHERS = [
    ticket(10 + 5 * kind + n, subject=subject + ADDITIONS[n], text=text)
    for kind, (_, subject, text) in enumerate(PROBLEMS)
    for n in range(5)
]
"""What else came, without which no word is rarer than another."""


def test_courtesies_and_numbers_say_nothing():
    assert set(terms("Re: Re: [#1042] Printer jams, please help!", "Hello, thank you")) == {"printer", "jam"}
    assert set(terms("回复：打印机卡纸，请帮忙")) == {"打印", "印机", "机卡", "卡纸"}
    assert "0x8004010f" in terms("Outlook 0x8004010F")
    assert not terms("", "1042 2026-10-01")


def test_a_year_of_made_up_tickets_falls_into_its_problems():
    dice = random.Random(5)
    tickets, truth = [], {}
    for number in range(700):
        kind = dice.randrange(len(PROBLEMS))
        category, subject, text = PROBLEMS[kind]
        tickets.append(ticket(number, subject=subject + dice.choice(ADDITIONS), text=text, category=category))
        truth[number] = kind
    groups = likenesses(tickets)
    pure = sum(Counter(truth[t.number] for t in group).most_common(1)[0][1] for group in groups)
    assert pure / len(tickets) > 0.97
    assert len(groups) <= len(PROBLEMS) + 3


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("VPN cannot connect from home", "Can't connect to the VPN since yesterday"),
        ("打印机卡纸", "三楼打印机又卡纸了"),
        ("Outlook 打不开了", "我的Outlook打不开"),
        ("Password expired", "my password has expired again"),
    ],
)
def test_the_same_trouble_in_other_words_is_one_problem(one, other):
    groups = likenesses([ticket(1, subject=one), ticket(2, subject=other), *OTHERS])
    assert any({1, 2} <= {t.number for t in group} for group in groups)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Printer on the third floor jams", "Laptop is very slow"),
        ("打印机卡纸", "打印机没有墨了，需要换墨盒"),
        ("VPN 连不上", "邮箱连不上服务器"),
        ("Excel crashes when printing", "Outlook crashes when I search"),
    ],
)
def test_other_trouble_in_like_words_is_another_problem(one, other):
    groups = likenesses([ticket(1, subject=one), ticket(2, subject=other), *OTHERS])
    assert not any({1, 2} <= {t.number for t in group} for group in groups)


def test_a_problem_says_how_often_it_came_now_and_before():
    tickets = [
        ticket(1, subject="VPN drops", opened_at=at(9, month=9)),
        ticket(2, subject="Re: VPN drops", opened_at=at(2), requester="a@example.com"),
        ticket(3, subject="VPN drops again", opened_at=at(3), requester="b@example.com"),
        ticket(4, subject="Monitor is black", opened_at=at(4)),
        ticket(5, subject="VPN drops", opened_at=at(9, month=11)),
    ]
    (problem,) = returning(tickets, OCTOBER)
    assert (problem.name, problem.tickets, problem.before, problem.requesters) == ("VPN drops", (2, 3), 1, 2)


def test_the_same_tickets_make_the_same_groups():
    tickets = [ticket(n, subject=PROBLEMS[n % 14][1], text=PROBLEMS[n % 14][2]) for n in range(100)]
    assert likenesses(tickets) == likenesses(list(tickets))


def test_tickets_without_a_word_stay_by_themselves():
    assert len(likenesses([ticket(1, subject=""), ticket(2, subject="请帮忙"), ticket(3, subject="hello")])) == 3


def test_what_was_said_often_comes_first_however_it_was_put():
    said = [
        "The certificate had expired.", "certificate expired", "", "Certificate expired!", "驱动版本太旧",
        "Hi Eva,\n\nthe disk\nwas full.",
    ]  # fmt: skip
    assert usual(said) == (Usual("certificate expired", 3), Usual("驱动版本太旧", 1), Usual("the disk was full.", 1))
    assert usual(["", " \n"]) == ()
    assert [one.tickets for one in usual(["同样的"] * 2 + ["重装系统", "更换网线", "升级固件", "重启路由器"])] == [
        2,
        1,
        1,
    ]


def test_a_problem_tells_its_usual_causes_what_helped_and_what_it_cost():
    def jam(number: int, day: int, cause: str, hours: int | None, month: int = 10):
        done = at(day, 9 + hours, month) if hours else None
        return ticket(
            number, subject="Coffee machine leaks", opened_at=at(day, month=month), resolved_at=done, cause=cause,
            solution="New rollers." if done else "", touches=2,
        )  # fmt: skip

    jams = [
        jam(1, 5, "worn rollers", 2),
        jam(2, 6, "Worn rollers.", 4),
        jam(3, 7, "", None),
        jam(4, 9, "damp paper", 8, 9),
    ]
    cost = cost_of(lambda _: ALWAYS, OCTOBER.until)
    found = next(p for p in returning([*jams, *OTHERS], OCTOBER, cost, most=50) if 1 in p.tickets)
    assert (found.tickets, found.before) == ((1, 2, 3), 1)
    assert found.causes == (Usual("worn rollers", 2), Usual("damp paper", 1))
    assert found.solutions == (Usual("New rollers.", 3),)
    assert found.effort == Effort(2, timedelta(hours=6), timedelta(hours=6), 4)
