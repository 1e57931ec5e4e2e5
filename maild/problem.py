"""What is wrong in a file an admin wrote, with its place: one type, and one way to show it."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from difflib import get_close_matches

FORMATS = ("text", "github", "json")


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake, told so that a person can mend it without asking anybody."""

    file: str
    """As the admin would name it; "" where no file is meant."""
    line: int
    """Counted from 1; 0 means the file as a whole."""
    col: int
    """Counted in characters from 1; 0 where `line` is."""
    what: str
    """One sentence without its full stop."""
    source: str = ""
    """The line of the file, with every secret masked."""
    hint: str = ""
    width: int = 1
    """How many characters of `source` are meant."""
    severity: str = "error"
    """error | warning"""

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}:{self.col}" if self.line else self.file


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """Give those that forbid to go on."""
    return [problem for problem in problems if problem.severity == "error"]


def in_file_order(problems: Iterable[Problem]) -> list[Problem]:
    """Sort as a reader meets them, whole-file problems first."""
    return sorted(problems, key=lambda problem: (problem.file, problem.line, problem.col))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Give a hint naming the nearest known word, or "" where none is near."""
    by_folded = {name.casefold(): name for name in known}
    near = get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return f'did you mean "{by_folded[near[0]]}"?' if near else ""


def render(problems: Iterable[Problem], form: str = "text") -> str:
    """Show problems for a terminal, as GitHub annotations, or as one JSON array; no newline at the end."""
    if form == "json":
        rows = [asdict(problem) for problem in problems]
        return json.dumps(rows, ensure_ascii=False, indent=2)
    show = {"text": _as_text, "github": _as_annotation}[form]
    return "\n".join(show(problem) for problem in problems)


def _as_text(problem: Problem) -> str:
    warning = "warning: " if problem.severity == "warning" else ""
    place = f"{problem.place}: " if problem.place else ""
    lines = [f"{place}{warning}{problem.what}"]
    if problem.line and problem.source:
        lines += [f"    {problem.source}", f"    {_caret(problem)}"]
    if problem.hint:
        lines.append(f"    {problem.hint}")
    return "\n".join(lines)


def _caret(problem: Problem) -> str:
    """Underline the word: as many columns as a terminal gives it, for Chinese letters are two wide."""
    start = min(problem.col - 1, len(problem.source))
    before, word = problem.source[:start], problem.source[start : start + problem.width]
    indent = "".join("\t" if letter == "\t" else " " * _columns(letter) for letter in before)
    return indent + "^" * max(1, sum(map(_columns, word)))


def _columns(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _as_annotation(problem: Problem) -> str:
    place = {"file": problem.file, "line": problem.line, "col": problem.col}
    at = ",".join(f"{name}={_property(str(value))}" for name, value in place.items() if value)
    message = f"{problem.what} ({problem.hint})" if problem.hint else problem.what
    return f"::{problem.severity} {at}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
