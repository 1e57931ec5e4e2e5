"""The options that many commands share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from maild.cli.show import FEW
from maild.cli.times import parse_moment

LARGEST = 2**63 - 1
"""A number that no database goes beyond."""


def number(text: str | int) -> int:
    """Read the number of something, with or without #."""
    digits = str(text).removeprefix("#")
    if not digits.isdecimal() or not 0 < int(digits) <= LARGEST:
        raise typer.BadParameter(f"{text} is no number of anything here")
    return int(digits)


Id = Annotated[int, typer.Argument(metavar="ID", parser=number, help="Its number in the list.")]
Ids = Annotated[list[int], typer.Argument(metavar="ID...", parser=number, help="Their numbers in the list.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead, in UTF-8, times in RFC 3339.")]
Limit = Annotated[
    int | None,
    typer.Option(min=0, help=f"The newest N alone; 0 for all. Tables show {FEW} by default, --json all.", metavar="N"),
]
At = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help='The clock: "2026-11-20T17:50:00+08:00", or "2026-11-20 17:50" in the zone of the desk.',
    ),
]


def moment_at(text: str | None, zone: ZoneInfo, ctx: typer.Context) -> datetime | None:
    """Read what --at said, None where it said nothing."""
    if text is None:
        return None
    try:
        return parse_moment(text, zone)
    except ValueError:
        message = f'"{text}" is no time, such as "2026-11-20 17:50" or 2026-11-20T17:50:00+08:00'
        raise typer.BadParameter(message, ctx, param_hint="--at") from None
