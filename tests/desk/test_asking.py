"""Asking for what a mail does not say, and reading the answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.desk.asking import QUESTIONS, answers, lines, open_questions

ALL = tuple(QUESTIONS)


@pytest.mark.parametrize("language", ["en", "zh", "zh-TW"])
def test_every_question_asked_and_filled_in_is_an_answer(language):
    filled = "\n".join(f"{line} reply {i}" for i, line in enumerate(lines(ALL, language)))
    assert answers(filled) == {name: f"reply {i}" for i, name in enumerate(ALL)}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("部门：财务部", {"department": "财务部"}),
        ("Department: Finance\nthanks", {"department": "Finance"}),
        ("  > Device (model, or the number on its sticker): Dell 5420", {"device": "Dell 5420"}),
        ("- since when : yesterday", {"since": "yesterday"}),
        ("Error message (word for word):\ncannot connect: 0x800700", {"error": "cannot connect: 0x800700"}),
        ("Device:\nError:\nDepartment: Finance", {"department": "Finance"}),
        ("Device:\n\nHello", {}),
        ("my device is broken", {}),
        ("The department: it is large", {}),
        ("设 备：x", {}),
    ],
)
def test_a_line_that_was_filled_in_is_read(text, told):
    assert answers(text) == told


def test_an_answer_written_into_the_quoted_lines_is_read_and_an_empty_line_is_none():
    quoted = "Thanks\n\n> Device (model, or the number on its sticker): HP 840\n> Since when:\n> You can just reply.\n"
    assert answers("Thanks, see below", quoted) == {"device": "HP 840"}


def test_what_the_person_writes_now_goes_before_what_he_quotes():
    assert answers("Device: new one", "> Device: old one") == {"device": "new one"}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("My VPN does not work", ALL),
        ("Since yesterday my ThinkPad says error 809, I restarted twice, 3rd floor, Finance department", ()),
        ("从昨天开始，我的联想笔记本报错 0x80070035，已经重启过，三楼会议室，财务部", ()),
        ("昨天打印机坏了", ("device", "error", "department", "location", "tried")),
        ("部分文件打不开", ALL),
    ],
)
def test_only_what_the_mail_does_not_say_is_asked(text, left):
    assert open_questions(ALL, {}, text) == left


def test_what_is_known_beforehand_is_not_asked():
    assert open_questions(("department", "device"), {"department": "Finance"}, "Help") == ("device",)


@given(st.text("设备部门: ：>\n-()（）abDevice", max_size=80), st.text("设备部门: ：>\n-()（）abDevice", max_size=80))
def test_no_text_makes_reading_answers_fail(own, whole):
    told = answers(own, whole)
    assert set(told) <= set(ALL)
    assert all(value.strip() for value in told.values())
