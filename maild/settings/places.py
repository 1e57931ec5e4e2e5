"""Where each setting stands in a TOML file: the standard library's tomllib gives the values but not their places."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass

KeyPath = tuple[str | int, ...]
"""The way to a value from the top of the file: ("mailbox", 0, "host")."""

BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
BARE_VALUE = re.compile(r"[^,\]}#\n]*")
STRINGS = (
    re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}(?!")', re.DOTALL),
    re.compile(r"'''.*?'{3,5}(?!')", re.DOTALL),
    re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    re.compile(r"'[^'\n]*'"),
)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the text, as offsets."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a setting's name stands, and its value; for a [table] both are its header."""

    key: Span
    value: Span


def places(text: str) -> dict[KeyPath, Place]:
    """Find every table, key and list item of a TOML text that tomllib accepts, with "\\n" line ends."""
    return _Walk(text).document()


class _Walk:
    """One pass over a text known to be sound: it has only to see where things begin and end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[KeyPath, Place] = {}
        self.lists_of_tables: dict[KeyPath, int] = {}

    def document(self) -> dict[KeyPath, Place]:
        table: KeyPath = ()
        while self._skip() < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._assignment(table)
        return self.found

    def _header(self) -> KeyPath:
        start, many = self.at, self.text.startswith("[[", self.at)
        self.at += 2 if many else 1
        keys = self._dotted_key()
        self.at = self.text.index("]]" if many else "]", self.at) + (2 if many else 1)
        header = Place(Span(start, self.at), Span(start, self.at))
        path: KeyPath = ()
        for depth, (name, _) in enumerate(keys, start=1):
            path = (*path, name)
            if many and depth == len(keys):
                self.lists_of_tables[path] = self.lists_of_tables.get(path, -1) + 1
            self.found.setdefault(path, header)
            if path in self.lists_of_tables:
                path = (*path, self.lists_of_tables[path])
                self.found.setdefault(path, header)
        return path

    def _assignment(self, table: KeyPath) -> None:
        keys = self._dotted_key()
        self.at = self.text.index("=", self.at) + 1
        path = (*table, *(name for name, _ in keys))
        value = self._value(path)
        for depth, (_, span) in enumerate(keys, start=len(table) + 1):
            self.found.setdefault(path[:depth], Place(span, value))

    def _value(self, path: KeyPath) -> Span:
        start = self._skip()
        opening = self.text[start]
        if opening == "[":
            self._items(path)
        elif opening == "{":
            self._pairs(path)
        elif opening in "\"'":
            self.at = next(match.end() for string in STRINGS if (match := string.match(self.text, start)))
        else:
            self.at = start + len(BARE_VALUE.match(self.text, start)[0].rstrip())
        return Span(start, self.at)

    def _items(self, path: KeyPath) -> None:
        self.at += 1
        number = 0
        while self.text[self._skip()] != "]":
            if self.text[self.at] == ",":
                self.at += 1
                continue
            value = self._value((*path, number))
            self.found[*path, number] = Place(value, value)
            number += 1
        self.at += 1

    def _pairs(self, path: KeyPath) -> None:
        self.at += 1
        while self.text[self._skip()] != "}":
            if self.text[self.at] == ",":
                self.at += 1
            else:
                self._assignment(path)
        self.at += 1

    def _dotted_key(self) -> list[tuple[str, Span]]:
        keys = [self._simple_key()]
        while self.text[self._skip()] == ".":
            self.at += 1
            keys.append(self._simple_key())
        return keys

    def _simple_key(self) -> tuple[str, Span]:
        start = self._skip()
        pattern = STRINGS[2 if self.text[start] == '"' else 3] if self.text[start] in "\"'" else BARE_KEY
        written = pattern.match(self.text, start)[0]
        self.at = start + len(written)
        return next(iter(tomllib.loads(f"{written} = 0"))), Span(start, self.at)

    def _skip(self) -> int:
        self.at = BLANK.match(self.text, self.at).end()
        return self.at
