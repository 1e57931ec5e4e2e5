"""An article is read into steps, and every mistake in one is told with its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.knowledge import Article, Source, read_article, read_library
from maild.problem import render

GOOD = """\
---
title: The lamp is dark
keywords: [lamp, no light]
codes: ["0xE7"]
---

Lamps go dark
in **every** house.

It is soon mended.

1. Turn the switch
   twice.
2. Look at `the plug`, see [our page](https://example.com/lamp).

3) Wait.

If it stays dark, reply.
"""
CHINESE = "---\ntitle: 灯不亮\nkeywords: 灯不亮\n---\n别着急，\n很快就好。\n1. 按一下\n   开关。\n2、没有空格也可以。\n"


def read(text: str, name: str = "lamp") -> Article | list:
    return read_article(text, "knowledge/en/lamp.md", name, "en")


def test_an_article_is_read_into_its_parts():
    assert read(GOOD) == Article(
        name="lamp",
        language="en",
        title="The lamp is dark",
        keywords=("lamp", "no light"),
        codes=("0xE7",),
        intro="Lamps go dark in every house.\n\nIt is soon mended.",
        steps=("Turn the switch twice.", "Look at the plug, see our page (https://example.com/lamp).", "Wait."),
        closing="If it stays dark, reply.",
    )


def test_the_editor_of_another_system_makes_no_difference():
    assert read("\ufeff" + GOOD.replace("\n", "\r\n")) == read(GOOD)


def test_chinese_lines_are_joined_without_a_space():
    found = read(CHINESE)
    assert found.intro == "别着急，很快就好。"
    assert found.steps == ("按一下开关。", "没有空格也可以。")
    assert found.keywords == ("灯不亮",)


MISTAKES = [
    ("", "lamp.md:1:1: an article begins with a head between two lines of ---"),
    ("---\ntitle: x\n", "lamp.md:1:1: the head is never closed"),
    (
        GOOD.replace("title:", "titel:"),
        'lamp.md:2:1: "titel" is no part of a head\n    titel: The lamp is dark\n    ^^^^^\n',
    ),
    (GOOD.replace("title: The lamp is dark\n", ""), "lamp.md:1:1: this article has no title"),
    (GOOD.replace("The lamp is dark", '""'), "lamp.md:2:8: the title is empty"),
    (GOOD.replace("The lamp is dark", "The lamp: dark"), "lamp.md:2:16: the head cannot be read"),
    (GOOD.replace("The lamp is dark", "x" * 81), "lamp.md:2:8: the title has 81 letters"),
    (GOOD.replace("keywords: [lamp, no light]\n", ""), "lamp.md:1:1: this article has no keywords"),
    (GOOD.replace("no light]", "Lamp]"), "lamp.md:3:18: Lamp stands twice"),
    (GOOD.replace("no light]", "[x]]"), "lamp.md:3:18: a text is wanted here"),
    (GOOD.replace("no light]", "please help]"), "lamp.md:3:18: everybody writes this, so it finds nothing"),
    (GOOD.replace('"0xE7"', "fuse"), "lamp.md:4:9: an error code has a digit in it"),
    (GOOD.replace("codes:", "title: again\ncodes:"), "lamp.md:4:1: title stands twice"),
    (GOOD.replace("2. Look", "3. Look"), "lamp.md:14:1: step 3 stands where step 2 is due"),
    (GOOD.replace("3) Wait.", "3."), "lamp.md:16:1: this step says nothing"),
    (
        GOOD.replace("If it stays", "Else\n\n4. Call.\n\nIf it stays"),
        "lamp.md:20:1: a step stands apart from the others",
    ),
    (GOOD.replace("the plug", "<b>plug</b>"), "HTML would be shown to people as it stands"),
    (GOOD.replace("It is soon", "# It is soon"), "lamp.md:10:1: a mail cannot show this"),
    ("---\ntitle: Lamp\nkeywords: lamp\n---\nNothing to do.\n", "lamp.md:5:1: this article has no steps"),
    (GOOD.replace("3) Wait.", f"3) {'x' * 401}"), "step 3 has 401 letters"),
    (GOOD.replace("3) Wait.", "\n".join(f"{n}. Wait." for n in range(3, 14))), "13 steps are too many"),
    ("---\n- a\n---\n1. x\n", "lamp.md:2:1: the head is no list of names and values"),
]


@pytest.mark.parametrize("text, expected", MISTAKES)
def test_a_mistake_is_told_with_its_place(text, expected):
    found = read(text)
    assert isinstance(found, list)
    assert expected in render(found)


def test_every_mistake_is_told_at_once():
    found = read(GOOD.replace("title:", "titel:").replace("2. Look", "5. Look").replace('"0xE7"', "fuse"))
    assert [problem.line for problem in found] == [2, 4, 14]


def test_a_file_that_no_rule_can_name_is_told_of():
    assert "is no name that a rule can suggest" in render(read(GOOD, "My Lamp"))


@given(st.text(alphabet="-:[]{}#1. \n\ttitlekeyword<>*`灯\x00\x85", max_size=80))
def test_reading_never_fails(text):
    for whole in (text, f"---\n{text}\n---\n1. x", GOOD + text):
        assert isinstance(read(whole), (Article, list))


def test_a_bad_article_is_left_out_and_the_others_serve():
    sources = [
        Source("en/lamp.md", "k/en/lamp.md", GOOD),
        Source("en/lift.md", "k/en/lift.md", "no head"),
        Source("zh/lamp.md", "k/zh/lamp.md", CHINESE),
    ]
    read = read_library(sources)
    assert set(read.library.articles) == {("lamp", "en"), ("lamp", "zh")}
    assert [problem.place for problem in read.problems] == ["k/en/lift.md", "k/en/lift.md:1:1"]


def test_an_article_without_a_translation_is_a_warning():
    sources = [Source("en/lamp.md", "k/en/lamp.md", GOOD), Source("zh/lift.md", "k/zh/lift.md", CHINESE)]
    problems = read_library(sources).problems
    assert [(problem.severity, problem.what) for problem in problems] == [
        ("warning", "this article is not there in zh"),
        ("warning", "this article is not there in en"),
    ]
