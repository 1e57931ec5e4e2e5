"""YAML text becomes a tree in which every word keeps its text and its place, or the problems that stand in the way.

YAML's own types are left aside (`18:00` would be 1080, `no` would be False): what a word means, the reader decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from maild.problem import Problem, in_file_order
from maild.rulebook.reading.yaml_words import first_error

_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_DEEPEST = 30
_LARGEST = 2_000_000
"""Characters."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A word, a number, a sentence: whatever is neither a list nor a mapping."""

    text: str
    line: int
    col: int
    width: int
    quotes: str = ""
    """' or " where it is quoted, | or > where it is a block."""


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list, `[a, b]` or lines with dashes."""

    items: tuple[Node, ...]
    line: int
    col: int
    width: int = 1


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and their values; of a doubled key the first one is kept."""

    pairs: tuple[tuple[Scalar, Node], ...]
    line: int
    col: int
    width: int = 1

    def get(self, key: str) -> Node | None:
        return next((value for name, value in self.pairs if name.text == key), None)


Node = Scalar | Sequence | Mapping


@dataclass(frozen=True, slots=True)
class Source:
    """The text the tree was read from, to point into."""

    name: str
    lines: tuple[str, ...]

    def problem(self, at: Node, what: str, hint: str = "") -> Problem:
        return self.problem_at(at.line, at.col, at.width, what, hint)

    def problem_at(self, line: int, col: int, width: int, what: str, hint: str = "") -> Problem:
        text = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        return Problem(self.name, line, col, what, text, hint, max(1, min(width, len(text) - col + 1)))

    def place(self, at: Node) -> str:
        return f"{self.name}:{at.line}:{at.col}"


def grow(text: str, name: str) -> tuple[Mapping, Source] | list[Problem]:
    """Read YAML text into a tree, or give every problem that YAML itself has with it, in file order."""
    text = text.removeprefix("\ufeff")
    source = Source(name, tuple(_LINE_END.split(text)))
    if len(text) > _LARGEST:
        return [Problem(name, 0, 0, f"the file is larger than {_LARGEST // 1_000_000} MB; it is hardly a rulebook")]
    try:
        grower = _Grower(source, _events(text))
        root = grower.document()
    except yaml.YAMLError as error:
        line, col, width, what, hint = first_error(error, text, source.lines)
        return [source.problem_at(line, col, width, what, hint)]
    if grower.problems:
        return in_file_order(grower.problems)
    return root, source


def _events(text: str) -> list[Any]:
    """Parse with the C library where it is built in (five times faster), and once more without it to tell an error."""
    if yaml.__with_libyaml__:
        try:
            return list(yaml.parse(text, Loader=yaml.CSafeLoader))
        except yaml.YAMLError:
            pass
    return list(yaml.parse(text, Loader=yaml.SafeLoader))


@dataclass
class _Grower:
    source: Source
    events: list[Any]
    problems: list[Problem] = field(default_factory=list)

    def document(self) -> Mapping:
        events = iter(self.events)
        root, documents = None, 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._wrong(event, "a second document begins here; a rulebook is one", 'take the line "---" out')
                    break
            elif isinstance(event, yaml.NodeEvent):
                root = self._node(event, events, 0)
        if root is None or (isinstance(root, Scalar) and not root.text and not root.quotes):
            return Mapping((), 1, 1)
        if not isinstance(root, Mapping):
            self.problems.append(
                self.source.problem(root, "a rulebook begins with keys such as `agents:`, `queues:` and `rules:`")
            )
            return Mapping((), 1, 1)
        return root

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        line, col = event.start_mark.line + 1, event.start_mark.column + 1
        if isinstance(event, yaml.AliasEvent):
            self._wrong(
                event,
                f"`*{event.anchor}` is an alias in YAML, which a rulebook does not use",
                f'if you mean the text, put it in quotes: "*{event.anchor}"',
            )
            return Scalar("", line, col, 1)
        if event.anchor:
            self._wrong(
                event,
                f"`&{event.anchor}` is an anchor in YAML, which a rulebook does not use",
                "if you mean the text, put it in quotes",
            )
        elif event.tag is not None and event.tag != "!":
            what = f"`{_tag(event.tag)}` is a tag in YAML, which a rulebook does not use"
            self._wrong(event, what, "take it out, or put the text in quotes")
        if depth > _DEEPEST:
            raise yaml.MarkedYAMLError(problem="nested too deeply", problem_mark=event.start_mark)
        if isinstance(event, yaml.ScalarEvent):
            width = event.end_mark.column - event.start_mark.column if event.end_mark.line == line - 1 else 1_000
            return Scalar(event.value, line, col, width, event.style or "")
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            for child in events:
                if isinstance(child, yaml.SequenceEndEvent):
                    break
                items.append(self._node(child, events, depth + 1))
            return Sequence(tuple(items), line, col)
        return Mapping(tuple(self._pairs(events, depth)), line, col)

    def _pairs(self, events: Iterator[Any], depth: int) -> Iterator[tuple[Scalar, Node]]:
        seen: dict[str, Scalar] = {}
        for child in events:
            if isinstance(child, yaml.MappingEndEvent):
                return
            key = self._node(child, events, depth + 1)
            value = self._node(next(events), events, depth + 1)
            if not isinstance(key, Scalar):
                self.problems.append(self.source.problem(key, "a key is one word, not a list or a mapping"))
            elif key.text in seen:
                self.problems.append(
                    self.source.problem(
                        key,
                        f'"{key.text}" is set twice, and only one of them can count',
                        f"first set at {self.source.place(seen[key.text])}",
                    )
                )
            else:
                seen[key.text] = key
                yield key, value

    def _wrong(self, event: Any, what: str, hint: str) -> None:
        mark = event.start_mark
        end = event.end_mark.column if event.end_mark.line == mark.line else mark.column + 1
        self.problems.append(
            self.source.problem_at(mark.line + 1, mark.column + 1, max(1, end - mark.column), what, hint)
        )


def _tag(tag: str) -> str:
    return tag.replace("tag:yaml.org,2002:", "!!")
