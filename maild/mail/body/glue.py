"""Attributions glued to the end of the person's last line: "it works On Wed, Sep 25, 2024, Jo wrote:"."""

from __future__ import annotations

import re
from collections.abc import Sequence

import maild.mail.body.wrote as wrote
from maild.mail.body.attribution import attribution_start
from maild.mail.body.lines import bare_lines

_MOST_SPLIT = 200
_LONGEST = 600
_OPENED = r"(?:On|Am|Le|El|Il|Em|Op|Den)\s.{0,40}\d.{0,300}:\s*$"
_OPENS = re.compile(rf"[\s*_-]*{_OPENED}")
_JOINT = re.compile(rf"(?:(?<=\S)\s*-{{2,}}\s*|(?<=[^\s-])\s+)(?={_OPENED})")
"""Where such a line may begin: behind words, with or without the client's dashes."""


def unglue(text: str) -> str:
    """Break the line in two where text made of HTML lost the break before an attribution; all else stays as it is.

    Only above quote marks, which say that a client wrote the end of the line.
    """
    if "\n>" not in text:
        return text
    lines = text.split("\n")
    split = 0
    for at, line in enumerate(lines):
        if len(line) > _LONGEST or line[-3:].strip()[-1:] != ":" or line[0] == ">" or not _is_above_quote(lines, at):
            continue
        joint = None if _OPENS.match(line) else _JOINT.search(line)
        if joint is not None and _is_attribution(line[joint.end() :]):
            lines[at] = f"{line[: joint.start()]}\n{line[joint.start() :].lstrip()}"
            split += 1
            if split == _MOST_SPLIT:
                break
    return "\n".join(lines) if split else text


def _is_above_quote(lines: Sequence[str], at: int) -> bool:
    written = (line for line in lines[at + 1 : at + 4] if line.strip())
    return next(written, "").lstrip()[:1] == ">"


def _is_attribution(tail: str) -> bool:
    dated = wrote.FULL_DATE.search(tail.lower()) and wrote.CLOCK.search(tail.lower())
    return bool(dated or wrote.ADDRESS.search(tail)) and attribution_start(bare_lines(tail), 0, 0, True) is not None
