"""Reads the tree of a rulebook: gives each word its type, notes what does not fit, and goes on regardless."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from maild.problem import Problem, did_you_mean
from maild.rulebook.keys import KEYS
from maild.rulebook.reading.tree import Mapping, Node, Scalar, Sequence, Source
from maild.rulebook.reading.values import Wrong

T = TypeVar("T")
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


@dataclass(frozen=True, slots=True)
class Mention:
    """A name that must exist somewhere: in the rulebook, among the templates, among the articles."""

    kind: str
    at: Scalar


@dataclass
class Reader:
    """Collects what a pass finds; a value that could not be read is None (or left out), and a problem says why."""

    source: Source
    problems: list[Problem] = field(default_factory=list)
    """Of shape."""
    mentions: list[Mention] = field(default_factory=list)
    doubts: list[Problem] = field(default_factory=list)
    """Of sense, as far as they show while reading."""

    keys: dict[int, Scalar] = field(default_factory=dict)
    """The key of each value, by the value's id."""

    def heading(self, node: Node) -> Node:
        """Give the key that a value stands under, to point at where the whole value is meant."""
        return self.keys.get(id(node), node)

    def wrong(self, at: Node, what: str, hint: str = "") -> None:
        self.problems.append(self.source.problem(at, what, hint))

    def doubt(self, at: Node, what: str, hint: str = "") -> None:
        self.doubts.append(self.source.problem(at, what, hint))

    def mapping(self, node: Node, of: str) -> list[tuple[Scalar, Node]]:
        """Give the pairs of a mapping whose keys are names; nothing where it is empty or no mapping."""
        if isinstance(node, Mapping):
            pairs = [pair for pair in node.pairs if self._is_named(pair[0])]
            self.keys.update((id(value), key) for key, value in pairs)
            return pairs
        if not _is_blank(node):
            self.wrong(node, f"{of} is a mapping: keys with a colon, each with its value", _full_width(node))
        return []

    def _is_named(self, key: Scalar) -> bool:
        if key.text.strip():
            return True
        self.wrong(key, "a name is missing before the colon")
        return False

    def fields(self, node: Node, of: str, required: Iterable[str] = ()) -> dict[str, Node]:
        """Give the values of a mapping whose keys are those of `KEYS[of]`."""
        known = KEYS[of]
        found: dict[str, Node] = {}
        meant = ""
        for key, value in self.mapping(node, of):
            if key.text in known:
                found[key.text] = value
                continue
            near = did_you_mean(key.text, [name for name in known if name not in found])
            meant += near
            hint = near or _full_width(key) or f"{of} knows {', '.join(known)}"
            self.wrong(key, f'unknown key "{key.text}" in {of}', hint)
        for name in required:
            if name not in found and f'"{name}"' not in meant:
                self.wrong(self.heading(node), f'{of} has no "{name}"', f"add {name}:")
        return found

    def scalar(self, node: Node, of: str) -> Scalar | None:
        """Give a node that is one piece of text, not empty."""
        if not isinstance(node, Scalar):
            self.wrong(node, f"{of} is one value, not a {'list' if isinstance(node, Sequence) else 'mapping'}")
            return None
        if not node.text.strip():
            at = self.heading(node)
            self.wrong(at, f"{of} is empty", self._why_empty(at))
            return None
        return node

    def _why_empty(self, at: Node) -> str:
        commented = " #" in self.source.lines[at.line - 1][at.col - 1 :]
        return "# begins a comment; put text that contains it in quotes" if commented else ""

    def text(self, node: Node, of: str) -> str:
        found = self.scalar(node, of)
        return found.text.strip() if found else ""

    def items(self, node: Node, of: str) -> list[Scalar]:
        """Give the texts of a list; one text alone is a list of one."""
        if isinstance(node, Mapping):
            self.wrong(node, f"{of} is a list, not a mapping", "write [first, second]")
            return []
        nodes = node.items if isinstance(node, Sequence) else (node,)
        return [found for item in nodes if (found := self.scalar(item, of))]

    def nodes(self, node: Node, of: str) -> tuple[Node, ...]:
        """Give the members of a list of mappings."""
        if isinstance(node, Sequence):
            return node.items
        if not _is_blank(node):
            self.wrong(node, f"{of} is a list: a dash before each member")
        return ()

    def one_of(self, node: Node, choices: Iterable[str], of: str) -> str:
        found = self.scalar(node, of)
        choices = tuple(choices)
        if found is None or found.text in choices:
            return found.text if found else ""
        near = did_you_mean(found.text, choices)
        self.wrong(found, f'"{found.text}" is no {of}', near or f"write {_or(choices)}")
        return ""

    def some_of(self, node: Node, choices: Iterable[str], of: str) -> tuple[str, ...]:
        return tuple(self.one_of(item, choices, of) for item in self.items(node, of))

    def value(self, node: Node, of: str, read: Callable[[str], T | Wrong]) -> T | None:
        """Read a text into a value by a function of `maild.rulebook.reading.values`."""
        found = self.scalar(node, of)
        if found is None:
            return None
        value = read(found.text.strip())
        if isinstance(value, Wrong):
            self.wrong(found, value.what, value.hint)
            return None
        return value

    def yes_no(self, node: Node, of: str) -> bool:
        found = self.scalar(node, of)
        if found is None:
            return False
        if found.text.lower() not in _YES_NO:
            self.wrong(found, f"{of} is yes or no, not {found.text}")
        return _YES_NO.get(found.text.lower(), False)

    def name(self, node: Node, kind: str) -> str:
        """Read a name that must exist, and note it for the pass of names."""
        found = self.scalar(node, kind)
        if found is None:
            return ""
        self.mentions.append(Mention(kind, found))
        return found.text

    def names(self, node: Node, kind: str) -> tuple[str, ...]:
        return tuple(self.name(item, kind) for item in self.items(node, kind))


def _is_blank(node: Node) -> bool:
    return isinstance(node, Scalar) and not node.text.strip() and not node.quotes


def _full_width(node: Node) -> str:
    if isinstance(node, Scalar) and not node.quotes and "：" in node.text:
        return "： is a full-width sign; write a plain : and a space after it"
    return ""


def _or(choices: tuple[str, ...]) -> str:
    return f"{', '.join(choices[:-1])} or {choices[-1]}" if len(choices) > 1 else choices[0]
