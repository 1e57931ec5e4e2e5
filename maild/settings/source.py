"""Where settings are written: a TOML file with its places, and variables of the environment laid over it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from maild.problem import Problem
from maild.settings.kinds import masked
from maild.settings.places import KeyPath, Place, Span, places
from maild.settings.sense import WAYS

PREFIX = "MAILD_"
SLANTED = ("“", "”", "„", "«", "‘", "’")
AT_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Source:
    """What was written, and where: enough to point at any of it."""

    name: str
    """The file as the admin would name it, or "the environment"."""
    text: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    found: Mapping[KeyPath, Place] = field(default_factory=dict)
    variables: Mapping[KeyPath, str] = field(default_factory=dict)
    """Which variable of the environment set what."""

    def problem(self, path: KeyPath, what: str, hint: str = "", severity: str = "error", value: bool = True) -> Problem:
        """Point at a setting: at its value, or at its name; at the nearest table above where it is missing."""
        if path in self.variables:
            return Problem(self.variables[path], 0, 0, what, hint=hint, severity=severity)
        written = next((self.found[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self.found), None)
        if written is None:
            return Problem(self.name, 0, 0, what, hint=hint, severity=severity)
        at = written.value if value and path in self.found else written.key
        return point(self.name, self.text, at, what, hint, severity)


def point(name: str, text: str, at: Span, what: str, hint: str = "", severity: str = "error") -> Problem:
    """Make the problem of a stretch of a text; the line shown carries no secret."""
    start = text.rfind("\n", 0, at.start) + 1
    end = text.find("\n", at.start)
    line = text[start : end if end >= 0 else len(text)]
    width = max(1, min(at.end, start + len(line)) - at.start)
    return Problem(
        name, text.count("\n", 0, at.start) + 1, at.start - start + 1, what, masked(line), hint, width, severity
    )


def read(name: str, content: bytes) -> Source | Problem:
    """Read the bytes of a TOML file."""
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        return Problem(name, line, column, "this is not UTF-8 text", hint="save the file as UTF-8")
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return _unreadable(name, text, str(error))
    return Source(name, text, values, places(text))


def overlaid(source: Source, environ: Mapping[str, str], known: Mapping[str, Any]) -> tuple[Source, list[Problem]]:
    """Lay MAILD_SECTION__SETTING variables over a file; one that names no known section is a problem."""
    values = _copied(source.values)
    variables: dict[KeyPath, str] = {}
    problems = []
    for name in sorted(environ):
        keys = name.removeprefix(PREFIX).lower().split("__")
        if not name.startswith(PREFIX) or len(keys) < 2 or not environ[name]:
            continue
        path: list[str | int] = [int(key) if key.isdigit() else key for key in keys]
        if path[0] not in known:
            what = f"there is no section [{path[0]}] to set"
            problems.append(Problem(name, 0, 0, what, hint="sections are " + ", ".join(known)))
            continue
        place = _table(values, path[:-1])
        if place is None:
            hint = "of several mailboxes say which, from 0: MAILD_MAILBOX__0__HOST" if path[0] == "mailbox" else ""
            problems.append(Problem(name, 0, 0, "fits nothing in the settings", hint=hint))
            continue
        table, at = place
        if path[-1] in WAYS:
            for way in WAYS:
                table.pop(way, None)
        table[path[-1]] = environ[name]
        variables[(*at, path[-1])] = name
    return Source(source.name, source.text, values, source.found, variables), problems


def _table(values: dict[str, Any], keys: list[str | int]) -> tuple[dict[str, Any], KeyPath] | None:
    """Find or make the table of a variable, with the path it has in the file; the only mailbox needs no number."""
    at: list[str | int] = []
    table: Any = values
    for key in (*keys, None):
        if isinstance(table, list):
            number = key if isinstance(key, int) else 0 if len(table) == 1 else len(table)
            if number >= len(table):
                return None
            at.append(number)
            table = table[number]
        elif isinstance(key, int) and key > 0:
            return None
        if isinstance(key, str):
            if not isinstance(table, dict):
                return None
            at.append(key)
            table = table.setdefault(key, {})
    return (table, tuple(at)) if isinstance(table, dict) else None


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


def _unreadable(name: str, text: str, error: str) -> Problem:
    where = AT_PLACE.search(error)
    told = error[: where.start()] if where else error
    lines = text.split("\n")
    if where and where[1]:
        number, column = int(where[1]), int(where[2])
    else:
        number = max(1, len(text.rstrip().split("\n")))
        column = len(lines[number - 1]) + 1
    line = lines[number - 1] if number <= len(lines) else ""
    width = 1
    if told.startswith(("Cannot overwrite", "Cannot declare")):
        words = line.partition("=")[0].strip()
        column, width = line.index(words) + 1, len(words)
    what, hint = _in_words(told, line)
    return Problem(name, number, column, what, masked(line), hint, width)


def _in_words(told: str, line: str) -> tuple[str, str]:
    key, _, value = (part.strip() for part in line.partition("="))
    if told == "Invalid value" and value[:1] in SLANTED:
        return "these are not the quotes of a keyboard", 'text stands between two straight quotes: "like this"'
    if told == "Invalid value" and re.match(r"[^\W\d]", value):
        shown = "..." if "password" in key else value.partition("#")[0].strip()
        return "text must stand in quotes", f'write {key} = "{shown}"'
    if told.startswith("Cannot overwrite"):
        return "this is set a second time", "keep one of the two"
    if told.startswith("Cannot declare"):
        table = line.strip().strip("[] ")
        return "this section is given a second time", f"for several of them write [[{table}]] over each"
    if told.startswith(("Illegal character", "Unterminated", "Expected '\"'")):
        return "a quote is opened here and not closed on the same line", 'text stands between two quotes: "like this"'
    if told.startswith("Expected '=' after a key"):
        return "a setting is written as name = value, or [name] to open a section", ""
    return f"this is not TOML: {told[:1].lower()}{told[1:]}", ""
