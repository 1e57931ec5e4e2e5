"""Asking a requester for what his mail does not say, in lines to fill in; and reading them filled in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import re2

_LONGEST = 300
_LOOKED_AT = 50_000
_MARKS = re.compile(r"^[>|\s*·•\-–]+")
"""What mail programs put before a line they quote, or people before one they fill in."""


@dataclass(frozen=True, slots=True)
class Question:
    """Something to ask: its line in each language, the words it is known by, the signs that it is said already."""

    line: Mapping[str, str]
    labels: tuple[str, ...]
    said: re2._Regexp


def _said(pattern: str) -> re2._Regexp:
    """Compile signs on RE2: many alternatives at the price of one, in linear time."""
    options = re2.Options()
    options.case_sensitive = False
    options.never_capture = True
    return re2.compile(pattern.encode(), options)


QUESTIONS: Mapping[str, Question] = {
    "device": Question(
        {"en": "Device (model, or the number on its sticker)", "zh": "设备（型号，或标签上的编号）"},
        ("device", "computer", "设备", "电脑", "机器"),
        _said(
            r"\b(dell|lenovo|thinkpad|macbook|imac|surface|latitude|elitebook|probook|iphone|ipad|pixel|galaxy|laserjet)\b"
            r"|联想|戴尔|惠普|华为|苹果|小米|荣耀|\b[A-Z]{2,5}-?\d{3,}\b"
        ),
    ),
    "error": Question(
        {"en": "Error message (word for word, if there is one)", "zh": "错误信息（如果有，请照抄）"},
        ("error message", "error", "错误信息", "报错信息", "报错", "错误"),
        _said(r"\berror\b|\bexception\b|\bfailed\b|\b0x[0-9a-f]{4,}\b|报错|错误|提示|代码"),
    ),
    "since": Question(
        {"en": "Since when", "zh": "从什么时候开始"},
        ("since when", "since", "从什么时候开始", "开始时间", "什么时候"),
        _said(
            r"\bsince\b|\byesterday\b|\btoday\b|\bthis (morning|afternoon|week)\b|\blast (night|week|month)\b|\bago\b"
            r"|昨天|今天|今早|早上|上午|中午|下午|刚才|刚刚|上周|从.{1,12}(开始|起)|\d+月\d+[日号]|\d{1,2}[:：]\d\d"
        ),
    ),
    "department": Question(
        {"en": "Department", "zh": "部门"},
        ("department", "dept", "部门", "所属部门"),
        _said(r"\b(department|dept\.?)\b|部门|\p{Han}{2,4}部([^分件位署]|$)"),
    ),
    "location": Question(
        {"en": "Location (building, room)", "zh": "地点（楼层、房间）"},
        ("location", "地点", "位置", "房间"),
        _said(r"\b(floor|room|building)\b|\d+\s*(楼|层|号楼)|[一二三四五六七八九十]楼|会议室|办公室"),
    ),
    "tried": Question(
        {"en": "What you have tried", "zh": "已经试过什么"},
        ("what you have tried", "tried", "already tried", "已经试过什么", "已经试过", "已尝试", "尝试过"),
        _said(r"\b(tried|restarted|rebooted|reinstalled|reset|changed the cable)\b|试过|尝试|重启|重装|重新安装"),
    ),
}

_BY_LABEL = {label: name for name, question in QUESTIONS.items() for label in question.labels} | {
    line.casefold(): name for name, question in QUESTIONS.items() for line in question.line.values()
}
_LABELS = "|".join(sorted(map(re.escape, _BY_LABEL), key=len, reverse=True))
_FILLED = re.compile(rf"({_LABELS})\s*(?:[（(][^()（）]{{0,60}}[)）])?\s*[:：]\s*(.*)", re.IGNORECASE)


def open_questions(asked: Iterable[str], details: Mapping[str, str], *texts: str) -> tuple[str, ...]:
    """Give those questions whose answer is neither among the details nor, by its signs, in the texts."""
    written = "\n".join(text[:_LOOKED_AT] for text in texts).encode("utf-8", "replace")
    return tuple(name for name in asked if not details.get(name) and not QUESTIONS[name].said.search(written))


def lines(names: Iterable[str], language: str) -> tuple[str, ...]:
    """Give the lines to fill in, each with its colon."""
    chinese = language.startswith("zh")
    return tuple(QUESTIONS[name].line["zh"] + "：" if chinese else QUESTIONS[name].line["en"] + ":" for name in names)


def answers(own: str, whole: str = "") -> dict[str, str]:
    """Read the lines that were filled in.

    Args:
        own: what the person wrote now; an answer may stand on the line below its question.
        whole: the mail with all it quotes, for answers written into the quoted lines; what is in `own` goes before.
    """
    found: dict[str, str] = {}
    for text, below in ((own, True), (whole, False)):
        each = [_MARKS.sub("", line).strip() for line in text[:_LOOKED_AT].splitlines()]
        for i, line in enumerate(each):
            match = _FILLED.fullmatch(line)
            if not match:
                continue
            answer = match[2].strip()
            if not answer and below:
                answer = _below(each[i + 1 :])
            if answer:
                found.setdefault(_BY_LABEL[match[1].casefold()], answer[:_LONGEST])
    return found


def _below(rest: list[str]) -> str:
    """Give the line under a question where it is an answer and not the next question or a new paragraph."""
    line = rest[0] if rest else ""
    return "" if _FILLED.fullmatch(line) else line
