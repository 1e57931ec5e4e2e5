"""One article: Markdown with a small head, read into steps or into every mistake with its place.

---
title: Your VPN does not connect
keywords: [vpn, remote access, work from home]
codes: [789, 809]
---

A sentence or two that calm down and say what this is about.

1. The first step.
2. The second one.

What to do where the steps did not help.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml

from maild.desk.terms import terms
from maild.problem import Problem, did_you_mean

KEYS = ("title", "keywords", "codes")
LONGEST_TITLE = 80
LONGEST_STEP = 400
MOST_STEPS = 12

_FENCE = "---"
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_STEP = re.compile(r"(\d+)(?:[.)](?:\s+|(?=[^\s\d])|$)|[．、）]\s*)(.*)")
_MARKUP = re.compile(r"\*\*(.+?)\*\*|`([^`]+)`|\[([^\]]+)\]\(([^)\s]+)\)")
_HTML = re.compile(r"</?[a-zA-Z][^>]*>")


@dataclass(frozen=True, slots=True)
class Article:
    """Steps that a requester can follow by himself."""

    name: str
    """Of its file, without .md; the same in every language."""
    language: str
    title: str
    keywords: tuple[str, ...]
    """Words and phrases of people who have this problem."""
    codes: tuple[str, ...]
    """Error codes that mean it."""
    intro: str
    """Paragraphs, an empty line between them."""
    steps: tuple[str, ...]
    closing: str
    """What to do where the steps did not help; "" where nothing is said."""


@dataclass(frozen=True, slots=True)
class _Value:
    """A scalar of the head, with its place in the file."""

    text: str
    line: int
    col: int


class _Page:
    """The lines of one file, and what is wrong with them."""

    def __init__(self, text: str, file: str) -> None:
        self.file, self.lines = file, text.removeprefix("\ufeff").split("\n")
        self.problems: list[Problem] = []

    def wrong(
        self, line: int, what: str, hint: str = "", col: int = 1, width: int = 0, severity: str = "error"
    ) -> None:
        source = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        self.problems.append(
            Problem(self.file, line, col, what, source, hint, width or max(1, len(source) - col + 1), severity)
        )

    def at(self, value: _Value, what: str, hint: str = "") -> None:
        self.wrong(value.line, what, hint, value.col, len(value.text) or 1)


def read_article(text: str, file: str, name: str, language: str) -> Article | list[Problem]:
    """Read an article.

    Args:
        file: what it is called in problems.
        name: of the file, without .md.
        language: of its folder.
    """
    page = _Page(text.replace("\r\n", "\n").rstrip("\n"), file)
    if not _NAME.fullmatch(name):
        hint = "lower-case letters, digits and hyphens, as in vpn-reset.md"
        page.problems.append(Problem(file, 0, 0, f'"{name}" is no name that a rule can suggest', hint=hint))
    end = _head_end(page)
    if end is None:
        return page.problems
    head = _head(page, end)
    title = _title(page, head)
    keywords, codes = _texts(page, head, "keywords"), _texts(page, head, "codes")
    if not keywords and not page.problems:
        page.wrong(1, "this article has no keywords, so few people will be shown it", "keywords: [vpn, remote access]")
    for code in codes:
        if not any(letter.isdigit() for letter in code.text):
            page.at(code, "an error code has a digit in it", "put words under keywords")
    intro, steps, closing = _body(page, end)
    if page.problems:
        return page.problems
    return Article(name, language, title, _plain_texts(keywords), _plain_texts(codes), intro, tuple(steps), closing)


def _plain_texts(values: Sequence[_Value]) -> tuple[str, ...]:
    return tuple(value.text for value in values)


def _head_end(page: _Page) -> int | None:
    """Give the index of the line that ends the head."""
    if page.lines[0].strip() != _FENCE:
        page.wrong(1, "an article begins with a head between two lines of ---", "---, title, keywords, then --- again")
        return None
    for index, line in enumerate(page.lines[1:], 1):
        if line.strip() == _FENCE:
            return index
    page.wrong(1, "the head is never closed", "write --- on a line of its own behind the last of its lines")
    return None


def _composed(text: str) -> yaml.Node | None:
    """Read YAML with the C library where it is built in, and once more without it to tell an error."""
    if yaml.__with_libyaml__:
        try:
            return yaml.compose(text, yaml.CSafeLoader)
        except yaml.YAMLError:
            pass
    return yaml.compose(text, yaml.SafeLoader)


def _head(page: _Page, end: int) -> dict[str, yaml.Node]:
    """Give the values of the head by their keys."""
    try:
        node = _composed("\n".join(page.lines[1:end]))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = (min(mark.line + 2, end), mark.column + 1) if mark else (2, 1)
        page.wrong(
            where[0], f"the head cannot be read: {error.problem}", "put texts with a colon in quotes", where[1], 1
        )
        return {}
    except yaml.YAMLError as error:
        page.wrong(2, f"the head cannot be read: {str(error).splitlines()[0]}")
        return {}
    if not isinstance(node, yaml.MappingNode):
        page.wrong(2, "the head is no list of names and values", 'as in "title: Your VPN does not connect"')
        return {}
    found: dict[str, yaml.Node] = {}
    for key, value in node.value:
        word = _Value(str(key.value), key.start_mark.line + 2, key.start_mark.column + 1)
        if word.text not in KEYS:
            page.at(
                word,
                f'"{word.text}" is no part of a head',
                did_you_mean(word.text, KEYS) or f"known: {', '.join(KEYS)}",
            )
        elif word.text in found:
            page.at(word, f"{word.text} stands twice", f"first in line {found[word.text].start_mark.line + 2}")
        else:
            found[word.text] = value
    return found


def _title(page: _Page, head: dict[str, yaml.Node]) -> str:
    node = head.get("title")
    if node is None:
        if not page.problems:
            page.wrong(1, "this article has no title", "title: Your VPN does not connect")
        return ""
    value = _scalar(page, node)
    if value and not value.text:
        page.at(value, "the title is empty", "title: Your VPN does not connect")
    elif value and len(value.text) > LONGEST_TITLE:
        page.at(value, f"the title has {len(value.text)} letters", f"{LONGEST_TITLE} fit on the screen of a phone")
    return value.text if value else ""


def _texts(page: _Page, head: dict[str, yaml.Node], key: str) -> list[_Value]:
    """Read a list of texts, or one text alone."""
    node = head.get(key)
    if node is None:
        return []
    items = node.value if isinstance(node, yaml.SequenceNode) else [node]
    values = [value for item in items if (value := _scalar(page, item)) and value.text]
    seen: dict[str, int] = {}
    for value in values:
        if value.text.casefold() in seen:
            page.at(value, f"{value.text} stands twice", f"first in line {seen[value.text.casefold()]}")
        elif key == "keywords" and not terms(value.text):
            page.at(value, "everybody writes this, so it finds nothing", "take words of this problem alone")
        seen.setdefault(value.text.casefold(), value.line)
    return values


def _scalar(page: _Page, node: yaml.Node) -> _Value | None:
    line, col = node.start_mark.line + 2, node.start_mark.column + 1
    if isinstance(node, yaml.ScalarNode):
        return _Value(" ".join(str(node.value).split()), line, col)
    page.wrong(line, "a text is wanted here", "put it in quotes if it has a colon or brackets", col, 1)
    return None


def _body(page: _Page, end: int) -> tuple[str, list[str], str]:
    """Cut what follows the head into what goes before the steps, the steps, and what goes behind them."""
    before: list[str] = []
    after: list[str] = []
    steps: list[str] = []
    part = before
    for number, line in enumerate(page.lines[end + 1 :], end + 2):
        _complain_of_markup(page, number, line)
        text = _unmarked(line.strip())
        step = _STEP.fullmatch(line.strip())
        if step and part is not after:
            part = steps
            if int(step[1]) != len(steps) + 1:
                page.wrong(number, f"step {step[1]} stands where step {len(steps) + 1} is due", width=len(step[1]))
            if not step[2].strip():
                page.wrong(number, "this step says nothing")
            steps.append(_unmarked(step[2].strip()))
        elif step:
            page.wrong(number, "a step stands apart from the others", "move it up, or begin the line with a word")
        elif part is steps and text and line[:1].isspace():
            steps[-1] = _joined(steps[-1], text)
        elif part is steps and text:
            part = after
            after.append(text)
        elif part is not steps:
            part.append(text)
    _complain_of_steps(page, steps, end)
    return _paragraphs(before), steps, _paragraphs(after)


def _complain_of_markup(page: _Page, number: int, line: str) -> None:
    found = _HTML.search(line)
    if found:
        what = "HTML would be shown to people as it stands"
        page.wrong(number, what, "write plain Markdown", found.start() + 1, len(found[0]))
    elif line.lstrip().startswith(("#", "![", "|", "```")):
        page.wrong(number, "a mail cannot show this", "an article is paragraphs and one list of numbered steps")


def _complain_of_steps(page: _Page, steps: list[str], end: int) -> None:
    if not steps:
        page.wrong(min(end + 2, len(page.lines)), "this article has no steps", "number them: 1. Restart the program.")
    elif len(steps) > MOST_STEPS:
        page.wrong(
            1, f"{len(steps)} steps are too many for somebody in a hurry", f"{MOST_STEPS} at most: make two articles"
        )
    for number, step in enumerate(steps, 1):
        if len(step) > LONGEST_STEP:
            page.wrong(1, f"step {number} has {len(step)} letters", f"{LONGEST_STEP} at most: make two steps of it")


def _paragraphs(lines: Sequence[str]) -> str:
    return "\n\n".join(_joined_lines("\n".join(lines).strip("\n")))


def _joined_lines(text: str) -> Iterator[str]:
    for paragraph in re.split(r"\n{2,}", text):
        whole = ""
        for line in paragraph.split("\n"):
            whole = _joined(whole, line)
        if whole:
            yield whole


def _joined(first: str, second: str) -> str:
    """Put two lines of a paragraph together; Chinese has no space between them."""
    between = "" if not first or not second or ord(first[-1]) > 0x2E80 or ord(second[0]) > 0x2E80 else " "
    return first + between + second


def _unmarked(text: str) -> str:
    """Take the marks of Markdown off, since a mail shows words."""
    return _MARKUP.sub(lambda found: found[1] or found[2] or f"{found[3]} ({found[4]})", text)
