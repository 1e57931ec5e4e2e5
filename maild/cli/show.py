"""How commands show what they found: JSON for machines, tables and pages for people."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

Row = TypeVar("Row")

FEW = 50
"""Rows that a table shows where nobody said how many."""
REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Letters that make a terminal show the others in another order."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; the one with no width takes what is left."""

    title: str
    width: int | None = None
    right: bool = False


def listing(
    found: Iterator[Row],
    limit: int | None,
    as_json: bool,
    fields: Callable[[Row], Mapping[str, Any]],
    columns: Sequence[Column],
    cells: Callable[[Row], Sequence[object]],
    nothing: str,
) -> None:
    """Print the newest of what was found, as JSON or as a table.

    Args:
        limit: what --limit said: None for all in JSON and a few in a table, 0 for all.
        nothing: what to say where there is none.
    """
    wanted = limit or None if limit is not None or as_json else FEW
    some = islice(found, wanted)
    if as_json:
        json_array(map(fields, some))
        return
    rows = list(some)
    if not rows:
        print(nothing)
        return
    table(columns, map(cells, rows))
    if next(found, None):
        print(f"The newest {len(rows)} are shown; --limit 0 shows all.")


def json_array(rows: Iterable[Mapping[str, Any]]) -> None:
    """Print one JSON array, an element a line, as they come."""
    between = "["
    for row in rows:
        _write(f"{between}{json.dumps(row, ensure_ascii=False)}")
        between = ",\n "
    _write("[]\n" if between == "[" else "]\n")


def json_object(value: Mapping[str, Any]) -> None:
    """Print one JSON object."""
    _write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def raw(content: bytes) -> None:
    """Print bytes as they are."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def table(columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> None:
    """Print a table as wide as the terminal; what does not fit ends in an ellipsis."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", expand=True)
    for column in columns:
        shown.add_column(
            column.title,
            width=column.width,
            ratio=None if column.width else 1,
            justify="right" if column.right else "left",
            no_wrap=True,
            overflow="ellipsis",
        )
    for row in rows:
        shown.add_row(*(Text(one_line(cell)) for cell in row))
    Console(file=sys.stdout, highlight=False).print(shown)


def facts(pairs: Iterable[tuple[str, object]]) -> None:
    """Print a name and a value a line, leaving out what is empty."""
    for name, value in pairs:
        if value not in (None, ""):
            print(f"{name + ':':<16}{one_line(value)}")


def many(count: int, noun: str) -> str:
    """Count things in words."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def one_line(value: object) -> str:
    """Make text that came by mail harmless to a terminal, on one line."""
    text = "" if value is None else str(value)
    return " ".join(plain(text).split())


def plain(text: str) -> str:
    """Take from a text what would move a terminal's cursor or turn its letters round; lines stay."""
    return "".join(
        letter if letter == "\n" or unicodedata.category(letter) not in {"Cc", "Cs", "Zl", "Zp"} else " "
        for letter in text.replace("\t", "    ")
        if letter not in REORDERING
    )


def size(octets: int) -> str:
    """Write a number of octets for people."""
    if octets < 1000:
        return f"{octets} B"
    return f"{octets / 1000:.0f} kB" if octets < 1_000_000 else f"{octets / 1_000_000:.1f} MB"


def _write(text: str) -> None:
    # JSON is UTF-8 whatever the locale says; half a letter is written as the escape that JSON has for it.
    raw(text.encode("utf-8", "backslashreplace"))
