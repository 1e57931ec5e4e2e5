"""Tables of words: how this room writes down what clients and people say in each language."""

from __future__ import annotations

import re


def phrases(table: str) -> frozenset[str]:
    """Read a table whose lines are a language code, two blanks, and phrases with " | " between them."""
    return frozenset(phrase.strip() for row in _rows(table) for phrase in row.split("|"))


def literal(table: str) -> str:
    """Make a regular expression of the same table that matches any of its phrases, the longest first."""
    return "|".join(re.escape(phrase) for phrase in sorted(phrases(table), key=len, reverse=True))


def pattern(table: str) -> str:
    """Make one regular expression of a table whose lines are a language code, two blanks, and an expression each."""
    return "|".join(_rows(table))


def _rows(table: str) -> list[str]:
    return [line.strip().partition("  ")[2].strip() for line in table.strip().splitlines() if line.strip()]
