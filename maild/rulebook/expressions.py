"""Regular expressions on RE2, which no mail can make slow: linear in the text, whatever the expression.

In any case (`(?-i)` in front asks for the exact one). `\\b`, `\\w`, `\\d` know ASCII only, `\\p{Han}` and `\\pL` every
script; `^` and `$` mean the whole text (`(?m)`: a line); look-around and back-references do not exist.
"""

from __future__ import annotations

from collections.abc import Iterable

import re2

_TOGETHER = 32
"""Expressions asked in one go; a text that none of them fits, which is the usual thing, costs one search."""

_TOGETHER_MEMORY = 2_000_000
"""Octets a joined expression may use for what it has learnt; beyond them RE2 forgets and goes on, right but slower."""

_WORDS = {
    "missing )": "a ( is never closed with )",
    "unexpected )": "a ) closes nothing",
    "missing ]": "a [ is never closed with ]",
    "invalid perl operator": "it has a group (?...) that RE2 does not know: no look-ahead, no look-behind",
    "invalid escape sequence": "it has a backslash before a letter that RE2 does not know, or a back-reference",
    "invalid repetition size": "its repetition {...} is too large, or the wrong way round",
    "no argument for repetition operator": "a *, + or ? has nothing before it to repeat",
    "bad repetition operator": "two repetitions follow each other",
    "invalid character class range": "a range inside [...] is the wrong way round or unknown",
    "trailing \\": "it ends with a single backslash",
    "pattern too large": "it is too large",
}


def _options() -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    options.never_capture = True
    return options


def _compile(expression: str) -> re2._Regexp:
    return re2.compile(expression.encode(), _options())


def what_is_wrong(expression: str) -> str:
    """Say why RE2 does not take an expression, or "" where it does."""
    try:
        _compile(expression)
    except re2.error as error:
        said = error.args[0]
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        start, _, where = text.partition(":")
        told = next((words for begin, words in _WORDS.items() if text.startswith(begin)), start)
        return f"{told} (at {where.strip()})" if where.strip() else told
    except UnicodeEncodeError:
        return "it has half a character in it"
    return ""


def fits_the_empty_text(expression: str) -> bool:
    """Say whether an expression is found in the empty text, and so in every text."""
    return _compile(expression).search(b"") is not None


class ExpressionIndex:
    """Expressions to search for, arranged so that one search asks many; never changes once it is made."""

    def __init__(self, expressions: Iterable[str]) -> None:
        each = [(expression, _compile(expression)) for expression in dict.fromkeys(expressions)]
        self._groups = [_group(each[i : i + _TOGETHER]) for i in range(0, len(each), _TOGETHER)]

    def find(self, text: str) -> set[str]:
        """Give those expressions that are found in a text."""
        octets = text.encode("utf-8", "replace")
        found = set()
        for any_of_them, each in self._groups:
            if any_of_them is None or any_of_them.search(octets):
                found.update(expression for expression, compiled in each if compiled.search(octets))
        return found


def _group(each: list[tuple[str, re2._Regexp]]) -> tuple[re2._Regexp | None, list[tuple[str, re2._Regexp]]]:
    """Join expressions into one; None where they are too large together or only one."""
    if len(each) < 2:
        return None, each
    options = _options()
    options.max_mem = _TOGETHER_MEMORY
    try:
        return re2.compile("|".join(f"(?:{expression})" for expression, _ in each).encode(), options), each
    except re2.error:
        return None, each
